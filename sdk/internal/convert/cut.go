// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import "strings"

// maxShown bounds in bytes what an error shows of a text from the other side.
const maxShown = 60

// cut returns the text as valid UTF-8 of at most most bytes, and marks what it leaves out.
func cut(text string, most int) string {
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
