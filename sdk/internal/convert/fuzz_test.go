// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/schema"
)

// FuzzSchema decodes a schema as a host does, and then uses it as a host does.
func FuzzSchema(f *testing.F) {
	f.Add([]byte(`["object",{"a":"bool"},["b"]]`), []byte(`{"a":true}`))
	f.Add([]byte(`["list",["object",{"a":"bool","b":"string"},["b"]]]`), []byte(`[{"a":true,"b":null}]`))
	f.Add([]byte(`"number"`), []byte(`1e333333339`))
	f.Add([]byte(`"number"`), []byte(`"0.5"`))
	f.Add([]byte(nested(5000)), []byte(`[]`))
	f.Add([]byte(`["map",["set",["tuple",["number","dynamic"]]]]`), []byte(`{"x":[[1,{"type":"bool","value":true}]]}`))
	f.Add([]byte(`["set","dynamic"]`), []byte(`[{"type":"bool","value":true},{"type":"string","value":"a"}]`))
	f.Fuzz(func(t *testing.T, typ, value []byte) {
		for _, allowed := range [][]string{nil, {"a"}} {
			s, err := SchemaFromProto(&providerpb.Schema{Attributes: []*providerpb.Attribute{
				{Name: "a", Type: typ, DefaultValue: value, Allowed: allowed}, {Name: "b", Type: typ, Required: true},
			}})
			if err != nil {
				continue
			}
			_ = s.Check()
			v, _ := s.Conform(cty.NullVal(s.ImpliedType()))
			s.Conform(cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal("1e333333339"), "b": cty.NumberIntVal(7)}))
			raw, err := ConfigToProto(v, v.Type())
			if err != nil {
				t.Fatalf("a default cannot be sent: %v", err)
			}
			if _, err := ConfigFromProto(raw, v.Type()); err != nil {
				t.Fatalf("a default cannot be read: %v", err)
			}
			if _, err := SchemaToProto(s); err != nil {
				t.Fatalf("a schema cannot be passed on: %v", err)
			}
		}
	})
}

// FuzzSchemaMessage decodes any schema, with blocks and rules, and then uses it as a host does.
func FuzzSchemaMessage(f *testing.F) {
	low := 1.5
	attribute := &providerpb.Attribute{
		Name: "a", Type: []byte(`"string"`), DefaultValue: []byte(`"b"`), Pattern: "[a-z]+", PatternHint: "letters", ConflictsWith: []string{"b"},
	}
	optional := &providerpb.Attribute{Name: "o", Type: []byte(`["object",{"a":"bool","b":"string"},["b"]]`), Required: true}
	bounded := &providerpb.Attribute{Name: "n", Type: []byte(`"number"`), Minimum: &low, Deprecated: "no"}
	body := &providerpb.Schema{Attributes: []*providerpb.Attribute{attribute, optional, bounded}}
	inner := &providerpb.NestedBlock{Name: "c", Nesting: providerpb.Nesting_NESTING_SINGLE, Schema: body, MinItems: 1}
	add(f, body, &providerpb.Schema{
		Attributes: []*providerpb.Attribute{attribute},
		Blocks: []*providerpb.NestedBlock{{Name: "b", Nesting: providerpb.Nesting_NESTING_LIST, MaxItems: 1, Schema: &providerpb.Schema{
			Attributes: body.GetAttributes(), Blocks: []*providerpb.NestedBlock{inner},
		}}, inner},
		ExactlyOneOf: []*providerpb.NameGroup{{Names: []string{"a", "b"}}},
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		var pb providerpb.Schema
		if proto.Unmarshal(data, &pb) != nil {
			return
		}
		s, err := SchemaFromProto(&pb)
		if err != nil {
			return
		}
		if s.Check() != nil {
			return // a host does not use it
		}
		_ = s.CheckOptions()
		for _, filled := range []cty.Value{cty.NilVal, cty.NullVal(s.ImpliedType()), blocksOf(s, 2)} {
			v, _ := s.Conform(filled)
			if again, _ := s.Conform(v); !again.RawEquals(v) {
				t.Fatalf("conformed to %#v, then to %#v", v, again)
			}
			raw, err := ConfigToProto(v, s.ImpliedType().WithoutOptionalAttributesDeep())
			if err != nil {
				t.Fatalf("a value with defaults cannot be sent: %v", err)
			}
			if _, err := ConfigFromProto(raw, s.ImpliedType()); err != nil {
				t.Fatalf("a value with defaults cannot be read: %v", err)
			}
			s.Sensitive(v)
		}
		if _, err := SchemaToProto(s); err != nil {
			t.Fatalf("a schema cannot be passed on: %v", err)
		}
	})
}

// blocksOf returns a value with n of each block, at all levels.
func blocksOf(s schema.Schema, n int) cty.Value {
	values := map[string]cty.Value{}
	for _, b := range s.Blocks {
		body := blocksOf(b.Schema, 1)
		values[b.Name] = body
		if b.Nesting == schema.NestingList {
			bodies := make([]cty.Value, n)
			for i := range bodies {
				bodies[i] = body
			}
			values[b.Name] = cty.TupleVal(bodies)
		}
	}
	return cty.ObjectVal(values)
}

