// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// encoder translates one message to a submission.
type encoder struct {
	carry.Fields
	channel *channel
}

var (
	templateRules = carry.MessageRules([]string{"template.name", "template.language.code", "template.components"},
		"template.language.policy", "template.namespace",
		// The vendor's document has no field for them, and Meta's meaning of both is a preference.
		"product_policy", "message_activity_sharing")
	textRules     = carry.MessageRules([]string{"text.body"}, "text.preview_url")
	imageRules    = carry.MessageRules([]string{"image.link", "image.caption"}, "image.filename")
	videoRules    = carry.MessageRules([]string{"video.link", "video.caption"}, "video.filename")
	audioRules    = carry.MessageRules([]string{"audio.link"}, "audio.voice", "audio.filename")
	documentRules = carry.MessageRules([]string{"document.link", "document.caption", "document.filename"})
	stickerRules  = carry.MessageRules([]string{"sticker.link"}, "sticker.filename")
	locationRules = carry.MessageRules([]string{"location.latitude", "location.longitude", "location.name", "location.address"})
	contactsRules = carry.MessageRules([]string{
		"contacts.name.formatted_name", "contacts.name.first_name", "contacts.name.last_name",
		"contacts.name.middle_name", "contacts.name.suffix", "contacts.name.prefix",
		"contacts.phones.phone", "contacts.phones.type", "contacts.phones.wa_id",
		"contacts.emails.email", "contacts.emails.type", "contacts.urls.url", "contacts.urls.type",
		"contacts.addresses.street", "contacts.addresses.city", "contacts.addresses.state", "contacts.addresses.zip",
		"contacts.addresses.country", "contacts.addresses.country_code", "contacts.addresses.type",
		"contacts.org.company", "contacts.org.department", "contacts.org.title", "contacts.birthday",
	})
)

// encode returns the submission of a message, without uid and recipients.
func (e *encoder) encode(m *message.Message) (submission, error) {
	out := submission{WabaID: e.channel.wabaID, SendNumber: e.channel.number, MessageType: m.GetType()}
	// The vendor cannot hold a message until its send time. The host does.
	if at := m.GetWahost().GetSendAt(); at != nil && at.AsTime().After(time.Now()) {
		return out, carry.Refuse(outcome.ReasonUnsupported, "wahost.send_at", "%s sends messages immediately", vendor)
	}
	if e.channel.account.product.MarketingLite {
		if err := marketingTemplate(m); err != nil {
			return out, err
		}
	}
	switch m.GetType() {
	case message.KindTemplate:
		return out, e.template(m, &out)
	case message.KindText:
		return out, e.text(m, &out)
	case message.KindImage:
		return out, e.media(imageRules, m, &out)
	case message.KindVideo:
		return out, e.media(videoRules, m, &out)
	case message.KindAudio:
		return out, e.media(audioRules, m, &out)
	case message.KindDocument:
		return out, e.media(documentRules, m, &out)
	case message.KindSticker:
		return out, e.media(stickerRules, m, &out)
	case message.KindLocation:
		return out, e.location(m, &out)
	case message.KindContacts:
		return out, e.contacts(m, &out)
	case message.TypeInteractive:
		return out, e.interactive(m, &out)
	}
	return out, carry.Refuse(outcome.ReasonUnsupported, "type", "%s does not carry messages of type %q", vendor, m.GetType())
}

// marketingTemplate refuses messages that MMLite does not send. A template of unknown category is refused too, because
// only the caller knows the category.
func marketingTemplate(m *message.Message) error {
	switch {
	case m.GetType() != message.KindTemplate:
		return carry.Refuse(outcome.ReasonUnsupported, "type", "InnoPaaS MMLite sends marketing templates only, not %q", m.GetType())
	case m.Category() == "":
		return carry.Refuse(outcome.ReasonUnsupported, "wahost.category",
			`InnoPaaS MMLite sends marketing templates only, and the category of this one is not known: set it if it is "marketing"`)
	case m.Category() != message.CategoryMarketing:
		return carry.Refuse(outcome.ReasonUnsupported, "wahost.category", "InnoPaaS MMLite sends marketing templates only, not %q", m.Category())
	}
	return nil
}

