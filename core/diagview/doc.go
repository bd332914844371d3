// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package diagview shows diagnostics: Write for people, with the source underlined; WriteJSON for programs; Line and
// Lines as plain text where the source is not at hand.
//
// The package writes what it is given. Secrets must be gone from the sources before: load.Folder.Files hides them.
package diagview
