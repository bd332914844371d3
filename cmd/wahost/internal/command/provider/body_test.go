// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
)

func TestAddBody(t *testing.T) {
	t.Parallel()
	doc, err := serve.DocumentSchema(schema.Schema{
		Attributes: []schema.Attribute{
			{Name: "user", Type: cty.String, ConflictsWith: []string{"key"}},
			{Name: "key", Type: cty.String, Sensitive: true, Pattern: "k-.*", PatternHint: "a key", Deprecated: "Use user."},
			{Name: "share", Type: cty.Number, Minimum: new(0.5), Maximum: new(10.0), Default: cty.NumberIntVal(1), Description: "The share."},
		},
		Blocks: []schema.NestedBlock{
			{Name: "number", Nesting: schema.NestingList, MinItems: 1, MaxItems: 2, Description: "A number.", Schema: schema.Schema{
				Attributes: []schema.Attribute{{Name: "value", Type: cty.String, Required: true, Allowed: []string{"a", "b"}}},
			}},
			{Name: "proxy", Nesting: schema.NestingSingle},
		},
		ExactlyOneOf: [][]string{{"user", "key"}},
	})
	require.NoError(t, err)
	var out bytes.Buffer
	table := cli.Table{Header: []string{"ARGUMENT", "TYPE", "", "DESCRIPTION"}}
	addBody(&table, "", doc)
	table.Write(&out, 200)
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	require.Equal(t, []string{
		"ARGUMENT TYPE DESCRIPTION",
		"user string optional, not with key",
		"key string optional, sensitive, a key Deprecated: Use user.",
		"share number optional, default 1, at least 0.5, at most 10 The share.",
		"number {} block 1 to 2 A number.",
		"value string required, one of a b",
		"proxy {} block at most one",
		"(user, key) required Exactly one of these is set.",
	}, lines)
}
