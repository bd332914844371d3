//go:build !linux

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

// noexec reports whether a folder is on a file system that was mounted noexec. That is known on Linux only.
func noexec(string) bool { return false }
