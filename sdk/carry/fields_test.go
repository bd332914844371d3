// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var rules = carry.MessageRules([]string{"contacts.name.first_name", "text.body"}, "contacts.phones.type", "text.preview_url")

func TestRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		message *message.Message
		refused string
		ignored []string
	}{
		{"host's own", &message.Message{MessagingProduct: "whatsapp", RecipientType: "individual", Wahost: &message.Extension{Route: "r"}}, "", nil},
		{"other product", &message.Message{MessagingProduct: "sms"}, "messaging_product", nil},
		{"group", &message.Message{RecipientType: "group"}, "recipient_type", nil},
		{"carried and ignored", &message.Message{Text: &message.Text{Body: "b", PreviewUrl: true}}, "", []string{"text.preview_url"}},
		{"lists", &message.Message{Contacts: []*message.Contact{
			{Name: &message.ContactName{FirstName: "A"}}, {Phones: []*message.ContactPhone{{}, {Type: "HOME"}}},
		}}, "", []string{"contacts[1].phones[1].type"}},
		{"field of a listed object", &message.Message{Contacts: []*message.Contact{{}, {Name: &message.ContactName{LastName: "B"}}}}, "contacts[1].name.last_name", nil},
		{"object that no rule mentions", &message.Message{Image: &message.Media{}}, "image", nil},
		{"security check", &message.Message{RecipientIdentityKeyHash: "h"}, "recipient_identity_key_hash", nil},
		{"reply and reference", &message.Message{Context: &message.Context{MessageId: "wamid.1"}, BizOpaqueCallbackData: "r"}, "", []string{"context.message_id", "biz_opaque_callback_data"}},
		{"variables", &message.Message{Wahost: &message.Extension{Variables: map[string]string{"a": "b"}}}, "wahost.variables", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := carry.Fields{Vendor: "V"}
			err := c.Message(rules, test.message)
			if test.refused == "" {
				require.NoError(t, err)
			} else {
				require.Error(t, err)
				assert.Equal(t, test.refused, carry.OutcomeOf(err).Rejected.Path)
			}
			assert.Equal(t, test.ignored, c.Ignored, "in the order of the declaration")
		})
	}
	assert.Panics(t, func() { carry.MessageRules([]string{"text.bdy"}) })
	assert.Panics(t, func() { carry.MessageRules([]string{"text.body.more"}) })
	assert.Panics(t, func() { carry.MessageRules([]string{"wahost.variables.value"}) }, "a rule that leads into a map")
	assert.Panics(t, func() { carry.MessageRules([]string{"text.body"}, "text.body") }, "both carried and ignored")
	assert.Panics(t, func() { carry.MessageRules([]string{"text"}, "text.preview_url") }, "a part of what is carried whole")
	assert.Panics(t, func() { carry.MessageRules([]string{"text.body", "text"}) }, "a whole whose part is carried")
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	text := func(s string) []*message.Parameter { return []*message.Parameter{{Type: "text", Text: s}} }
	button := func(kind, index string, p ...*message.Parameter) *message.Component {
		return &message.Component{Type: "button", SubType: kind, Index: index, Parameters: p}
	}
	rules := carry.MustTemplateRules(carry.TemplateOptions{HeaderKinds: []string{"text", "image"}, ButtonKinds: []string{"url", "copy_code"}})
	read := func(components ...*message.Component) (carry.Template, error) {
		c := carry.Fields{Vendor: "V"}
		return c.Template(rules, &message.Template{Components: components})
	}
	got, err := read(button("url", "9", text("z")...), button("copy_code", "1", &message.Parameter{Type: "coupon_code", CouponCode: "C"}), &message.Component{Type: "header"})
	require.NoError(t, err)
	assert.Equal(t, carry.Template{Buttons: []carry.TemplateButton{{1, "copy_code", "C"}, {9, "url", "z"}}}, got)

	refusals := []struct {
		path       string
		reason     outcome.Reason
		components []*message.Component
	}{
		{"template.components[1]", outcome.ReasonInvalidMessage, []*message.Component{{Type: "body"}, {Type: "body"}}},
		{"template.components[1]", outcome.ReasonInvalidMessage, []*message.Component{button("url", "0", text("a")...), button("url", "0", text("b")...)}},
		{"template.components[0]", outcome.ReasonUnsupported, []*message.Component{{Type: "carousel"}}},
		{"template.components[0].index", outcome.ReasonInvalidMessage, []*message.Component{button("url", "", text("a")...)}},
		{"template.components[0].index", outcome.ReasonInvalidMessage, []*message.Component{button("url", "10", text("a")...)}},
		{"template.components[0].index", outcome.ReasonInvalidMessage, []*message.Component{button("url", "01", text("a")...)}},
		{"template.components[0].parameters", outcome.ReasonInvalidMessage, []*message.Component{button("url", "0")}},
		{"template.components[0].parameters[1]", outcome.ReasonUnsupported, []*message.Component{button("url", "0", append(text("a"), text("b")...)...)}},
		{"template.components[0].parameters[0].type", outcome.ReasonInvalidMessage, []*message.Component{button("copy_code", "0", text("a")...)}},
		{"template.components[0].sub_type", outcome.ReasonUnsupported, []*message.Component{button("flow", "0")}},
		{"template.components[0].parameters[0].parameter_name", outcome.ReasonUnsupported,
			[]*message.Component{{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "a", ParameterName: "n"}}}}},
		{"template.components[0].parameters[0].image.link", outcome.ReasonInvalidMessage,
			[]*message.Component{{Type: "header", Parameters: []*message.Parameter{{Type: "image"}}}}},
	}
	for _, test := range refusals {
		_, err := read(test.components...)
		require.Error(t, err, test.path)
		rejected := carry.OutcomeOf(err).Rejected
		assert.Equal(t, test.path, rejected.Path)
		assert.Equal(t, test.reason, rejected.Reason, test.path)
	}
}

// The host and the SDK have one rule for numbers: what one takes, the other takes.
func TestIsPhoneIsTheHostsRule(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]bool{
		"290123": true, "14155550123": true, "123456789012345": true,
		"": false, "29012": false, "1234567890123456": false, "014155550": false, "1415 555": false, "+14155550123": false,
	} {
		assert.Equal(t, want, carry.IsPhone(digits), digits)
		c := carry.Fields{Vendor: "Acme"}
		_, err := c.Digits(message.Recipient{Kind: message.RecipientPhone, Address: "+" + digits})
		assert.Equal(t, want, err == nil, digits)
		if !strings.HasPrefix(digits, "+") && !strings.Contains(digits, " ") { // a person may write both
			_, err = message.ParseRecipient(digits)
			assert.Equal(t, want, err == nil, digits)
		}
	}
}