func (e *encoder) template(m *message.Message, out *submission) error {
	if err := e.Message(templateRules, m); err != nil {
		return err
	}
	out.TemplateName, out.Language = m.GetTemplate().GetName(), m.GetTemplate().GetLanguage().GetCode()
	if out.TemplateName == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "template.name", "the template has no name")
	}
	if out.Language == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "template.language.code", "%s needs the template's language", vendor)
	}
	t, err := e.Template(templateParts, m.GetTemplate())
	if err != nil {
		return err
	}
	if h := t.Header; h != nil {
		out.Header = &header{Type: h.Type, Link: h.Link, Caption: h.Caption, ParamValue: h.Text}
	}
	out.BodyParams = t.Body
	for _, b := range t.Buttons {
		out.ButtonParams = append(out.ButtonParams, buttonParam{Type: "text", Value: b.Value})
	}
	return nil
}

func (e *encoder) text(m *message.Message, out *submission) error {
	if err := e.Message(textRules, m); err != nil {
		return err
	}
	out.Body = m.GetText().GetBody()
	if strings.TrimSpace(out.Body) == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, "text.body", "the text is empty")
	}
	return nil
}

func (e *encoder) media(rules *carry.Rules, m *message.Message, out *submission) error {
	if err := e.Message(rules, m); err != nil {
		return err
	}
	in := m.MediaOf()
	if in.GetLink() == "" {
		return carry.Refuse(outcome.ReasonInvalidMessage, m.GetType()+".link", "%s needs a link to the %s", vendor, m.GetType())
	}
	out.Media = &media{Link: in.GetLink(), Caption: in.GetCaption()}
	if m.GetType() == message.KindDocument {
		out.Media.Filename = in.GetFilename()
		if out.Media.Filename == "" {
			out.Media.Filename = filenameOf(in.GetLink())
		}
		if out.Media.Filename == "" {
			return carry.Refuse(outcome.ReasonInvalidMessage, "document.filename",
				"%s needs a file name for a document, and the link does not contain one", vendor)
		}
	}
	return nil
}

// filenameOf returns the file name at the end of a link, or "" if there is no name with an extension.
func filenameOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	name := path.Base(u.Path)
	if ext := path.Ext(name); ext == "" || ext == "." || ext == name {
		return ""
	}
	return name
}

func (e *encoder) location(m *message.Message, out *submission) error {
	if err := e.Message(locationRules, m); err != nil {
		return err
	}
	in := m.GetLocation()
	for _, field := range []struct{ name, value string }{{"latitude", in.GetLatitude()}, {"longitude", in.GetLongitude()}} {
		if field.value == "" {
			return carry.Refuse(outcome.ReasonInvalidMessage, "location."+field.name, "the %s is missing", field.name)
		}
	}
	out.Location = &location{in.GetLatitude(), in.GetLongitude(), in.GetName(), in.GetAddress()}
	return nil
}

func (e *encoder) contacts(m *message.Message, out *submission) error {
	if err := e.Message(contactsRules, m); err != nil {
		return err
	}
	if len(m.GetContacts()) == 0 {
		return carry.Refuse(outcome.ReasonInvalidMessage, "contacts", "there is no contact")
	}
	for _, in := range m.GetContacts() {
		out.Contacts = append(out.Contacts, contactOf(in))
	}
	return nil
}

func contactOf(in *message.Contact) contact {
	out := contact{Birthday: in.GetBirthday()}
	if n := in.GetName(); n != nil {
		out.Name = &contactName{n.GetFormattedName(), n.GetFirstName(), n.GetLastName(), n.GetMiddleName(), n.GetSuffix(), n.GetPrefix()}
	}
	if o := in.GetOrg(); o != nil {
		out.Org = &contactOrg{o.GetCompany(), o.GetDepartment(), o.GetTitle()}
	}
	for _, p := range in.GetPhones() {
		out.Phones = append(out.Phones, contactPhone{p.GetType(), p.GetPhone(), p.GetWaId()})
	}
	for _, a := range in.GetAddresses() {
		out.Addresses = append(out.Addresses, contactAddress{
			a.GetType(), a.GetStreet(), a.GetCity(), a.GetState(), a.GetZip(), a.GetCountry(), a.GetCountryCode(),
		})
	}
	for _, m := range in.GetEmails() {
		out.Emails = append(out.Emails, contactEmail{m.GetType(), m.GetEmail()})
	}
	for _, u := range in.GetUrls() {
		out.URLs = append(out.URLs, contactURL{u.GetType(), u.GetUrl()})
	}
	return out
}
