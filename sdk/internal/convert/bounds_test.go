// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"encoding/binary"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// nested returns a list type with the given number of levels.
func nested(levels int) string {
	return strings.Repeat(`["list",`, levels) + `"string"` + strings.Repeat(`]`, levels)
}

// cheap runs f and requires that it is quick and allocates little. Other tests allocate at the same time, so the bound on
// memory is generous.
func cheap(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	require.Less(t, took, 5*time.Second)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<20))
}

func TestSchemasThatAHostCannotUse(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	attribute := func(change func(*providerpb.Attribute)) []*providerpb.Attribute {
		a := &providerpb.Attribute{Name: "a", Type: []byte(`"string"`)}
		change(a)
		return []*providerpb.Attribute{a}
	}
	typed := func(typ string) []*providerpb.Attribute {
		return attribute(func(a *providerpb.Attribute) { a.Type = []byte(typ) })
	}
	defaulted := func(typ, value string) []*providerpb.Attribute {
		return attribute(func(a *providerpb.Attribute) { a.Type, a.DefaultValue = []byte(typ), []byte(value) })
	}
	for name, test := range map[string]struct {
		attributes []*providerpb.Attribute
		want       string
	}{
		"optional attribute that is missing": {typed(`["object",{"a":"bool"},["b"]]`), `no attribute "b"`},
		"optional attributes that are a map": {typed(`["object",{"a":"bool"},{"a":1}]`), "must be a list of names"},
		"type nested 5000 levels":            {typed(nested(5000)), "levels deep"},
		"type of 90 KB":                      {typed(nested(10_000)), "at most 65536"},
		"type of too many parts":             {typed(`["tuple",["bool"` + strings.Repeat(`,"bool"`, 2000) + `]]`), "more than 1000 parts"},
		"type that is empty":                 {typed(``), "not valid JSON"},
		"type that is a number":              {typed(`7`), "a type is a name"},
		"type that is an empty list":         {typed(`[]`), "a type is a name"},
		"type that is unknown":               {typed(`"capsule"`), `"capsule" is not the name`},
		"type with something after it":       {typed(`"bool" "bool"`), "more follows"},
		"default with a huge exponent":       {defaulted(`"number"`, `1e333333339`), "number between"},
		"default with a tiny exponent":       {defaulted(`"number"`, `1e-333333339`), "number between"},
		"default with a binary exponent":     {defaulted(`"number"`, `"1p333333339"`), "decimal number"},
		"default that is infinite":           {defaulted(`"number"`, `"Inf"`), "decimal number"},
		"default of many digits":             {defaulted(`"number"`, strings.Repeat("1", 60_000)), "at most 2048"},
		"default of another type":            {defaulted(`"bool"`, `[1]`), "a bool is required"},
		"default with a type that panics":    {defaulted(`"dynamic"`, `{"type":["object",{},["b"]],"value":{}}`), `no attribute "b"`},
		"default with mixed items":           {defaulted(`["list","dynamic"]`, `[{"type":"bool","value":true},{"type":"string","value":""}]`), "one type"},
		"default nested deeply":              {defaulted(`"dynamic"`, strings.Repeat("[", 20_000)), "levels deep"},
		"default of many items":              {defaulted(`["set","number"]`, `[1`+strings.Repeat(`,1`, 20_000)+`]`), "more than 1000 values"},
		"name that is long":                  {attribute(func(a *providerpb.Attribute) { a.Name = long }), "the name has"},
		"description that is long":           {attribute(func(a *providerpb.Attribute) { a.Description = long }), "the description has"},
		"deprecation that is long":           {attribute(func(a *providerpb.Attribute) { a.Deprecated = long }), "the deprecation has"},
		"allowed values that are many":       {attribute(func(a *providerpb.Attribute) { a.Allowed = make([]string, 100_000) }), "listed as allowed"},
		"allowed value that is long":         {attribute(func(a *providerpb.Attribute) { a.Allowed = []string{long} }), "an allowed value has"},
		"attributes that are many":           {make([]*providerpb.Attribute, 100_000), "100000 attributes"},
	} {
		t.Run(name, func(t *testing.T) {
			cheap(t, func() {
				_, err := SchemaFromProto(&providerpb.Schema{Attributes: test.attributes})
				require.ErrorContains(t, err, test.want)
				require.Less(t, len(err.Error()), 500)
			})
		})
	}
}

