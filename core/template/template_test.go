// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package template

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
)

var (
	otp   = addr.Channel{Provider: "innopaas", Name: "in_otp"}
	eu    = addr.Channel{Provider: "pushwoosh", Name: "eu"}
	other = addr.Channel{Provider: "pushwoosh", Name: "other"}
)

func testSet() *Set {
	return NewSet([]Template{
		{
			Name: "order_shipped", Category: "utility", Parameters: []string{"customer", "order_no"},
			Bindings: []Binding{
				{Channels: []addr.Channel{otp}, Name: "order_shipped_v3", Languages: []string{"en", "pt_BR"}},
				{Channels: []addr.Channel{eu}, Name: "os4", Languages: []string{"en-GB", "en"}, Parameters: []string{"order_no", "customer"}},
				{Channels: []addr.Channel{eu}, Name: "os4_de", Languages: []string{"de"}},
			},
		},
		{
			Name: "hello", Category: "marketing",
			Bindings: []Binding{{Channels: []addr.Channel{eu}, Name: "hello_1", Languages: []string{"en"}}},
		},
	})
}

func templateMessage(name, language string, params ...*message.Parameter) *message.Message {
	m := &message.Message{Type: "template", Template: &message.Template{Name: name}}
	if language != "" {
		m.Template.Language = &message.Language{Code: language}
	}
	m.Template.Components = []*message.Component{{Type: "header"}}
	if len(params) > 0 {
		m.Template.Components = append(m.Template.Components, &message.Component{Type: "body", Parameters: params})
	}
	return m
}

func text(name, value string) *message.Parameter {
	return &message.Parameter{Type: "text", ParameterName: name, Text: value}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	x := Template{Bindings: []Binding{{Languages: []string{"pt_BR", "en"}}, {Languages: []string{"de", "pt-br", "en"}}}}
	require.Equal(t, []string{"de", "en", "pt_BR"}, x.Languages())
	require.Empty(t, Template{}.Languages())
	require.True(t, HasLanguage(x.Languages(), "PT-BR"))
	require.False(t, HasLanguage(x.Languages(), "pt"))
}

