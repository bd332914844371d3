// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/schema"
)

func bound(f float64) *float64 { return &f }

func attributes(a ...schema.Attribute) schema.Schema { return schema.Schema{Attributes: a} }

func str(name string) schema.Attribute { return schema.Attribute{Name: name, Type: cty.String} }

func TestCheck(t *testing.T) {
	t.Parallel()
	text := func(change func(*schema.Attribute)) schema.Schema {
		a := str("a")
		change(&a)
		return attributes(a, str("b"))
	}
	number := func(low, high *float64, fallback cty.Value) schema.Schema {
		return attributes(schema.Attribute{Name: "n", Type: cty.Number, Minimum: low, Maximum: high, Default: fallback})
	}
	block := func(b schema.NestedBlock) schema.Schema {
		return schema.Schema{Attributes: []schema.Attribute{str("a")}, Blocks: []schema.NestedBlock{b}}
	}
	required, fallback := str("r"), str("d")
	required.Required, fallback.Default = true, cty.StringVal("x")
	for name, test := range map[string]struct {
		schema schema.Schema
		want   string // "" if the schema is right
	}{
		"conflict":                        {text(func(a *schema.Attribute) { a.ConflictsWith = []string{"b"} }), ""},
		"conflict with a stranger":        {text(func(a *schema.Attribute) { a.ConflictsWith = []string{"c"} }), `there is no attribute or block "c"`},
		"conflict with itself":            {text(func(a *schema.Attribute) { a.ConflictsWith = []string{"a"} }), "with itself"},
		"required conflict":               {text(func(a *schema.Attribute) { a.Required, a.ConflictsWith = true, []string{"b"} }), `"a" is required`},
		"conflict of a default":           {text(func(a *schema.Attribute) { a.Default, a.ConflictsWith = cty.StringVal("x"), []string{"b"} }), `"a" has a default`},
		"conflict with a required one":    {attributes(required, schema.Attribute{Name: "a", Type: cty.String, ConflictsWith: []string{"r"}}), `"r" is required`},
		"conflict with a default":         {attributes(fallback, schema.Attribute{Name: "a", Type: cty.String, ConflictsWith: []string{"d"}}), `"d" has a default`},
		"one of two":                      {schema.Schema{Attributes: []schema.Attribute{str("a"), str("b")}, ExactlyOneOf: [][]string{{"a", "b"}}}, ""},
		"one of one":                      {schema.Schema{Attributes: []schema.Attribute{str("a")}, ExactlyOneOf: [][]string{{"a"}}}, "fewer than two"},
		"one of the same twice":           {schema.Schema{Attributes: []schema.Attribute{str("a")}, ExactlyOneOf: [][]string{{"a", "a"}}}, "twice"},
		"one of a stranger":               {schema.Schema{Attributes: []schema.Attribute{str("a")}, ExactlyOneOf: [][]string{{"a", "c"}}}, `"c"`},
		"one of a required one":           {schema.Schema{Attributes: []schema.Attribute{str("a"), required}, ExactlyOneOf: [][]string{{"a", "r"}}}, `"r" is required`},
		"one of a default":                {schema.Schema{Attributes: []schema.Attribute{str("a"), fallback}, ExactlyOneOf: [][]string{{"a", "d"}}}, `"d" has a default`},
		"pattern":                         {text(func(a *schema.Attribute) { a.Pattern, a.PatternHint = "[a-z]+|", "letters" }), ""},
		"pattern that is not valid":       {text(func(a *schema.Attribute) { a.Pattern = "[a" }), "not a regular expression"},
		"pattern valid only with anchors": {text(func(a *schema.Attribute) { a.Pattern = "a)|(b" }), "not a regular expression"},
		"pattern that ends in a quote":    {text(func(a *schema.Attribute) { a.Pattern = `\Qa` }), "not a regular expression"},
		"pattern that multiplies":         {text(func(a *schema.Attribute) { a.Pattern = "(" + strings.Repeat("ab", 100) + "){1000}" }), "too large"},
		"pattern of a number":             {attributes(schema.Attribute{Name: "n", Type: cty.Number, Pattern: "a"}), "is not a string"},
		"hint without a pattern":          {text(func(a *schema.Attribute) { a.PatternHint = "letters" }), "no pattern"},
		"default outside the pattern":     {text(func(a *schema.Attribute) { a.Pattern, a.Default = "a+", cty.StringVal("ab") }), "the default must match"},
		"allowed outside the pattern":     {text(func(a *schema.Attribute) { a.Pattern, a.Allowed = "a+", []string{"b"} }), `allows "b"`},
		"default that is not allowed":     {text(func(a *schema.Attribute) { a.Default, a.Allowed = cty.StringVal("x"), []string{"b"} }), "the default must be one of: b"},
		"range":                           {number(bound(1), bound(2), cty.NumberIntVal(2)), ""},
		"range upside down":               {number(bound(2), bound(1), cty.NilVal), "above its maximum"},
		"range that is not a number":      {number(bound(math.NaN()), nil, cty.NilVal), "finite"},
		"range that is infinite":          {number(nil, bound(math.Inf(1)), cty.NilVal), "finite"},
		"default below the range":         {number(bound(1), nil, cty.NumberIntVal(0)), "the default must be at least 1"},
		"range of a text":                 {text(func(a *schema.Attribute) { a.Minimum = bound(1) }), "is not a number"},
		"block":                           {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingList, Schema: attributes(required), MinItems: 1, MaxItems: 3}), ""},
		"block without nesting":           {block(schema.NestedBlock{Name: "b"}), "neither single nor list"},
		"block with an attribute's name":  {block(schema.NestedBlock{Name: "a", Nesting: schema.NestingList}), "declared twice"},
		"block with a reserved name":      {block(schema.NestedBlock{Name: "rate_limit", Nesting: schema.NestingList}), "reserved"},
		"block with a bad name":           {block(schema.NestedBlock{Name: "B", Nesting: schema.NestingList}), "must match"},
		"single block twice":              {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingSingle, MaxItems: 2}), "more than once"},
		"block that cannot occur":         {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingList, MinItems: 3, MaxItems: 2}), "cannot both hold"},
		"block with a negative number":    {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingList, MinItems: -1}), "must be between"},
		"reserved name within a block":    {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingSingle, Schema: attributes(str("version"))}), ""},
		"role within a block":             {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingSingle, Schema: attributes(schema.Attribute{Name: "e", Type: cty.String, Role: schema.RoleEndpoint})}), "role"},
		"mistake within a block":          {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingSingle, Schema: attributes(schema.Attribute{Name: "e"})}), `block "b": attribute "e" has no type`},
		"dynamic type in a list":          {block(schema.NestedBlock{Name: "b", Nesting: schema.NestingList, Schema: attributes(schema.Attribute{Name: "e", Type: cty.DynamicPseudoType})}), "list of blocks"},
		"blocks that are nested deeply":   {deep(schema.MaxBlockDepth + 1), "levels deep"},
		"blocks that are nested":          {deep(schema.MaxBlockDepth), ""},
		"blocks that are many":            {schema.Schema{Blocks: make([]schema.NestedBlock, schema.MaxBlocks+1)}, "nested blocks"},
		"long pattern":                    {text(func(a *schema.Attribute) { a.Pattern = strings.Repeat("a", 2000) }), "the pattern has"},
		"conflicts that are many":         {text(func(a *schema.Attribute) { a.ConflictsWith = make([]string, 200) }), "list of conflicts"},
		"groups that are many":            {schema.Schema{ExactlyOneOf: make([][]string, 200)}, "groups"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.schema.Check()
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

// deep returns a schema with that many levels of nested blocks.
func deep(levels int) schema.Schema {
	if levels == 0 {
		return attributes(str("leaf"))
	}
	return schema.Schema{Blocks: []schema.NestedBlock{{Name: "b", Nesting: schema.NestingList, Schema: deep(levels - 1)}}}
}

func TestCheckOptions(t *testing.T) {
	t.Parallel()
	required, secret := str("a"), str("a")
	required.Required, secret.Sensitive = true, true
	for name, test := range map[string]struct {
		schema schema.Schema
		want   string
	}{
		"optional":       {attributes(str("a")), ""},
		"none":           {schema.Schema{}, ""},
		"required":       {attributes(required), "most messages have no options"},
		"secret":         {attributes(secret), "sensitive"},
		"required block": {schema.Schema{Blocks: []schema.NestedBlock{{Name: "b", Nesting: schema.NestingSingle, MinItems: 1}}}, "most messages have no options"},
		"one of two":     {schema.Schema{Attributes: []schema.Attribute{str("a"), str("b")}, ExactlyOneOf: [][]string{{"a", "b"}}}, "most messages have no options"},
		"dynamic type":   {attributes(schema.Attribute{Name: "e", Type: cty.DynamicPseudoType}), "known before"},
		"endpoint":       {attributes(schema.Attribute{Name: "e", Type: cty.String, Role: schema.RoleEndpoint}), "role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.schema.CheckOptions()
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}