func TestNestedBlocksThatAHostCannotUse(t *testing.T) {
	deep := func(levels int) *providerpb.Schema {
		s := &providerpb.Schema{}
		for range levels {
			s = &providerpb.Schema{Blocks: []*providerpb.NestedBlock{{Name: "b", Nesting: providerpb.Nesting_NESTING_LIST, Schema: s}}}
		}
		return s
	}
	block := func(b *providerpb.NestedBlock) *providerpb.Schema {
		return &providerpb.Schema{Blocks: []*providerpb.NestedBlock{b}}
	}
	wide := &providerpb.Schema{Attributes: make([]*providerpb.Attribute, 400)}
	nan := math.NaN()
	for name, test := range map[string]struct {
		schema *providerpb.Schema
		want   string
	}{
		"levels that are many":      {deep(5000), "levels deep"},
		"blocks that are many":      {&providerpb.Schema{Blocks: make([]*providerpb.NestedBlock, 101)}, "nested blocks"},
		"parts that are many":       {&providerpb.Schema{Blocks: []*providerpb.NestedBlock{{Schema: wide}, {Schema: wide}, {Schema: wide}, {Schema: wide}, {Schema: wide}}}, "more than 2000"},
		"attributes that are many":  {block(&providerpb.NestedBlock{Name: "b", Schema: &providerpb.Schema{Attributes: make([]*providerpb.Attribute, 100_000)}}), "100000 attributes"},
		"groups that are many":      {&providerpb.Schema{ExactlyOneOf: make([]*providerpb.NameGroup, 1000)}, "groups"},
		"a group of many":           {&providerpb.Schema{ExactlyOneOf: []*providerpb.NameGroup{{Names: make([]string, 1000)}}}, "1000 names"},
		"a negative number":         {block(&providerpb.NestedBlock{Name: "b", MinItems: -1}), "must be between"},
		"a type that is unknown":    {block(&providerpb.NestedBlock{Name: "b", Schema: &providerpb.Schema{Attributes: []*providerpb.Attribute{{Name: "a", Type: []byte(`"x"`)}}}}), `block "b": attribute "a"`},
		"a type of the value":       {block(&providerpb.NestedBlock{Name: "b", Nesting: providerpb.Nesting_NESTING_LIST, Schema: &providerpb.Schema{Attributes: []*providerpb.Attribute{{Name: "a", Type: []byte(`"dynamic"`)}}}}), "list of blocks"},
		"a bound that is no number": {&providerpb.Schema{Attributes: []*providerpb.Attribute{{Name: "a", Type: []byte(`"number"`), Minimum: &nan}}}, "finite"},
		"a long pattern":            {&providerpb.Schema{Attributes: []*providerpb.Attribute{{Name: "a", Type: []byte(`"string"`), Pattern: strings.Repeat("a", 1<<20)}}}, "the pattern has"},
	} {
		t.Run(name, func(t *testing.T) {
			cheap(t, func() {
				_, err := SchemaFromProto(test.schema)
				require.ErrorContains(t, err, test.want)
				require.Less(t, len(err.Error()), 500)
			})
		})
	}
}

func TestTypesThatAreTaken(t *testing.T) {
	t.Parallel()
	for _, want := range []cty.Type{
		cty.String, cty.Number, cty.Bool, cty.DynamicPseudoType, cty.List(cty.String), cty.Set(cty.Number), cty.Map(cty.Bool), cty.EmptyTuple, cty.EmptyObject,
		cty.Tuple([]cty.Type{cty.String, cty.List(cty.Number)}), cty.Object(map[string]cty.Type{"a": cty.Map(cty.String)}),
		cty.List(cty.ObjectWithOptionalAttrs(map[string]cty.Type{"a": cty.String, "b": cty.Bool}, []string{"b"})),
	} {
		pb, err := SchemaToProto(schema.Schema{Attributes: []schema.Attribute{{Name: "a", Type: want}}})
		require.NoError(t, err)
		got, err := SchemaFromProto(pb)
		require.NoError(t, err)
		require.True(t, got.Attributes[0].Type.Equals(want), "%#v", got.Attributes[0].Type)
	}
}

