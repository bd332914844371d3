// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import "strings"

// maxShown is the largest length in bytes of a text from the other side that an error quotes.
const maxShown = 60

// cut returns the text as valid UTF-8. A text of more than most bytes is cut and ends with "...".
func cut(text string, most int) string {
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
