// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package reference

// outliveHost has nothing to undo: only Linux can tie a process to its parent.
func outliveHost() {}
