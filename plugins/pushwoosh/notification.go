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

// apiPath is documented with the request body at https://docs.pushwoosh.com/developer/api-reference/whatsapp.
const apiPath = "/json/1.3/createWhatsAppMessage"

// sendDateFormat is the format of send_date. The vendor does not document the time zone. It is assumed to be UTC, as in the
// rest of its API.
const sendDateFormat = "2006-01-02 15:04"

// requestBody is the body of a request.
type requestBody struct {
	Request request `json:"request"`
}

type request struct {
	Application   string         `json:"application"`
	Auth          string         `json:"auth"`
	Notifications []notification `json:"notifications"`
}

// notification is a message. Content and ContentID are never both set, because the vendor does not say which one is used.
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

// encode returns the notification of a message and the account of its fields. The error is one of package carry.
func encode(m *message.Message, to message.Recipient) (notification, *carry.Fields, error) {
	fields := &carry.Fields{Vendor: vendor}
	n := notification{SendDate: sendDate(m, time.Now())}
	digits, err := fields.Digits(to)
	if err != nil {
		return n, fields, err
	}
	n.Devices = []string{"whatsapp:+" + digits}
	switch m.GetType() {
	case message.KindText:
		err = encodeText(fields, m, &n)
	case message.KindTemplate:
		err = encodeTemplate(fields, m, &n)
	default:
		err = carry.Refuse(outcome.ReasonUnsupported, "type", "%s carries text and template messages, not %q", vendor, m.GetType())
	}
	return n, fields, err
}

func encodeText(fields *carry.Fields, m *message.Message, n *notification) error {
	if err := fields.Message(textRules, m); err != nil {
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
	if isNumbered(n.Content, variables) {
		n.ContentVariables = variables
	} else {
		// The vendor supports numbered placeholders only.
		n.Content = rendered
	}
	return nil
}

// isNumbered reports whether the name of each variable is a number, and its placeholder is written without spaces as the
// vendor requires: {{1}}.
func isNumbered(text string, variables map[string]string) bool {
	for name := range variables {
		if strings.Trim(name, "0123456789") != "" || !strings.Contains(text, "{{"+name+"}}") {
			return false
		}
	}
	return true
}

func encodeTemplate(fields *carry.Fields, m *message.Message, n *notification) error {
	if err := fields.Message(templateRules, m); err != nil {
		return err
	}
	n.ContentID, n.Language = m.GetTemplate().GetName(), m.GetTemplate().GetLanguage().GetCode()
	if n.ContentID == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "template.name", "the template has no name")
	}
	t, err := fields.Template(templateParts, m.GetTemplate())
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

// sendDate returns "now", or the first full minute that is not before the send time. In the last minute of the year 9999,
// there is no later minute that can be written, and it returns that minute.
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