// FuzzConfig decodes a configuration as a provider does.
func FuzzConfig(f *testing.F) {
	types := []string{`"string"`, `"number"`, `"dynamic"`, `["list","string"]`, `["set","dynamic"]`, `["map","number"]`, `["tuple",["bool","string"]]`,
		`["object",{"a":"string","n":"number","l":["list","string"]}]`}
	for _, typ := range types {
		for _, data := range []string{"\xdd\xff\xff\xff\xff", "\xdf\xff\xff\xff\xff", "\xdb\xff\xff\xff\xff", "\xc9\xff\xff\xff\xff\x00", "\xab1e333333339",
			"\x92\xc4\x14[\"object\",{},[\"b\"]]\x80", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", "\xcb\x7f\xcb\x7f\x00\x00\x00\x00\x00", "\xd4\x00\x00", "\xc0", "\x92\xc2\xa1a"} {
			f.Add([]byte(typ), []byte(data))
		}
	}
	f.Fuzz(func(t *testing.T, typ, data []byte) {
		decoded, err := typeFromJSON(typ)
		if err != nil {
			return
		}
		v, err := ConfigFromProto(data, decoded)
		if err != nil {
			return
		}
		decoded = decoded.WithoutOptionalAttributesDeep()
		pass := func(v cty.Value) cty.Value {
			raw, err := ConfigToProto(v, decoded)
			if err != nil {
				t.Fatalf("a configuration cannot be passed on: %v", err)
			}
			again, err := ConfigFromProto(raw, decoded)
			if err != nil {
				t.Fatalf("a configuration that was passed on cannot be read: %v", err)
			}
			return again
		}
		// A large whole number that came as a float is passed on as decimal text, which is not the same to the last bit.
		once := pass(v)
		if twice := pass(once); !twice.RawEquals(once) {
			t.Fatalf("read %#v, then %#v", once, twice)
		}
	})
}

// FuzzOutcome decodes whatever a provider may answer to a send.
func FuzzOutcome(f *testing.F) {
	add(f, OutcomeToProto(outcome.Accept("id")), OutcomeToProto(outcome.Reject(outcome.ReasonForbidden, "p", "d")), OutcomeToProto(outcome.NewUnknown("c")),
		&providerpb.Outcome{Result: &providerpb.Outcome_Rejected{Rejected: &providerpb.Rejected{Reason: 99, Retry: -1, Scope: 1 << 30}}},
		&providerpb.Outcome{OtherDeliveryIds: []string{"a", "b"}, Attempts: -1, Result: &providerpb.Outcome_Accepted{Accepted: &providerpb.Accepted{ProviderMessageId: strings.Repeat("x", 2000)}}})
	f.Fuzz(func(t *testing.T, data []byte) {
		var pb providerpb.Outcome
		if proto.Unmarshal(data, &pb) != nil {
			return
		}
		EachOutcome(&pb, func(o outcome.Outcome) {
			if set := o.Word(); set == "" {
				t.Fatalf("an outcome without a result: %+v", o)
			}
			if _, err := proto.Marshal(OutcomeToProto(o)); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// FuzzAnswers decodes the other answers of a provider and uses them as a host does.
func FuzzAnswers(f *testing.F) {
	add(f, &providerpb.WebhookResponse{Authenticated: true, Reply: &providerpb.WebhookReply{Status: 200}, Events: []*providerpb.Event{{Id: "1"}}},
		&providerpb.Capabilities{MaxRecipients: -1, Limits: []*providerpb.Limit{{Kind: "text", Path: "text.body", Maximum: 3}}, Kinds: []*providerpb.KindCapability{{Kind: "text"}}},
		&providerpb.Diagnostic{Summary: "s", Path: []*providerpb.PathStep{{Step: &providerpb.PathStep_Index{Index: -1}}}},
		&providerpb.WatchHealthResponse{Channels: []*providerpb.ChannelHealth{{ChannelId: "a.b"}}})
	text := &message.Message{Type: "text", Text: &message.Text{Body: "hello"}}
	f.Fuzz(func(_ *testing.T, data []byte) {
		var caps providerpb.Capabilities
		if proto.Unmarshal(data, &caps) == nil && CheckCapabilities(&caps) == nil {
			capability.NewChecker(CapabilitiesFromProto(&caps)).CheckContent(text)
		}
		var webhook providerpb.WebhookResponse
		if proto.Unmarshal(data, &webhook) == nil && CheckWebhookResponse(&webhook) == nil {
			WebhookResponseFromProto(&webhook)
		}
		var finding providerpb.Diagnostic
		if proto.Unmarshal(data, &finding) == nil {
			for _, d := range DiagnosticsFromProto([]*providerpb.Diagnostic{&finding, nil}) {
				_ = d.String()
				_ = diag.FormatPath(d.Path)
			}
		}
		var health providerpb.WatchHealthResponse
		if proto.Unmarshal(data, &health) == nil {
			_ = CheckHealth(&health)
		}
	})
}

func add(f *testing.F, seeds ...proto.Message) {
	f.Helper()
	for _, seed := range seeds {
		data, err := proto.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}
