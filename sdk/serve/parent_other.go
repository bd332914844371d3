//go:build !linux

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

// awaitExit returns immediately: this platform does not tell.
func awaitExit(int) {}
