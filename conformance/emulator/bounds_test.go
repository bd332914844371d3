// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"a":[1,-2.5e10,"1e333333339","[\"[["]}`: "",
		`{"a":1e333333339}`:                       "too large or has too many digits",
		`[1E-99999]`:                              "too large or has too many digits",
		strings.Repeat("9", 2000):                 "too large or has too many digits",
		strings.Repeat(`[`, 5000):                 "nested more than 200 levels",
		`"unended \`:                              "",
	} {
		if err := checkJSON([]byte(body)); want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}

// FuzzCheckJSON makes a value of what is let through, as an answer of a dialect does.
func FuzzCheckJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,-2.5e10,"1e333333339",null,true]}`))
	f.Add([]byte(`{"a":1e333333339}`))
	f.Add([]byte(strings.Repeat("[", 5000)))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if checkJSON(data) != nil {
			return
		}
		if v, err := decodeJSON(data); err == nil {
			bodied(200, toCty(v))
		}
	})
}
