// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/schema"
)

type object = map[string]cty.Value

// sample has one of each rule.
func sample() schema.Schema {
	optional := cty.ObjectWithOptionalAttrs(map[string]cty.Type{"x": cty.String, "y": cty.String}, []string{"y"})
	return schema.Schema{
		Attributes: []schema.Attribute{
			{Name: "user", Type: cty.String, ConflictsWith: []string{"key", "certificates"}},
			{Name: "key", Type: cty.String, Sensitive: true, Pattern: "k-[0-9]+", PatternHint: "a key of acme", ConflictsWith: []string{"user"}},
			{Name: "size", Type: cty.Number, Default: cty.NumberIntVal(5), Minimum: bound(1), Maximum: bound(10)},
			{Name: "old", Type: cty.String, Default: cty.StringVal("o"), Deprecated: "Use size instead."},
		},
		Blocks: []schema.NestedBlock{
			{Name: "tls", Nesting: schema.NestingSingle, Deprecated: "Remove it.", Schema: schema.Schema{Attributes: []schema.Attribute{
				{Name: "version", Type: cty.String, Default: cty.StringVal("1.3"), Allowed: []string{"1.2", "1.3"}},
				{Name: "pin", Type: cty.String, Sensitive: true, Pattern: "[0-9]{4}"},
			}}},
			{Name: "certificates", Nesting: schema.NestingList, MaxItems: 2, Schema: schema.Schema{
				Attributes: []schema.Attribute{
					{Name: "name", Type: cty.String, Required: true},
					{Name: "days", Type: cty.Number, Default: cty.NumberIntVal(30), Maximum: bound(90)},
					{Name: "extra", Type: optional},
				},
				Blocks: []schema.NestedBlock{{Name: "use", Nesting: schema.NestingList, Schema: schema.Schema{Attributes: []schema.Attribute{
					{Name: "for", Type: cty.String, Default: cty.StringVal("all")},
				}}}},
			}},
		},
		ExactlyOneOf: [][]string{{"key", "certificates", "tls"}},
	}
}

