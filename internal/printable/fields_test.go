// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package printable

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type word string

type row struct {
	Name   string
	Word   word
	Parts  []string
	Inner  *row
	Map    map[string][]string
	Raw    []byte
	Any    any
	At     time.Time
	hidden string
}

func TestFieldsChangesACopy(t *testing.T) {
	t.Parallel()
	filled := func(s string) row {
		return row{
			Name: s, Word: word(s), Parts: []string{s}, Inner: &row{Name: s}, Map: map[string][]string{s: {s}},
			Raw: []byte("a\nb"), Any: "a\nb", At: time.Unix(1, 0), hidden: "a\nb",
		}
	}
	before := filled("a\nb")
	require.Equal(t, filled(`a\nb`), Fields(before))
	require.Equal(t, filled("a\nb"), before)
	require.Equal(t, row{}, Fields(row{}))
}
