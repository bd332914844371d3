// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clients holds bodies that shipping Cloud API clients and Meta's pages send, one JSON object a line.
//
//go:embed testdata/clients.jsonl
var clients []byte

// sharedClients is where a checkout may have a larger collection beside it.
const sharedClients = "../../../shared/cases/messages.jsonl"

type clientBody struct {
	Source, Kind, Expect string
	Body                 json.RawMessage
}

// refusedAt names the field that the refusal of a body must name, by what the collection says of it.
var refusedAt = map[string]string{
	"a read receipt":                "status",
	"preview_url belongs into text": "preview_url",
	"text must be a string":         "template.components[1].parameters[0].text",
	"phone missing":                 "contacts[0].phones[0].phone",
	"coupon over 15 characters":     "", // Meta's pages of 2026 allow 20, as the table of limits does
}

// disputed are bodies that a client sends and this model refuses all the same, by the path that the refusal names. Meta's
// pages demand the field, and the collection refuses the same omission of other clients.
var disputed = map[string]string{
	`"reaction": {"message_id": "wamid.A"}}`: "reaction.emoji",
	`[{\"wa_id\":\"16505551234\"}]`:          "contacts[0].phones[0].phone",
}

func readClients(t *testing.T) []clientBody {
	t.Helper()
	data := clients
	if shared, err := os.ReadFile(sharedClients); err == nil {
		data = shared
	}
	var all []clientBody
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c clientBody
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		all = append(all, c)
	}
	require.NoError(t, lines.Err())
	require.GreaterOrEqual(t, len(all), 190)
	return all
}

// TestClientBodies proves that what real clients send parses, validates and survives Parse and Marshal without loss, and
// that a body which must be refused names its field.
func TestClientBodies(t *testing.T) {
	t.Parallel()
	for _, c := range readClients(t) {
		t.Run(c.Source+"/"+c.Kind, func(t *testing.T) {
			t.Parallel()
			m, err := Parse(c.Body)
			if err == nil {
				err = Validate(m, nil)
			}
			for part, path := range disputed {
				if strings.Contains(string(c.Body), part) {
					require.Equal(t, path, problemsOf(t, err)[0].Path)
					return
				}
			}
			if why, refused := strings.CutPrefix(c.Expect, "refuse: "); refused {
				requireRefusal(t, why, err)
				return
			}
			require.NoError(t, err, "%s", c.Body)
			written, err := Marshal(m)
			require.NoError(t, err)
			again, err := Parse(written)
			require.NoError(t, err)
			rewritten, err := Marshal(again)
			require.NoError(t, err)
			require.JSONEq(t, string(written), string(rewritten))
			for path, value := range leavesOf(t, c.Body) {
				assert.Contains(t, leavesOf(t, written), path, "%v is lost: %s", value, written)
			}
		})
	}
}

func requireRefusal(t *testing.T, why string, err error) {
	t.Helper()
	for prefix, path := range refusedAt {
		if !strings.HasPrefix(why, prefix) {
			continue
		}
		if path == "" {
			require.NoError(t, err)
			return
		}
		for _, p := range problemsOf(t, err) {
			if p.Path == path {
				return
			}
		}
		t.Fatalf("no problem names %s: %v", path, err)
	}
	require.Error(t, err, why)
}

// leavesOf returns the leaves of a document by their path, but for what null and false leave out and what is text of
// JSON: a client may write a list as text, and the model writes it as a list.
func leavesOf(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var document any
	require.NoError(t, json.Unmarshal(data, &document))
	leaves := map[string]any{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, value := range v {
				walk(JoinPath(path, name), value)
			}
		case []any:
			for i, value := range v {
				walk(IndexPath(path, i), value)
			}
		case nil:
		case bool:
			if v || strings.HasSuffix(path, "message_activity_sharing") {
				leaves[path] = v
			}
		case string:
			var inner any
			if (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) && !strings.Contains(path, "callback_data") && json.Unmarshal([]byte(v), &inner) == nil {
				walk(path, inner)
				return
			}
			leaves[path] = v
		default:
			leaves[path] = v
		}
	}
	walk("", document)
	return leaves
}