func TestConform(t *testing.T) {
	t.Parallel()
	s := sample()
	require.NoError(t, s.Check())
	text := cty.StringVal
	certificate := func(o object) cty.Value { return cty.ObjectVal(o) }
	named := certificate(object{"name": text("n")})
	for name, test := range map[string]struct {
		value object
		want  []string
	}{
		"key":                         {object{"key": text("k-1")}, nil},
		"nothing":                     {object{}, []string{`Missing required argument: Exactly one of "key", "certificates", "tls" must be set, and none is.`}},
		"wrong secret":                {object{"key": text("hunter2")}, []string{`key: Invalid argument value: The argument "key" must be a key of acme.`}},
		"part of the pattern":         {object{"key": text("xk-1")}, []string{`key: Invalid argument value: The argument "key" must be a key of acme.`}},
		"conflict told once":          {object{"key": text("k-1"), "user": text("u")}, []string{`user: Conflicting arguments: The argument "user" and the argument "key" must not be set together. Remove one of the two.`}},
		"conflict with a block":       {object{"user": text("u"), "certificates": cty.TupleVal([]cty.Value{named})}, []string{`user: Conflicting arguments: The argument "user" and the block "certificates" must not be set together. Remove one of the two.`}},
		"two of a group":              {object{"key": text("k-1"), "certificates": cty.TupleVal([]cty.Value{named})}, []string{`certificates: Conflicting arguments: Exactly one of "key", "certificates", "tls" must be set, and these are: "key", "certificates".`}},
		"not known yet":               {object{"key": cty.UnknownVal(cty.String), "user": text("u"), "certificates": cty.DynamicVal}, nil},
		"a block not known yet":       {object{"certificates": cty.TupleVal([]cty.Value{cty.DynamicVal, named})}, nil},
		"below the range":             {object{"key": text("k-1"), "size": cty.NumberFloatVal(0.5)}, []string{`size: Invalid argument value: The argument "size" must be a number from 1 to 10. It is 0.5.`}},
		"number in a text":            {object{"key": text("k-1"), "size": text("11")}, []string{`size: Invalid argument value: The argument "size" must be a number from 1 to 10. It is 11.`}},
		"deprecated":                  {object{"key": text("k-1"), "old": text("x")}, []string{"old: Deprecated argument: Use size instead."}},
		"deprecated with its default": {object{"key": text("k-1"), "old": text("o")}, nil},
		"deprecated block":            {object{"tls": cty.EmptyObjectVal}, []string{"tls: Deprecated block: Remove it."}},
		"secret within a block": {object{"tls": cty.ObjectVal(object{"pin": text("hunter2"), "version": text("1.1")})}, []string{
			`tls.version: Invalid argument value: The argument "version" must be one of: 1.2, 1.3. It is "1.1".`,
			`tls.pin: Invalid argument value: The argument "pin" must match the pattern [0-9]{4}.`,
			"tls: Deprecated block: Remove it.",
		}},
		"mistakes within a list": {object{"certificates": cty.TupleVal([]cty.Value{named, certificate(object{"days": cty.NumberIntVal(91)})})}, []string{
			`certificates[1].name: Missing required argument: The argument "name" is required, but no value was given.`,
			`certificates[1].days: Invalid argument value: The argument "days" must be at most 90. It is 91.`,
		}},
		"too many blocks": {object{"certificates": cty.TupleVal([]cty.Value{named, named, named})}, []string{
			`certificates[2]: Too many blocks: At most 2 blocks "certificates" are allowed, and there are 3.`}},
		"block that is a text":       {object{"certificates": text("x"), "tls": cty.EmptyObjectVal}, []string{"tls: Deprecated block: Remove it.", `certificates: Incorrect block type: The block "certificates" must be a list of objects.`}},
		"list of texts":              {object{"certificates": cty.ListVal([]cty.Value{text("x")})}, []string{`certificates[0]: Incorrect block type: The block "certificates" must be a list of objects.`}},
		"objects of different types": {object{"certificates": cty.TupleVal([]cty.Value{named, certificate(object{"name": text("n"), "extra": cty.ObjectVal(object{"x": text("x")})})})}, nil},
		"a type that does not fit":   {object{"certificates": cty.TupleVal([]cty.Value{named, certificate(object{"name": text("n"), "extra": cty.True})})}, []string{`certificates[1].extra: Incorrect argument type: The argument "extra" must be a object.`}},
		"an empty list is not set":   {object{"key": text("k-1"), "certificates": cty.EmptyTupleVal}, nil},
		"a null within a list":       {object{"certificates": cty.ListVal([]cty.Value{cty.NullVal(cty.Object(map[string]cty.Type{"name": cty.String}))})}, []string{`certificates[0].name: Missing required argument: The argument "name" is required, but no value was given.`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, diags := s.Conform(cty.ObjectVal(test.value))
			var got []string
			for _, d := range diags {
				got = append(got, d.String())
			}
			require.Equal(t, test.want, got)
			require.Equal(t, s.ImpliedType().WithoutOptionalAttributesDeep().FriendlyName(), value.Type().FriendlyName())
			require.NoError(t, typeError(value.Type(), s.ImpliedType().WithoutOptionalAttributesDeep()))
			again, repeated := s.Conform(value)
			require.True(t, again.RawEquals(value), "%#v, then %#v", value, again)
			if !diags.HasErrors() {
				require.Equal(t, diags, repeated)
			}
		})
	}
}

func typeError(got, want cty.Type) error {
	for _, err := range got.TestConformance(want) {
		return err
	}
	return nil
}

func TestDefaultsWithinBlocks(t *testing.T) {
	t.Parallel()
	value, diags := sample().Conform(cty.ObjectVal(object{"certificates": cty.TupleVal([]cty.Value{
		cty.ObjectVal(object{"name": cty.StringVal("n"), "use": cty.TupleVal([]cty.Value{cty.EmptyObjectVal})}),
	})}))
	require.Empty(t, diags)
	require.Equal(t, cty.NumberIntVal(5), value.GetAttr("size"))
	require.True(t, value.GetAttr("tls").IsNull(), "a block that is not there has no defaults")
	first := value.GetAttr("certificates").AsValueSlice()[0]
	require.Equal(t, cty.NumberIntVal(30), first.GetAttr("days"))
	require.Equal(t, cty.StringVal("all"), first.GetAttr("use").AsValueSlice()[0].GetAttr("for"))
}