func TestDefaultsThatAreTaken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		typ   cty.Type
		value cty.Value
	}{
		"large number":   {cty.Number, cty.MustParseNumberVal("-1.5e1000")},
		"small number":   {cty.Number, cty.MustParseNumberVal("1.25e-1000")},
		"exact fraction": {cty.Number, cty.MustParseNumberVal("0.1")},
		"list":           {cty.List(cty.Bool), cty.ListVal([]cty.Value{cty.True, cty.NullVal(cty.Bool)})},
		"empty set":      {cty.Set(cty.String), cty.SetValEmpty(cty.String)},
		"map":            {cty.Map(cty.Number), cty.MapVal(map[string]cty.Value{"a": cty.Zero})},
		"tuple":          {cty.Tuple([]cty.Type{cty.Bool, cty.String}), cty.TupleVal([]cty.Value{cty.True, cty.StringVal("x")})},
		"object":         {cty.Object(map[string]cty.Type{"a": cty.String}), cty.ObjectVal(map[string]cty.Value{"a": cty.NullVal(cty.String)})},
		"dynamic":        {cty.DynamicPseudoType, cty.TupleVal([]cty.Value{cty.StringVal("x"), cty.Zero})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pb, err := SchemaToProto(schema.Schema{Attributes: []schema.Attribute{{Name: "a", Type: test.typ, Default: test.value}}})
			require.NoError(t, err)
			got, err := SchemaFromProto(pb)
			require.NoError(t, err)
			require.True(t, got.Attributes[0].Default.RawEquals(test.value), "%#v", got.Attributes[0].Default)
		})
	}
	got, err := SchemaFromProto(&providerpb.Schema{Attributes: []*providerpb.Attribute{{Name: "a", Type: []byte(`"string"`), DefaultValue: []byte("null")}}})
	require.NoError(t, err)
	require.Equal(t, cty.NilVal, got.Attributes[0].Default, "null is no default")
}

func TestConfigurationsThatAProviderCannotUse(t *testing.T) {
	nan := binary.BigEndian.AppendUint64([]byte{0xcb}, math.Float64bits(math.NaN()))
	inf := binary.BigEndian.AppendUint64([]byte{0xcb}, math.Float64bits(math.Inf(1)))
	text := func(s string) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{0xdb}, uint32(len(s))), s...)
	}
	dynamic := func(typ string, value ...byte) []byte {
		return append(append([]byte{0x92}, text(typ)...), value...)
	}
	deep := dynamic(`"dynamic"`)
	for range 2000 {
		deep = append(deep, dynamic(`"dynamic"`)...)
	}
	for name, test := range map[string]struct {
		typ  cty.Type
		data []byte
	}{
		"list header of five bytes":     {cty.List(cty.String), []byte{0xdd, 0xff, 0xff, 0xff, 0xff}},
		"set header of five bytes":      {cty.Set(cty.String), []byte{0xdd, 0xff, 0xff, 0xff, 0xff}},
		"map header of five bytes":      {cty.Map(cty.String), []byte{0xdf, 0xff, 0xff, 0xff, 0xff}},
		"string header of five bytes":   {cty.String, []byte{0xdb, 0xff, 0xff, 0xff, 0xff}},
		"bytes header of five bytes":    {cty.String, []byte{0xc6, 0xff, 0xff, 0xff, 0xff}},
		"extension of four gigabytes":   {cty.String, []byte{0xc9, 0xff, 0xff, 0xff, 0xff, 0x00}},
		"tuple of another length":       {cty.Tuple([]cty.Type{cty.Bool}), []byte{0x90}},
		"object of another size":        {cty.Object(map[string]cty.Type{"a": cty.Bool}), []byte{0x80}},
		"attribute twice":               {cty.Object(map[string]cty.Type{"a": cty.Bool, "b": cty.Bool}), []byte{0x82, 0xa1, 'a', 0xc2, 0xa1, 'a', 0xc2}},
		"not a number":                  {cty.Number, nan},
		"number that is infinite":       {cty.Number, inf},
		"number with a huge exponent":   {cty.Number, text("1e333333339")},
		"number with a binary exponent": {cty.Number, text("1p333333339")},
		"text that is not UTF-8":        {cty.String, []byte{0xa1, 0xff}},
		"type that panics":              {cty.DynamicPseudoType, dynamic(`["object",{},["b"]]`, 0x80)},
		"types within types":            {cty.DynamicPseudoType, deep},
		"mixed items":                   {cty.List(cty.DynamicPseudoType), append([]byte{0x92}, append(dynamic(`"bool"`, 0xc2), dynamic(`"string"`, 0xa0)...)...)},
		"nothing after a header":        {cty.List(cty.Bool), []byte{0x9f}},
		"too many values":               {cty.List(cty.Bool), append([]byte{0xdd, 0, 0x10, 0, 0}, make([]byte, 1<<20)...)},
		"something after the value":     {cty.Bool, []byte{0xc2, 0xc2}},
		"code that is never used":       {cty.Bool, []byte{0xc1}},
	} {
		t.Run(name, func(t *testing.T) {
			cheap(t, func() {
				_, err := ConfigFromProto(test.data, test.typ)
				require.Error(t, err)
				require.Less(t, len(err.Error()), 500)
			})
		})
	}
}

