// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package reference

// outliveHost does nothing, because only Linux can end a process with its parent.
func outliveHost() {}
