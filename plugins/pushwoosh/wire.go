// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pushwoosh

import (
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// path is documented with the request body at https://docs.pushwoosh.com/developer/api-reference/whatsapp.
const path = "/json/1.3/createWhatsAppMessage"

// sendDateFormat of send_date. The vendor names no time zone: UTC is assumed, as everywhere else in its API.
const sendDateFormat = "2006-01-02 15:04"

type envelope struct {
	Request request `json:"request"`
}

type request struct {
	Application   string         `json:"application"`
	Auth          string         `json:"auth"`
	Notifications []notification `json:"notifications"`
}

// notification is one message. Content and ContentID are never set together: the vendor does not say which wins.
type notification struct {
	SendDate            string            `json:"send_date"`
	Content             string            `json:"content,omitempty"`
	ContentID           string            `json:"content_id,omitempty"`
	Language            string            `json:"language,omitempty"`
	Preset              string            `json:"preset,omitempty"`
	ContentVariables    map[string]string `json:"content_variables,omitempty"`
	HeaderVariables     map[string]string `json:"header_variables,omitempty"`
	ButtonURLVariables  map[string]string `json:"button_url_variables,omitempty"`
	Devices             []string          `json:"devices"`
	UseAutoRegistration bool              `json:"use_auto_registration"`
}

var (
	textRules     = carry.MessageRules([]string{"text.body", "wahost.variables"}, "text.preview_url")
	templateRules = carry.MessageRules([]string{"template.name", "template.language.code", "template.components"},
		"template.language.policy", "template.namespace")
)

// encode writes the message as a notification, or refuses it.
func encode(m *message.Message, to message.Recipient) (notification, *carry.Checker, error) {
	c := &carry.Checker{Vendor: vendor}
	n := notification{SendDate: sendDate(m, time.Now())}
	digits, err := c.Digits(to)
	if err != nil {
		return n, c, err
	}
	n.Devices = []string{"whatsapp:+" + digits}
	switch m.GetType() {
	case message.KindText:
		err = encodeText(c, m, &n)
	case message.KindTemplate:
		err = encodeTemplate(c, m, &n)
	default:
		err = carry.Refuse(outcome.ReasonUnsupported, "type", "%s carries text and template messages, not %q", vendor, m.GetType())
	}
	return n, c, err
}

func encodeText(c *carry.Checker, m *message.Message, n *notification) error {
	if err := c.Message(textRules, m); err != nil {
		return err
	}
	n.Content = m.GetText().GetBody()
	if strings.TrimSpace(n.Content) == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "text.body", "the text is empty")
	}
	variables := m.GetWahost().GetVariables()
	if len(variables) == 0 {
		return nil
	}
	rendered, err := message.RenderVariables(n.Content, variables)
	if err != nil {
		return carry.Refuse(outcome.ReasonInvalidMessage, "wahost.variables", "%s", err)
	}
	if numbered(n.Content, variables) {
		n.ContentVariables = variables
	} else {
		// The vendor knows numbered placeholders only.
		n.Content = rendered
	}
	return nil
}

// numbered reports whether every variable is a number and stands in the text as the vendor spells it: {{1}}.
func numbered(text string, variables map[string]string) bool {
	for name := range variables {
		if strings.Trim(name, "0123456789") != "" || !strings.Contains(text, "{{"+name+"}}") {
			return false
		}
	}
	return true
}

func encodeTemplate(c *carry.Checker, m *message.Message, n *notification) error {
	if err := c.Message(templateRules, m); err != nil {
		return err
	}
	n.ContentID, n.Language = m.GetTemplate().GetName(), m.GetTemplate().GetLanguage().GetCode()
	if n.ContentID == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "template.name", "the template has no name")
	}
	t, err := c.Template(m.GetTemplate(), templateOptions)
	if err != nil {
		return err
	}
	n.ContentVariables = make(map[string]string, len(t.Body))
	for i, value := range t.Body {
		n.ContentVariables[strconv.Itoa(i+1)] = value
	}
	if h := t.Header; h != nil {
		n.HeaderVariables = map[string]string{h.Type: h.Text + h.Link}
	}
	n.ButtonURLVariables = make(map[string]string, len(t.Buttons))
	for _, b := range t.Buttons {
		n.ButtonURLVariables[strconv.Itoa(b.Index)] = b.Value
	}
	return nil
}

// sendDate gives "now", or the minute in which the message may go out: never before the time that was asked for. Only
// the last minute of the year 9999 has none after it that can be written.
func sendDate(m *message.Message, now time.Time) string {
	if m.GetWahost().GetSendAt() == nil {
		return "now"
	}
	at := m.GetWahost().GetSendAt().AsTime()
	if !at.After(now) {
		return "now"
	}
	if next := at.Truncate(time.Minute).Add(time.Minute); !at.Equal(at.Truncate(time.Minute)) && next.Year() <= 9999 {
		at = next
	}
	return at.UTC().Format(sendDateFormat)
}