func TestConfigurationsRoundTrip(t *testing.T) {
	t.Parallel()
	refined := cty.UnknownVal(cty.String).Refine().NotNull().StringPrefix("https://").NewValue()
	for name, v := range map[string]cty.Value{
		"numbers": cty.TupleVal([]cty.Value{
			cty.NumberIntVal(-1), cty.NumberIntVal(-33), cty.NumberIntVal(200), cty.NumberIntVal(-40_000), cty.NumberIntVal(1 << 40), cty.NumberIntVal(math.MinInt64),
			cty.NumberUIntVal(math.MaxUint64), cty.NumberFloatVal(1.5), cty.MustParseNumberVal("0.1"), cty.MustParseNumberVal("1e1000"),
		}),
		"texts":   cty.ListVal([]cty.Value{cty.StringVal(""), cty.StringVal(strings.Repeat("x", 31)), cty.StringVal(strings.Repeat("x", 255)), cty.StringVal(strings.Repeat("x", 70_000))}),
		"dynamic": cty.ObjectVal(map[string]cty.Value{"a": cty.TupleVal([]cty.Value{cty.True, cty.StringVal("x")})}),
		"maps":    cty.MapVal(map[string]cty.Value{"a": cty.SetVal([]cty.Value{cty.Zero, cty.NumberIntVal(7)}), "b": cty.SetValEmpty(cty.Number)}),
		"nulls":   cty.ObjectVal(map[string]cty.Value{"a": cty.NullVal(cty.DynamicPseudoType), "b": cty.NullVal(cty.List(cty.Bool)), "c": cty.UnknownVal(cty.Bool)}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			types := []cty.Type{v.Type()}
			if name == "dynamic" {
				types = append(types, cty.DynamicPseudoType, cty.Object(map[string]cty.Type{"a": cty.DynamicPseudoType}))
			}
			for _, typ := range types {
				raw, err := ConfigToProto(v, typ)
				require.NoError(t, err)
				got, err := ConfigFromProto(raw, typ)
				require.NoError(t, err)
				require.True(t, v.RawEquals(got), "%#v", got)
			}
		})
	}
	raw, err := ConfigToProto(refined, cty.String)
	require.NoError(t, err)
	got, err := ConfigFromProto(raw, cty.String)
	require.NoError(t, err)
	require.False(t, got.IsKnown())

	huge, err := cty.ParseNumberVal("1e333333339")
	require.NoError(t, err)
	_, err = ConfigToProto(cty.ListVal([]cty.Value{huge}), cty.List(cty.Number))
	require.ErrorIs(t, err, schema.ErrNumberRange)
}

func TestOutcomesAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\u00e4", 1<<20)
	accepted := func(a *providerpb.Accepted) outcome.Outcome {
		return OutcomeFromProto(&providerpb.Outcome{DeliveryId: "d", Result: &providerpb.Outcome_Accepted{Accepted: a}})
	}
	require.Contains(t, accepted(&providerpb.Accepted{ProviderMessageId: long}).Unknown.Cause, "an id of 2097152 bytes", "a cut id would be another one")
	require.Contains(t, accepted(&providerpb.Accepted{GroupId: long}).Unknown.Cause, "an id of")
	require.Contains(t, accepted(&providerpb.Accepted{Aliases: []string{long}}).Unknown.Cause, "an id of")
	require.Contains(t, accepted(&providerpb.Accepted{Aliases: make([]string, 5000)}).Unknown.Cause, "5000 ids")
	require.NotNil(t, accepted(nil).Accepted)

	unknown := func(u *providerpb.Unknown) *outcome.Unknown {
		return OutcomeFromProto(&providerpb.Outcome{DeliveryId: "d", Result: &providerpb.Outcome_Unknown{Unknown: u}}).Unknown
	}
	for name, u := range map[string]*providerpb.Unknown{
		"long group":   {Cause: "reset", GroupId: long, Aliases: []string{"a"}},
		"long alias":   {Cause: "reset", GroupId: "g", Aliases: []string{"a", long}},
		"many aliases": {Cause: "reset", GroupId: "g", Aliases: make([]string, 5000)},
	} {
		got := unknown(u)
		require.Contains(t, got.Cause, "the provider reported", name)
		require.Contains(t, got.Cause, "; reset", name)
		require.Empty(t, got.GroupID+strings.Join(got.Aliases, ""), name)
	}
	cutCause := unknown(&providerpb.Unknown{Cause: long, GroupId: "g", Aliases: []string{"a"}})
	require.LessOrEqual(t, len(cutCause.Cause), maxDetail+3)
	require.Equal(t, "g", cutCause.GroupID)
	require.Equal(t, []string{"a"}, cutCause.Aliases)
	require.Empty(t, unknown(nil).Cause)

	o := OutcomeFromProto(&providerpb.Outcome{Degraded: long, Attempts: -3, IgnoredFields: append(make([]string, 2000), long), Result: &providerpb.Outcome_Rejected{
		Rejected: &providerpb.Rejected{Reason: 9999, Retry: -1, Scope: 77, Path: long, Detail: long, VendorCode: long, VendorMessage: long},
	}})
	require.Equal(t, outcome.ReasonVendorRejected, o.Rejected.Reason)
	require.Zero(t, o.Attempts)
	require.Equal(t, "(1001 more)", o.IgnoredFields[len(o.IgnoredFields)-1])
	for _, text := range []string{o.Degraded, o.Rejected.Path, o.Rejected.Detail, o.Rejected.VendorCode, o.Rejected.VendorMessage} {
		require.LessOrEqual(t, len(text), maxDetail+3)
		require.True(t, strings.HasSuffix(text, "\u00e4..."))
	}
	o = BoundOutcome(outcome.Reject(outcome.ReasonForbidden, "", "\xff\xfe"))
	require.Equal(t, "\uFFFD", o.Rejected.Detail)
	require.Contains(t, BoundOutcome(outcome.Accept("\xff")).Unknown.Cause, "UTF-8")
}

func TestDiagnosticsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	var pbs []*providerpb.Diagnostic
	for range 1000 {
		pb := &providerpb.Diagnostic{Severity: providerpb.Severity_SEVERITY_WARNING, Summary: long, Detail: long}
		for range 100 {
			pb.Path = append(pb.Path, &providerpb.PathStep{Step: &providerpb.PathStep_Index{Index: math.MinInt64}}, &providerpb.PathStep{})
		}
		pbs = append(pbs, pb)
	}
	got := DiagnosticsFromProto(pbs)
	require.Len(t, got, maxDiagnostics+1)
	require.False(t, got.HasErrors())
	require.LessOrEqual(t, len(got[0].String()), maxSummary+maxDetail+1000)
	pbs[999].Severity = providerpb.Severity_SEVERITY_ERROR
	require.True(t, DiagnosticsFromProto(pbs).HasErrors(), "an error that is not shown is one all the same")
	require.Empty(t, DiagnosticsToProto(diag.Diagnostics{{Path: cty.Path{cty.IndexStep{Key: cty.UnknownVal(cty.Number)}}}})[0].GetPath())
}

func TestAnswersThatAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	require.ErrorContains(t, CheckMetadata(&providerpb.GetMetadataResponse{Name: long}), "the name has 1048576 bytes")
	for want, pb := range map[string]*providerpb.Capabilities{
		"501 kinds":                  {Kinds: make([]*providerpb.KindCapability, 501)},
		"an item of kinds[0].kind":   {Kinds: []*providerpb.KindCapability{{Kind: long}}},
		"kinds[0].header_kinds has":  {Kinds: []*providerpb.KindCapability{{HeaderKinds: make([]string, 501)}}},
		"an item of statuses":        {Statuses: []string{long}},
		"1001 limits":                {Limits: make([]*providerpb.Limit, 1001)},
		"the path of a limit":        {Limits: []*providerpb.Limit{{Path: long}}},
		`the limit of "p" is -1`:     {Limits: []*providerpb.Limit{{Path: "p", Maximum: -1}}},
		`the limit of "q" is 922337`: {Limits: []*providerpb.Limit{{Path: "q", Maximum: math.MaxInt64}}},
		"max_recipients is -7":       {MaxRecipients: -7},
	} {
		require.ErrorContains(t, CheckCapabilities(pb), want)
	}
	require.NoError(t, CheckCapabilities(nil))
	for want, pb := range map[string]*providerpb.WebhookResponse{
		"status 99":           {Reply: &providerpb.WebhookReply{Status: 99}},
		"1048577 bytes":       {Reply: &providerpb.WebhookReply{Body: make([]byte, 1<<20+1)}},
		"control characters":  {Reply: &providerpb.WebhookReply{ContentType: "text/plain\r\nX: y"}},
		"10001 events":        {Events: make([]*providerpb.Event, 10_001)},
		"the id of an event":  {Events: []*providerpb.Event{{Id: long}}},
		"is not valid":        {Events: []*providerpb.Event{{Time: &timestamppb.Timestamp{Seconds: math.MaxInt64}}}},
		"reference of an eve": {Events: []*providerpb.Event{{Correlation: &providerpb.Correlation{Reference: long}}}},
	} {
		require.ErrorContains(t, CheckWebhookResponse(pb), want)
	}
	require.NoError(t, CheckWebhookResponse(nil))
	require.Error(t, CheckHealth(&providerpb.WatchHealthResponse{Channels: make([]*providerpb.ChannelHealth, 10_001)}))
}

func TestTextsOfAVendorAreRepaired(t *testing.T) {
	t.Parallel()
	pb := WebhookResponseToProto(provider.WebhookResponse{
		Authenticated: true, Problem: "\xff",
		Events: []provider.Event{{ID: "a\xff", InboundMessage: &provider.InboundMessage{ProfileName: "\xfe", Message: []byte("\xff")}}},
	})
	RepairUTF8(pb.ProtoReflect())
	got := wired(t, pb, &providerpb.WebhookResponse{})
	require.Equal(t, "\uFFFD; the id of an event is not valid UTF-8 and was replaced by its digest", got.GetProblem())
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", got.GetEvents()[0].GetId())
	require.Equal(t, "\uFFFD", got.GetEvents()[0].GetInboundMessage().GetProfileName())
	require.Equal(t, []byte("\xff"), got.GetEvents()[0].GetInboundMessage().GetMessage())
}
