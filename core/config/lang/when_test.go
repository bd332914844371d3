// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/message"
)

func TestWhen(t *testing.T) {
	t.Parallel()
	text := &message.Message{To: "+919900112233", Type: "text", Text: &message.Text{Body: "Hello 42", PreviewUrl: true}}
	action, err := structpb.NewStruct(map[string]any{"flow_id": "f1"})
	require.NoError(t, err)
	tmpl := &message.Message{Type: "template", Template: &message.Template{
		Name: "otp_login", Language: &message.Language{Code: "en"},
		Components: []*message.Component{
			{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "1234"}, {Type: "currency", Currency: &message.Currency{Code: "EUR", Amount_1000: proto.Int64(12340)}}}},
			{Type: "button", Index: "0", Parameters: []*message.Parameter{{Type: "action", Action: action}}},
		},
	}, Wahost: &message.Extension{
		Category: "authentication", Variables: map[string]string{"a": "b"},
		SendAt: timestamppb.New(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
	}}
	tests := map[string]struct {
		expr    string
		message *message.Message
		want    bool
		err     string
	}{
		"type":               {expr: `message.type == "text"`, message: text, want: true},
		"kind-and-category":  {expr: `message.kind == "template" && message.category == "authentication"`, message: tmpl, want: true},
		"country":            {expr: `contains(["IN", "ID"], message.country)`, message: text, want: true},
		"body":               {expr: `length(regexall("[0-9]+", message.text.body)) > 0`, message: text, want: true},
		"bool":               {expr: `message.text.preview_url`, message: text, want: true},
		"unset-is-empty":     {expr: `message.template.name == ""`, message: text, want: true},
		"unset-bool":         {expr: `!message.text.preview_url`, message: tmpl, want: true},
		"list":               {expr: `message.template.components[0].parameters[0].text == "1234"`, message: tmpl, want: true},
		"number":             {expr: `message.template.components[0].parameters[1].currency.amount_1000 > 12000`, message: tmpl, want: true},
		"any-of-list":        {expr: `contains(message.template.components[*].type, "button")`, message: tmpl, want: true},
		"free-object":        {expr: `jsondecode(message.template.components[1].parameters[0].action).flow_id == "f1"`, message: tmpl, want: true},
		"map":                {expr: `lookup(message.wahost.variables, "a", "") == "b"`, message: tmpl, want: true},
		"time":               {expr: `message.wahost.send_at == "2026-01-02T03:04:05Z"`, message: tmpl, want: true},
		"whole":              {expr: `length(keys(message)) > 10 && message.to == "+919900112233"`, message: text, want: true},
		"not":                {expr: `message.kind == "template"`, message: text},
		"nil-message":        {expr: `message.kind == ""`, message: nil, want: true},
		"out-of-list":        {expr: `message.template.components[9].type == "body"`, message: text, err: "the condition at when.hcl:1 cannot be evaluated: Invalid index, with what this message has in message.template.components"},
		"no-value-in-error":  {expr: `tonumber(message.text.body) > 1`, message: text, err: "the condition at when.hcl:1 cannot be evaluated: Invalid function argument in tonumber(...), with what this message has in message.text.body. Where not every message fits, guard it: try(..., false)"},
		"tried":              {expr: `try(tonumber(message.text.body) > 1, message.text.preview_url)`, message: text, want: true},
		"tried-in-vain":      {expr: `try(tonumber(message.text.body) > 1)`, message: text, err: "in try(...), with what this message has in message.text.body."},
		"can":                {expr: `can(message.template.components[0].type) || can(regex("^Hello", message.text.body))`, message: text, want: true},
		"cannot":             {expr: `can(tonumber(message.text.body))`, message: text},
		"null-result":        {expr: `message.kind == "text" ? null : true`, message: text, err: "must be true or false"},
		"json-that-is-wrong": {expr: `jsondecode(message.text.body).x`, message: text, err: "cannot be evaluated"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expr, diags := hclsyntax.ParseExpression([]byte(tt.expr), "when.hcl", hcl.InitialPos)
			require.Empty(t, diags)
			when, diags := NewScope().Condition(expr)
			require.Empty(t, diags)
			got, err := when(factsOf(tt.message, message.Recipient{Kind: message.RecipientPhone, Address: "+919900112233"}))
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				require.NotContains(t, err.Error(), "Hello 42")
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

// factsOf returns the facts of a message with the country IN.
func factsOf(m *message.Message, to message.Recipient) *config.Facts {
	return &config.Facts{Message: m, Kind: m.Kind(), Category: m.Category(), Template: m.GetTemplate().GetName(), To: to, Country: "IN"}
}

// A condition sees the recipient that the decision is about. The recipient fields of the message do not count.
func TestWhenSeesTheRecipient(t *testing.T) {
	t.Parallel()
	phone := message.Recipient{Kind: message.RecipientPhone, Address: "+919900112233"}
	user := message.Recipient{Kind: message.RecipientUser, Address: "US.1"}
	group := message.Recipient{Kind: message.RecipientGroup, Address: "G.1"}
	for name, to := range map[string]message.Recipient{
		`message.to == "+919900112233" && message.recipient == "" && message.recipient_type == "individual"`: phone,
		`message.to == "" && message.recipient == "US.1" && message.recipient_type == "individual"`:          user,
		`message.to == "G.1" && message.recipient == "" && message.recipient_type == "group"`:                group,
		`contains(["+919900112233", "US.1", "G.1"], message.to == "" ? message.recipient : message.to)`:      user,
		`length(keys(message)) > 10 && message.to == "G.1"`:                                                  group,
	} {
		expr, diags := hclsyntax.ParseExpression([]byte(name), "when.hcl", hcl.InitialPos)
		require.Empty(t, diags)
		when, diags := NewScope().Condition(expr)
		require.Empty(t, diags)
		for what, m := range map[string]*message.Message{
			"a message without recipient": {Type: "text", Text: &message.Text{Body: "x"}},
			"a message to somebody else":  {Type: "text", To: "+4915100000000", Recipient: "DE.9", RecipientType: "individual", Text: &message.Text{Body: "x"}},
			"a message to a group":        {Type: "text", To: "G.9", RecipientType: "group", Text: &message.Text{Body: "x"}},
		} {
			got, err := when(factsOf(m, to))
			require.NoError(t, err, "%s: %s", what, name)
			require.True(t, got, "%s: %s", what, name)
		}
	}
}

// The result of try is as secret as its arguments, and so is the error if all of them fail.
func TestTryKeepsSecrets(t *testing.T) {
	t.Parallel()
	s := NewScope()
	s.variables["token"] = cty.StringVal("canary").Mark(sensitive)
	for expr, fails := range map[string]bool{
		`try(var.token, "x")`: false, `try([tonumber(var.token)], [var.token])`: false, `try(tonumber(var.token))`: true,
	} {
		parsed, diags := hclsyntax.ParseExpression([]byte(expr), "x.hcl", hcl.InitialPos)
		require.Empty(t, diags)
		v, diags := s.Eval(parsed)
		require.Equal(t, fails, diags.HasErrors(), expr)
		require.NotContains(t, diags.Error(), "canary")
		require.True(t, fails || v.ContainsMarked(), expr)
	}
}

// Conditions see maps as maps of strings and every message as an object of the same type, whatever is set.
func TestMessageTypeMirrorsTheDescriptor(t *testing.T) {
	t.Parallel()
	seen := map[protoreflect.FullName]bool{}
	var walk func(d protoreflect.MessageDescriptor)
	walk = func(d protoreflect.MessageDescriptor) {
		if seen[d.FullName()] || textual(d) {
			return
		}
		seen[d.FullName()] = true
		for i := range d.Fields().Len() {
			f := d.Fields().Get(i)
			switch {
			case f.IsMap():
				require.Equal(t, protoreflect.StringKind, f.MapKey().Kind(), f.FullName())
				require.Equal(t, protoreflect.StringKind, f.MapValue().Kind(), f.FullName())
			case f.Kind() == protoreflect.MessageKind:
				walk(f.Message())
			default:
				require.Contains(t, []protoreflect.Kind{
					protoreflect.StringKind, protoreflect.BoolKind, protoreflect.Int32Kind, protoreflect.Int64Kind,
				}, f.Kind(), f.FullName())
			}
		}
	}
	walk((&message.Message{}).ProtoReflect().Descriptor())

	empty := objectValue((&message.Message{}).ProtoReflect(), messageType())
	require.True(t, empty.Type().Equals(messageType()))
	full := objectValue((&message.Message{Template: &message.Template{Components: []*message.Component{{}, {Type: "body"}}}}).ProtoReflect(), messageType())
	require.True(t, full.Type().Equals(messageType()))
	require.Equal(t, cty.NumberIntVal(2), full.GetAttr("template").GetAttr("components").Length())
}

func BenchmarkWhen(b *testing.B) {
	expr, diags := hclsyntax.ParseExpression([]byte(`message.type == "template" && message.category == "utility"`), "", hcl.InitialPos)
	require.Empty(b, diags)
	when, diags := NewScope().Condition(expr)
	require.Empty(b, diags)
	m := &message.Message{Type: "template", Template: &message.Template{Name: "x"}, Wahost: &message.Extension{Category: "utility"}}
	f := factsOf(m, message.Recipient{Kind: message.RecipientPhone, Address: "+919900112233"})
	for b.Loop() {
		if ok, err := when(f); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}