func TestResolve(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		message  *message.Message
		channel  addr.Channel
		vendor   string
		language string
		want     []string
		err      string
	}{
		"positional":             {message: templateMessage("order_shipped", "en", text("", "Ann"), text("", "7")), channel: otp, vendor: "order_shipped_v3", language: "en", want: []string{"Ann", "7"}},
		"named":                  {message: templateMessage("order_shipped", "en", text("order_no", "7"), text("customer", "Ann")), channel: otp, vendor: "order_shipped_v3", language: "en", want: []string{"Ann", "7"}},
		"reordered-from-names":   {message: templateMessage("order_shipped", "en", text("customer", "Ann"), text("order_no", "7")), channel: eu, vendor: "os4", language: "en", want: []string{"7", "Ann"}},
		"reordered-from-places":  {message: templateMessage("order_shipped", "en", text("", "Ann"), text("", "7")), channel: eu, vendor: "os4", language: "en", want: []string{"7", "Ann"}},
		"base-language":          {message: templateMessage("order_shipped", "en_US", text("", "Ann"), text("", "7")), channel: otp, vendor: "order_shipped_v3", language: "en", want: []string{"Ann", "7"}},
		"vendors-spelling":       {message: templateMessage("order_shipped", "EN_gb", text("", "Ann"), text("", "7")), channel: eu, vendor: "os4", language: "en-GB", want: []string{"7", "Ann"}},
		"binding-by-language":    {message: templateMessage("order_shipped", "de", text("", "Ann"), text("", "7")), channel: eu, vendor: "os4_de", language: "de", want: []string{"Ann", "7"}},
		"no-parameters":          {message: templateMessage("hello", "en"), channel: eu, vendor: "hello_1", language: "en"},
		"undeclared":             {message: templateMessage("vendors_own", "xx", text("a", "b")), channel: eu, vendor: "vendors_own", language: "xx", want: []string{"b"}},
		"no-binding":             {message: templateMessage("order_shipped", "en", text("", "a"), text("", "b")), channel: other, err: "template order_shipped has no binding for channel pushwoosh.other"},
		"no-language":            {message: templateMessage("order_shipped", "fr", text("", "a"), text("", "b")), channel: eu, err: `template order_shipped has no language "fr" on channel pushwoosh.eu; it has: en-GB, en, de`},
		"no-language-given":      {message: templateMessage("hello", ""), channel: eu, err: `template hello has no language ""`},
		"regional-only":          {message: templateMessage("order_shipped", "pt", text("", "a"), text("", "b")), channel: otp, err: `has no language "pt"`},
		"too-few":                {message: templateMessage("order_shipped", "en", text("", "a")), channel: otp, err: "template.components[1].parameters: parameters given: 1; the template order_shipped takes 2: customer, order_no"},
		"body-missing":           {message: templateMessage("order_shipped", "en"), channel: otp, err: "template.components: parameters given: 0;"},
		"too-many":               {message: templateMessage("hello", "en", text("", "a")), channel: eu, err: "parameters given: 1; the template hello takes none"},
		"unknown-name":           {message: templateMessage("order_shipped", "en", text("customr", "a"), text("order_no", "b")), channel: otp, err: `template.components[1].parameters[0].parameter_name: the template order_shipped has no parameter "customr"`},
		"null":                   {message: templateMessage("order_shipped", "en", nil, text("", "b")), channel: otp, err: "template.components[1].parameters[0]: the parameter is null"},
		"given-twice":            {message: templateMessage("order_shipped", "en", text("customer", "a"), text("customer", "b")), channel: otp, err: `parameters[1].parameter_name: the parameter "customer" is given twice`},
		"mixed":                  {message: templateMessage("order_shipped", "en", text("customer", "a"), text("", "b")), channel: otp, err: "parameter_name must be set for all parameters or for none"},
		"other-category-written": {message: withCategory(templateMessage("hello", "en"), "utility"), channel: eu, err: `wahost.category: the template hello has the category marketing, not "utility"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := proto.CloneOf(tt.message)
			got, err := testSet().Resolve(tt.message, tt.channel)
			require.Empty(t, cmp.Diff(before, tt.message, protocmp.Transform()), "the message given must not change")
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.vendor, got.GetTemplate().GetName())
			require.Equal(t, tt.language, got.GetTemplate().GetLanguage().GetCode())
			var texts []string
			for _, p := range bodyOf(got).GetParameters() {
				texts = append(texts, p.GetText())
				if tt.vendor != "vendors_own" {
					require.Empty(t, p.GetParameterName())
				}
			}
			require.Equal(t, tt.want, texts)
			require.Equal(t, "header", got.GetTemplate().GetComponents()[0].GetType())
		})
	}
}

func withCategory(m *message.Message, category string) *message.Message {
	m.Wahost = &message.Extension{Category: category}
	return m
}

func TestComplete(t *testing.T) {
	t.Parallel()
	got, err := testSet().Complete(templateMessage("hello", "en"))
	require.NoError(t, err)
	require.Equal(t, "marketing", got.Category())

	own := templateMessage("vendors_own", "en")
	got, err = testSet().Complete(own)
	require.NoError(t, err)
	require.Same(t, own, got)

	plain := &message.Message{Type: "text", Text: &message.Text{Body: "hello"}}
	got, err = testSet().Complete(plain)
	require.NoError(t, err)
	require.Same(t, plain, got)

	got, err = (*Set)(nil).Complete(own)
	require.NoError(t, err)
	require.Same(t, own, got)

	var problem *message.InvalidError
	_, err = testSet().Complete(templateMessage("hello", "en", text("", "x")))
	require.ErrorAs(t, err, &problem)
	require.NotContains(t, err.Error(), `"x"`)
}

func TestTypedErrors(t *testing.T) {
	t.Parallel()
	params := []*message.Parameter{text("", "a"), text("", "b")}
	_, err := testSet().Resolve(templateMessage("order_shipped", "en", params...), other)
	var noBinding *NoBindingError
	require.ErrorAs(t, err, &noBinding)
	require.Equal(t, other, noBinding.Channel)

	_, err = testSet().Resolve(templateMessage("order_shipped", "fr", params...), otp)
	var noLanguage *LanguageError
	require.ErrorAs(t, err, &noLanguage)
	require.Equal(t, []string{"en", "pt_BR"}, noLanguage.Available)
}
