// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/internal/suggest"
)

// Validate checks the content of a message against WhatsApp's own rules and a table of limits; nil means
// DefaultLimits. It does not look at the recipient: RecipientOf does. The error is an *InvalidError with all
// problems found.
//
// Kinds that the host knows but has no rules for (cta_url, flow, catalog_message and later ones) get minimal
// checks: what is wrong with them the vendor says.
//
// The rules are those of Meta's OpenAPI file business-messaging-api_v23.0.yaml, unless a comment names another
// source.
func Validate(m *Message, limits *Limits) error {
	if limits == nil {
		limits = DefaultLimits()
	}
	v := validator{}
	v.envelope(m)
	v.content(m)
	v.extension(m)
	for _, p := range limits.Check(m) {
		v.add(p.Path, p.Detail)
	}
	return v.err()
}

type validator struct {
	problems
}

func (v *validator) envelope(m *Message) {
	if p := m.GetMessagingProduct(); p != "" && p != "whatsapp" {
		v.add("messaging_product", `The value must be "whatsapp".`)
	}
	if m.GetContext() != nil {
		v.required("context.message_id", m.GetContext().GetMessageId())
	}
}

func (v *validator) content(m *Message) {
	set := setFields(m.ProtoReflect(), contentFields())
	switch {
	case len(set) == 0 && m.GetType() == "":
		v.add("", "The message has no content. Set one of text, template, image, interactive and so on.")
		return
	case len(set) > 1:
		v.add("", "The message has several contents: "+strings.Join(set, ", ")+". Keep exactly one.")
		return
	case m.GetType() == "":
		v.add("type", `The field is required. The content suggests "`+set[0]+`".`)
		return
	case !slices.Contains(names(contentFields()), m.GetType()):
		v.add("type", "The type is not known."+suggest.Sentence(m.GetType(), names(contentFields())))
		return
	case len(set) == 0:
		v.add(m.GetType(), `The field is required, because type is "`+m.GetType()+`".`)
		return
	case set[0] != m.GetType():
		v.add("type", `The type is "`+m.GetType()+`" and the content is "`+set[0]+`". They must be the same.`)
		return
	}
	switch m.GetType() {
	case KindText:
		v.required("text.body", m.GetText().GetBody())
	case KindTemplate:
		v.template(m.GetTemplate())
	case KindImage, KindVideo, KindAudio, KindDocument, KindSticker:
		v.media(m.GetType(), m.GetType(), m.MediaOf(), true)
	case KindLocation:
		v.location("location", m.GetLocation())
	case KindContacts:
		v.contacts(m.GetContacts())
	case TypeInteractive:
		v.interactive(m.GetInteractive())
	case KindReaction:
		v.required("reaction.message_id", m.GetReaction().GetMessageId())
	}
}

// media checks one media object of the given kind. captionAllowed is false in headers: a media header takes no
// caption (whatsapp-api-js; the OpenAPI file says the same of template headers).
func (v *validator) media(path, kind string, m *Media, captionAllowed bool) {
	switch {
	case m == nil:
		return // the caller reports the missing object
	case m.GetId() == "" && m.GetLink() == "":
		v.add(path, "Set link (a URL) or id (of uploaded media).")
	case m.GetId() != "" && m.GetLink() != "":
		v.add(path, "Both id and link are set. Remove one of the two.")
	case m.GetLink() != "":
		v.httpURL(path+".link", m.GetLink())
	}
	if m.GetCaption() != "" && (!captionAllowed || kind == KindAudio || kind == KindSticker) {
		v.add(path+".caption", "A caption is not possible here. Remove it.")
	}
	if m.GetFilename() != "" && kind != KindDocument {
		v.add(path+".filename", "Only a document has a file name. Remove it.")
	}
	if m.GetVoice() && kind != KindAudio {
		v.add(path+".voice", "Only audio can be a voice message. Remove it.")
	}
}

func (v *validator) httpURL(path, s string) {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
		v.add(path, "The link must be an absolute http or https URL.")
	}
}

// extension checks wahost's own object.
func (v *validator) extension(m *Message) {
	x := m.GetWahost()
	if x == nil {
		return
	}
	categories := []string{CategoryMarketing, CategoryUtility, CategoryAuthentication, CategoryService}
	switch {
	case x.GetCategory() == "":
	case !slices.Contains(categories, x.GetCategory()):
		v.add("wahost.category", "The category must be "+quotedList(categories)+"."+
			suggest.Sentence(x.GetCategory(), categories))
	case x.GetCategory() == CategoryService && m.GetType() == KindTemplate:
		v.add("wahost.category", `A template is never "service": that is the category of free-form messages.`)
	}
	if x.GetRoute() != "" && x.GetChannel() != "" {
		v.add("wahost", "Both route and channel are set. Remove one of the two.")
	}
	if x.GetSendAt() != nil && x.GetSendAt().CheckValid() != nil {
		v.add("wahost.send_at", "The time is out of range: the year must be 1 to 9999.")
	}
	if len(x.GetVariables()) == 0 {
		return
	}
	if m.GetType() != KindText {
		v.add("wahost.variables", "Variables are for the body of a text message. A template has parameters.")
		return
	}
	if _, err := RenderVariables(m.GetText().GetBody(), x.GetVariables()); err != nil {
		v.add("wahost.variables", err.Error())
	}
}

func (v *validator) required(path, value string) bool {
	if value == "" {
		v.add(path, "The field is required.")
	}
	return value != ""
}

// only reports the fields of a message that are set and do not belong there, so that no field is dropped in silence.
func (v *validator) only(path, where string, m protoreflect.Message, allowed ...string) {
	for i, fields := 0, m.Descriptor().Fields(); i < fields.Len(); i++ {
		name := string(fields.Get(i).Name())
		if m.Has(fields.Get(i)) && !slices.Contains(allowed, name) {
			v.add(join(path, name), "The field does not belong to "+where+". Remove it.")
		}
	}
}

func setFields(m protoreflect.Message, fields []protoreflect.FieldDescriptor) []string {
	var set []string
	for _, fd := range fields {
		if m.Has(fd) {
			set = append(set, string(fd.Name()))
		}
	}
	return set
}

func names(fields []protoreflect.FieldDescriptor) []string {
	list := make([]string, 0, len(fields))
	for _, fd := range fields {
		list = append(list, string(fd.Name()))
	}
	return list
}
