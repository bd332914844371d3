//go:build !unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

// openFiles returns false: there is no such limit here.
func openFiles() (uint64, bool) { return 0, false }
