// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var (
	price = &message.Parameter{Type: "currency", Currency: &message.Currency{FallbackValue: "9.50 EUR", Code: "EUR", Amount_1000: proto.Int64(0)}}
	date  = &message.Parameter{Type: "date_time", DateTime: &message.DateTime{FallbackValue: "noon", Year: 2026, Minute: proto.Int32(0)}}
	place = &message.Location{Latitude: "1.5", Longitude: "-2", Name: "n", Address: "a"}
	paper = &message.Media{Link: "https://cdn.example/a.pdf", Caption: "c", Filename: "a.pdf"}
)

func TestTemplateOptions(t *testing.T) {
	t.Parallel()
	header := func(p *message.Parameter) *message.Component {
		return &message.Component{Type: "header", Parameters: []*message.Parameter{p}}
	}
	document := header(&message.Parameter{Type: "document", Document: paper})
	location := header(&message.Parameter{Type: "location", Location: place})
	body := &message.Component{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "Ann"}, price, date}}
	reply := &message.Component{Type: "button", SubType: "quick_reply", Index: "2", Parameters: []*message.Parameter{{Type: "payload", Payload: "p"}}}
	tests := map[string]struct {
		options   carry.TemplateOptions
		component *message.Component
		want      carry.Template
		ignored   []string
	}{
		"quick reply": {carry.TemplateOptions{ButtonKinds: []string{"quick_reply"}}, reply,
			carry.Template{Buttons: []carry.TemplateButton{{Index: 2, SubType: "quick_reply", Value: "p"}}}, nil},
		"document": {carry.TemplateOptions{HeaderKinds: []string{"document"}}, document,
			carry.Template{Header: &carry.TemplateHeader{Type: "document", Link: paper.GetLink()}},
			[]string{"template.components[0].parameters[0].document.caption", "template.components[0].parameters[0].document.filename"}},
		"document with its name": {carry.TemplateOptions{HeaderKinds: []string{"document"}, HeaderFilename: true, HeaderCaption: true}, document,
			carry.Template{Header: &carry.TemplateHeader{Type: "document", Link: paper.GetLink(), Caption: "c", Filename: "a.pdf"}}, nil},
		"location": {carry.TemplateOptions{HeaderKinds: []string{"location"}}, location,
			carry.Template{Header: &carry.TemplateHeader{Type: "location", Location: place}},
			[]string{"template.components[0].parameters[0].location.name", "template.components[0].parameters[0].location.address"}},
		"location with its name": {carry.TemplateOptions{HeaderKinds: []string{"location"}, HeaderPlace: true}, location,
			carry.Template{Header: &carry.TemplateHeader{Type: "location", Location: place}}, nil},
		"currency and date": {carry.TemplateOptions{ParameterTypes: []string{"currency", "date_time"}}, body,
			carry.Template{Body: []string{"Ann", "9.50 EUR", "noon"}, BodyParameters: body.GetParameters()}, nil},
		"currency and date as texts": {carry.TemplateOptions{FallbackTexts: []string{"currency", "date_time"}}, body,
			carry.Template{Body: []string{"Ann", "9.50 EUR", "noon"}, BodyParameters: body.GetParameters()},
			[]string{
				"template.components[0].parameters[1].currency.code", "template.components[0].parameters[1].currency.amount_1000",
				"template.components[0].parameters[2].date_time.year", "template.components[0].parameters[2].date_time.minute",
			}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields := carry.Fields{Vendor: "V"}
			got, err := fields.Template(carry.MustTemplateRules(tt.options), &message.Template{Components: []*message.Component{tt.component}})
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.ignored, fields.Ignored)
		})
	}
}

func TestTemplateOptionsRefuse(t *testing.T) {
	t.Parallel()
	all := carry.MustTemplateRules(carry.TemplateOptions{
		HeaderKinds: []string{"location"}, ButtonKinds: []string{"quick_reply"}, FallbackTexts: []string{"currency"},
	})
	one := func(kind string, p *message.Parameter) *message.Component {
		return &message.Component{Type: kind, SubType: map[string]string{"button": "quick_reply"}[kind], Index: "0", Parameters: []*message.Parameter{p}}
	}
	tests := map[string]struct {
		component *message.Component
		path      string
		reason    outcome.Reason
	}{
		"no fallback":       {one("body", &message.Parameter{Type: "currency", Currency: &message.Currency{Code: "EUR"}}), ".currency.fallback_value", outcome.ReasonInvalidMessage},
		"date":              {one("body", date), ".type", outcome.ReasonUnsupported},
		"no coordinates":    {one("header", &message.Parameter{Type: "location", Location: &message.Location{Name: "n"}}), ".location", outcome.ReasonInvalidMessage},
		"text for a reply":  {one("button", &message.Parameter{Type: "text", Text: "t"}), ".type", outcome.ReasonInvalidMessage},
		"currency and text": {one("body", &message.Parameter{Type: "currency", Currency: price.GetCurrency(), Text: "t"}), ".text", outcome.ReasonUnsupported},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.component.GetType() != "button" {
				tt.component.Index = ""
			}
			fields := carry.Fields{Vendor: "V"}
			_, err := fields.Template(all, &message.Template{Components: []*message.Component{tt.component}})
			require.Error(t, err)
			rejected := carry.OutcomeOf(err).Rejected
			assert.Equal(t, "template.components[0].parameters[0]"+tt.path, rejected.Path)
			assert.Equal(t, tt.reason, rejected.Reason)
		})
	}
}

// TestTemplateOptionsThatCannotBeHonoured checks that a mistake of an author shows when the provider starts.
func TestTemplateOptionsThatCannotBeHonoured(t *testing.T) {
	t.Parallel()
	for want, options := range map[string]carry.TemplateOptions{
		`carry: a header of kind "gif" cannot be read`:                {HeaderKinds: []string{"gif"}},
		`carry: a button of kind "flow" cannot be read`:               {ButtonKinds: []string{"url", "flow"}},
		`carry: a body parameter of type "image" cannot be read`:      {ParameterTypes: []string{"image"}},
		`carry: a body parameter of type "text" cannot be read`:       {FallbackTexts: []string{"text"}},
		`carry: the type "currency" is listed twice`:                  {ParameterTypes: []string{"currency"}, FallbackTexts: []string{"currency"}},
		`carry: HeaderCaption without a kind of media in HeaderKinds`: {HeaderKinds: []string{"text"}, HeaderCaption: true},
		`carry: HeaderFilename without "document" in HeaderKinds`:     {HeaderKinds: []string{"image"}, HeaderFilename: true},
		`carry: HeaderPlace without "location" in HeaderKinds`:        {HeaderPlace: true},
	} {
		assert.PanicsWithValue(t, want, func() { carry.MustTemplateRules(options) })
	}
}
