// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package rules tests the rules that hold for the whole repository: which package may depend on which, that each package
// says what it is for, and that each file names its licence. It has no code but its tests.
package rules