func TestSensitiveValues(t *testing.T) {
	t.Parallel()
	s := sample()
	s.Blocks[1].Schema.Attributes[0].Sensitive = true
	value, _ := s.Conform(cty.ObjectVal(object{
		"key": cty.StringVal("k-1"), "tls": cty.ObjectVal(object{"pin": cty.StringVal("1234")}),
		"certificates": cty.TupleVal([]cty.Value{cty.ObjectVal(object{"name": cty.StringVal("n1")}), cty.ObjectVal(object{"name": cty.UnknownVal(cty.String)})}),
	}))
	require.Equal(t, []string{"k-1", "1234", "n1"}, s.Sensitive(value))
	require.Empty(t, s.Sensitive(cty.NilVal))
	require.Empty(t, s.Sensitive(cty.DynamicVal))
}

func TestOptions(t *testing.T) {
	t.Parallel()
	s := sample()
	s.ExactlyOneOf = nil
	type json = map[string]any
	for name, test := range map[string]struct {
		vendor any
		want   string
	}{
		"none":              {json{}, ""},
		"known":             {json{"size": 3, "certificates": []any{json{"name": "n", "use": []any{json{"for": "x"}}}}}, ""},
		"null block":        {json{"tls": nil, "certificates": nil}, ""},
		"unknown":           {json{"sise": 3}, `wahost.vendor.acme.sise: The provider acme has no such option. Did you mean "size"? It has: user, key, size, old, tls, certificates.`},
		"unknown in a list": {json{"certificates": []any{json{}, json{"dayz": 1}}}, `wahost.vendor.acme.certificates[1].dayz: The provider acme has no such option. Did you mean "days"? It has: name, days, extra, use.`},
		"wrong type":        {json{"size": "much"}, `wahost.vendor.acme.size: The option must be a number.`},
		"out of range":      {json{"certificates": []any{json{"name": "n", "days": 100}}}, `wahost.vendor.acme.certificates[0].days: The argument "days" must be at most 90. It is 100.`},
		"not a list":        {json{"certificates": json{}}, `wahost.vendor.acme.certificates: The option must be a list of objects.`},
		"not an object":     {"x", `wahost.vendor.acme: The options of a vendor must be an object.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vendor, err := structpb.NewStruct(json{"acme": test.vendor, "other": "anything"})
			require.NoError(t, err)
			value, problem := s.Options("acme", &message.Message{Wahost: &message.Extension{Vendor: vendor}})
			if test.want == "" {
				require.Nil(t, problem)
				require.False(t, value.GetAttr("size").IsNull())
				m := &message.Message{Wahost: &message.Extension{Vendor: vendor}}
				complete := s.CompleteOptions("acme", m)
				again, problem := s.Options("acme", complete)
				require.Nil(t, problem)
				require.True(t, again.RawEquals(value))
				require.Same(t, complete, s.CompleteOptions("acme", complete), "there is nothing more to add")
				require.Equal(t, "anything", complete.GetWahost().GetVendor().GetFields()["other"].GetStringValue())
				require.Nil(t, m.GetWahost().GetVendor().GetFields()["acme"].GetStructValue().GetFields()["old"], "the message itself is not changed")
				return
			}
			require.NotNil(t, problem)
			require.Equal(t, test.want, problem.Path+": "+problem.Detail)
		})
	}
}

func TestDiagnosticsDoNotSharePaths(t *testing.T) {
	t.Parallel()
	_, diags := sample().Conform(cty.ObjectVal(object{"certificates": cty.TupleVal([]cty.Value{cty.EmptyObjectVal, cty.EmptyObjectVal})}))
	require.Len(t, diags, 2)
	require.Equal(t, "certificates[0].name", diag.FormatPath(diags[0].Path))
	require.Equal(t, "certificates[1].name", diag.FormatPath(diags[1].Path))
}
