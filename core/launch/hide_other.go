//go:build !linux

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

// Hide does nothing: this platform has no /proc that shows a process to others.
func Hide() error { return nil }
