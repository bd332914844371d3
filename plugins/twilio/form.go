// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var (
	// rules are the fields of each kind. Twilio takes no caption and no file name of a document
	// (https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages).
	rules = map[string]*carry.Rules{
		message.KindText:     carry.MessageRules([]string{"text.body"}, "text.preview_url"),
		message.KindImage:    carry.MessageRules([]string{"image.link", "image.caption"}),
		message.KindVideo:    carry.MessageRules([]string{"video.link", "video.caption"}),
		message.KindAudio:    carry.MessageRules([]string{"audio.link"}, "audio.voice"),
		message.KindDocument: carry.MessageRules([]string{"document.link"}, "document.caption", "document.filename"),
		message.KindLocation: carry.MessageRules([]string{"location"}),
		message.KindTemplate: carry.MessageRules([]string{"template.name", "template.components"},
			"template.language.code", "template.language.policy", "template.namespace"),
	}
	// media returns the file of a message, or nil.
	media = map[string]func(*message.Message) *message.Media{
		message.KindImage: (*message.Message).GetImage, message.KindVideo: (*message.Message).GetVideo,
		message.KindAudio: (*message.Message).GetAudio, message.KindDocument: (*message.Message).GetDocument,
	}
)

// encode returns the form of a message and the account of its fields. The error is one of package carry.
func encode(m *message.Message, to message.Recipient) (url.Values, *carry.Fields, error) {
	fields := &carry.Fields{Vendor: vendor}
	digits, err := fields.Digits(to)
	if err != nil {
		return nil, fields, err
	}
	kind := m.GetType()
	known := rules[kind]
	if known == nil {
		return nil, fields, carry.Refuse(outcome.ReasonUnsupported, "type", "%s does not carry %q", vendor, kind)
	}
	if err := fields.Message(known, m); err != nil {
		return nil, fields, err
	}
	form := url.Values{"To": {address(digits)}}
	switch file := media[kind]; {
	case file != nil:
		err = encodeMedia(form, kind, file(m))
	case kind == message.KindText:
		err = setBody(form, "text.body", m.GetText().GetBody())
	case kind == message.KindLocation:
		err = encodeLocation(form, m.GetLocation())
	default:
		err = encodeTemplate(form, fields, m)
	}
	if at := m.GetWahost().GetSendAt(); err == nil && at != nil && at.AsTime().After(time.Now()) {
		form.Set("ScheduleType", "fixed")
		form.Set("SendAt", sendAt(at.AsTime()))
	}
	return form, fields, err
}

// sendAt returns a time in ISO 8601. A time between two seconds becomes the later one, unless its year would have five digits.
func sendAt(at time.Time) string {
	if next := at.Truncate(time.Second).Add(time.Second); !at.Equal(at.Truncate(time.Second)) && next.UTC().Year() <= 9999 {
		at = next
	}
	return at.UTC().Format(time.RFC3339)
}

func setBody(form url.Values, path, text string) error {
	if strings.TrimSpace(text) == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, path, "the text is empty")
	}
	form.Set("Body", text)
	return nil
}

func encodeMedia(form url.Values, kind string, file *message.Media) error {
	if file.GetLink() == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, kind+".link", "%s needs a link to the file", vendor)
	}
	form.Set("MediaUrl", file.GetLink())
	if kind == message.KindDocument || file.GetCaption() == "" {
		return nil
	}
	return setBody(form, kind+".caption", file.GetCaption())
}

// encodeLocation writes the coordinates and the address as an action, and the name as the text. Twilio needs a name
// (https://www.twilio.com/docs/whatsapp/message-features).
func encodeLocation(form url.Values, l *message.Location) error {
	action := "geo:" + l.GetLatitude() + "," + l.GetLongitude()
	if l.GetAddress() != "" {
		action += "|" + l.GetAddress()
	}
	form.Set("PersistentAction", action)
	if strings.TrimSpace(l.GetName()) == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "location.name", "%s needs the name of the place", vendor)
	}
	form.Set("Body", l.GetName())
	return nil
}

// encodeTemplate writes the SID of the content template, which is the name, and its variables. Twilio numbers the variables of a
// whole template. They are counted here as in Twilio's example, with those of the body first, then the buttons and the header
// (https://www.twilio.com/docs/content/using-variables-with-content-api).
func encodeTemplate(form url.Values, fields *carry.Fields, m *message.Message) error {
	if m.GetTemplate().GetName() == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "template.name", "the template has no name, which is its ContentSid")
	}
	form.Set("ContentSid", m.GetTemplate().GetName())
	t, err := fields.Template(templateParts, m.GetTemplate())
	if err != nil {
		return err
	}
	values := slices.Clone(t.Body)
	for _, b := range t.Buttons {
		if !isPasscode(m, t, b) {
			values = append(values, b.Value)
		}
	}
	if t.Header != nil {
		values = append(values, t.Header.Text)
	}
	if len(values) == 0 {
		return nil
	}
	variables := make(map[string]string, len(values))
	for i, value := range values {
		variables[strconv.Itoa(i+1)] = value
	}
	text, err := json.Marshal(variables)
	if err != nil {
		return carry.Refuse(outcome.ReasonInvalidMessage, "template.components", "the parameters cannot be written: %s", err)
	}
	form.Set("ContentVariables", string(text))
	return nil
}

// isPasscode reports whether a button repeats the one-time passcode of the body, as the Cloud API wants it. Twilio's authentication
// templates have a single variable (https://www.twilio.com/docs/content/whatsappauthentication).
func isPasscode(m *message.Message, t carry.Template, b carry.TemplateButton) bool {
	return m.Category() == message.CategoryAuthentication && t.Header == nil && len(t.Body) == 1 && b.Value == t.Body[0]
}
