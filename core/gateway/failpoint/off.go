// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !failpoint || !unix

package failpoint

// Hit does nothing.
func Hit(string) {}
