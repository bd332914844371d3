// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var checkTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// limited carries a little of everything.
var limited = Capabilities{
	Kinds: []Kind{
		{Kind: "text"}, {Kind: "image"}, {Kind: "button", HeaderKinds: []string{"text", "image"}},
		{Kind: "template", HeaderKinds: []string{"image", "document", "gif"}, ButtonKinds: []string{"url"}, ParameterTypes: []string{"currency"}},
	},
	TemplateCategories: []string{"marketing", "utility"},
	Limits:             []message.Limit{{Kind: "text", Path: "text.body", Maximum: 10, Unit: message.UnitCharacters, Source: "test"}},
}

func template(components ...*message.Component) *message.Message {
	return &message.Message{Type: "template", Wahost: &message.Extension{Category: "utility"},
		Template: &message.Template{Name: "n", Language: &message.Language{Code: "en"}, Components: components}}
}

func component(kind string, p *message.Parameter) *message.Component {
	return &message.Component{Type: kind, Parameters: []*message.Parameter{p}}
}

func TestChecker(t *testing.T) {
	t.Parallel()
	phone := message.Recipient{Kind: message.RecipientPhone, Address: "+15550100001"}
	textOf := func(body string) *message.Message {
		return &message.Message{Type: "text", Text: &message.Text{Body: body}}
	}
	with := func(m *message.Message, ext *message.Extension) *message.Message {
		m.Wahost = ext
		return m
	}
	link := &message.Media{Link: "https://x/y"}
	byID := &message.Media{Id: "1"}
	for name, test := range map[string]struct {
		message *message.Message
		to      message.Recipient
		path    string // "" where it is carried
		reason  outcome.Reason
	}{
		"text":                    {textOf("hi"), phone, "", ""},
		"kind":                    {&message.Message{Type: "video", Video: link}, phone, "type", outcome.ReasonUnsupported},
		"interactive kind":        {&message.Message{Type: "interactive", Interactive: &message.Interactive{Type: "list"}}, phone, "interactive.type", outcome.ReasonUnsupported},
		"group":                   {textOf("hi"), message.Recipient{Kind: message.RecipientGroup, Address: "g"}, "to", outcome.ReasonUnsupported},
		"user":                    {textOf("hi"), message.Recipient{Kind: message.RecipientUser, Address: "u"}, "recipient", outcome.ReasonUnsupported},
		"over its own limit":      {textOf(strings.Repeat("x", 11)), phone, "text.body", outcome.ReasonInvalidMessage},
		"later":                   {with(textOf("hi"), &message.Extension{SendAt: timestamppb.New(checkTime.Add(time.Hour))}), phone, "wahost.send_at", outcome.ReasonUnsupported},
		"due already":             {with(textOf("hi"), &message.Extension{SendAt: timestamppb.New(checkTime.Add(-time.Hour))}), phone, "", ""},
		"variables":               {with(textOf("{{1}}"), &message.Extension{Variables: map[string]string{"1": "a"}}), phone, "wahost.variables", outcome.ReasonUnsupported},
		"image by link":           {&message.Message{Type: "image", Image: link}, phone, "", ""},
		"image by id":             {&message.Message{Type: "image", Image: byID}, phone, "image.id", outcome.ReasonUnsupported},
		"header":                  {&message.Message{Type: "interactive", Interactive: &message.Interactive{Type: "button", Header: &message.Header{Type: "image", Image: link}}}, phone, "", ""},
		"header kind":             {&message.Message{Type: "interactive", Interactive: &message.Interactive{Type: "button", Header: &message.Header{Type: "video", Video: link}}}, phone, "interactive.header.type", outcome.ReasonUnsupported},
		"header by id":            {&message.Message{Type: "interactive", Interactive: &message.Interactive{Type: "button", Header: &message.Header{Type: "image", Image: byID}}}, phone, "interactive.header.image.id", outcome.ReasonUnsupported},
		"media beside the type":   {&message.Message{Type: "interactive", Interactive: &message.Interactive{Type: "button", Header: &message.Header{Type: "text", Document: byID}}}, phone, "interactive.header.document.id", outcome.ReasonUnsupported},
		"header gif by id":        {&message.Message{Type: "interactive", Interactive: &message.Interactive{Type: "button", Header: &message.Header{Type: "text", Gif: byID}}}, phone, "interactive.header.gif.id", outcome.ReasonUnsupported},
		"template":                {template(component("body", &message.Parameter{Type: "text", Text: "a"})), phone, "", ""},
		"category":                {with(template(), &message.Extension{Category: "authentication"}), phone, "wahost.category", outcome.ReasonUnsupported},
		"no category":             {with(template(), nil), phone, "wahost.category", outcome.ReasonUnsupported},
		"template header kind":    {template(component("header", &message.Parameter{Type: "location"})), phone, "template.components[0].parameters[0].type", outcome.ReasonUnsupported},
		"template header by id":   {template(component("header", &message.Parameter{Type: "document", Document: byID})), phone, "template.components[0].parameters[0].document.id", outcome.ReasonUnsupported},
		"template gif":            {template(component("header", &message.Parameter{Type: "gif", Gif: link})), phone, "", ""},
		"template gif by id":      {template(component("header", &message.Parameter{Type: "gif", Gif: byID})), phone, "template.components[0].parameters[0].gif.id", outcome.ReasonUnsupported},
		"parameter type":          {template(component("body", &message.Parameter{Type: "date_time"})), phone, "template.components[0].parameters[0].type", outcome.ReasonUnsupported},
		"declared parameter type": {template(component("body", &message.Parameter{Type: "currency"})), phone, "", ""},
		"named parameter":         {template(component("body", &message.Parameter{Type: "text", ParameterName: "a"})), phone, "template.components[0].parameters[0].parameter_name", outcome.ReasonUnsupported},
		"button":                  {template(&message.Component{Type: "button", SubType: "url"}), phone, "", ""},
		"button kind":             {template(&message.Component{Type: "button", SubType: "quick_reply"}), phone, "template.components[0].sub_type", outcome.ReasonUnsupported},
		"component":               {template(component("body", &message.Parameter{Type: "text"}), &message.Component{Type: "carousel"}), phone, "template.components[1].type", outcome.ReasonUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := NewChecker(limited).Check(test.message, test.to, checkTime)
			if test.path == "" {
				require.Nil(t, r)
				return
			}
			require.NotNil(t, r)
			require.Equal(t, test.path, r.Path)
			require.Equal(t, test.reason, r.Reason)
			require.Equal(t, outcome.RetryNever, r.Retry)
		})
	}
}

func TestWhatIsDeclaredIsCarried(t *testing.T) {
	t.Parallel()
	all := Capabilities{
		Kinds:          []Kind{{Kind: "text"}, {Kind: "template", NamedParameters: true, Components: []string{"carousel"}}},
		RecipientKinds: []message.RecipientKind{message.RecipientUser}, Scheduling: true, TextVariables: true,
	}
	user := message.Recipient{Kind: message.RecipientUser, Address: "u"}
	m := &message.Message{Type: "text", Text: &message.Text{Body: "{{1}}"}, Wahost: &message.Extension{
		SendAt: timestamppb.New(checkTime.Add(time.Hour)), Variables: map[string]string{"1": "a"}}}
	require.Nil(t, NewChecker(all).Check(m, user, checkTime))
	m = template(component("body", &message.Parameter{Type: "text", ParameterName: "a"}), &message.Component{Type: "carousel"})
	require.Nil(t, NewChecker(all).Check(m, user, checkTime))
	require.NotNil(t, NewChecker(all).Check(m, message.Recipient{Kind: message.RecipientPhone}, checkTime))
}
