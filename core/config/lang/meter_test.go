// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
)

// A condition may use loops and try, and is bounded for each message by itself.
func TestConditionsAreBounded(t *testing.T) {
	t.Parallel()
	const letters = `split("", message.text.body)`
	for name, tt := range map[string]struct{ when, err string }{
		"a loop":       {when: `length([for c in ` + letters + ` : c if c == "1"]) == 10`},
		"an object":    {when: `{ for i, c in ["a", "b"] : c => "${i}${message.text.body}" }["a"] != ""`},
		"try":          {when: `try(tonumber(message.text.body) > 1, false)`},
		"nested loops": {when: strings.Repeat(`length([for c in `+letters+` : `, 8) + "1" + strings.Repeat(`])`, 8) + " == 1", err: "computes too much for this message"},
		"caught":       {when: `try(` + strings.Repeat(`length([for c in `+letters+` : `, 8) + "1" + strings.Repeat(`])`, 8) + " == 1, true)", err: "computes too much for this message"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, diags := Parse([]byte("when = "+tt.when+"\n"), "x.wahost.hcl")
			require.Empty(t, diags)
			attrs, diags := file.Body.JustAttributes()
			require.Empty(t, diags)
			when, diags := NewScope().Condition(attrs["when"].Expr)
			require.Empty(t, diags)
			f := factsOf(&message.Message{Type: "text", Text: &message.Text{Body: strings.Repeat("1", 10)}}, message.Recipient{})
			for range 100 { // what one message costs does not count for the next one
				ok, err := when(f)
				if tt.err != "" {
					require.ErrorContains(t, err, tt.err)
					return
				}
				require.NoError(t, err)
				require.True(t, ok)
			}
		})
	}
}
