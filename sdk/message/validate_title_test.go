// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTitlesOfButtons checks that titles are compared character by character, and that nothing is refused for which there is
// no source.
func TestTitlesOfButtons(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first, second string
		path          string // of the problem, empty if the message is valid
	}{
		"different":                {"Yes", "No", ""},
		"equal":                    {"Yes", "Yes", "interactive.action.buttons[1].reply.title"},
		"empty":                    {"", "No", "interactive.action.buttons[0].reply.title"},
		"composed and decomposed":  {"Caf\u00e9", "Cafe\u0301", ""},
		"Latin and Cyrillic":       {"A", "\u0410", ""},
		"other case":               {"yes", "Yes", ""},
		"with a space at the end":  {"Yes", "Yes ", ""},
		"blank":                    {" ", "No", ""},
		"with a newline":           {"Yes\nplease", "No", ""},
		"with a zero-width joiner": {"Yes", "Yes\u200d", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			titles, err := json.Marshal([]any{
				map[string]any{"type": "reply", "reply": map[string]any{"id": "1", "title": tt.first}},
				map[string]any{"type": "reply", "reply": map[string]any{"id": "2", "title": tt.second}},
			})
			require.NoError(t, err)
			m, err := Parse([]byte(`{"to":"4915112345678","type":"interactive","interactive":{"type":"button","body":{"text":"b"},"action":{"buttons":` + string(titles) + `}}}`))
			require.NoError(t, err)
			assert.Equal(t, tt.second, m.GetInteractive().GetAction().GetButtons()[1].GetReply().GetTitle(), "kept as it is")
			err = Validate(m, nil)
			if tt.path == "" {
				require.NoError(t, err)
				return
			}
			var invalid *InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, tt.path, invalid.Problems[0].Path)
		})
	}
}
