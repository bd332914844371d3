// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

const contentTypeForm = "application/x-www-form-urlencoded"

// formOf returns a JSON object as a form: a text as it is, and any other value as JSON. A member that is null is left out. What is
// not an object is returned unchanged.
func formOf(body []byte) []byte {
	decoded, err := decodeJSON(body)
	object, ok := decoded.(map[string]any)
	if err != nil || !ok {
		return body
	}
	form := url.Values{}
	for name, value := range object {
		switch value := value.(type) {
		case nil:
		case string:
			form.Set(name, value)
		default:
			text, err := json.Marshal(value)
			if err != nil {
				return body
			}
			form.Set(name, string(text))
		}
	}
	return []byte(form.Encode())
}

// signedForm returns what the part "form" of a signature covers: the names of a form, each with its values, in the order of the names.
func signedForm(body []byte) string {
	values, _ := url.ParseQuery(string(body)) // a part that cannot be read is left out
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			b.WriteString(name)
			b.WriteString(value)
		}
	}
	return b.String()
}
