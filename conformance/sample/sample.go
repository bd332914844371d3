// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package sample generates test messages of each kind, within what a channel declares.
package sample

import (
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// Options describe the channel that the messages are for.
type Options struct {
	Capabilities capability.Capabilities
	// Template is a template of the vendor. If its name is empty, "sample_template" in "en_US" is used.
	Template, Language, Category string
}

// Kinds returns the kinds of message that this package can generate.
func Kinds() []string {
	return []string{
		message.KindText, message.KindTemplate, message.KindImage, message.KindVideo, message.KindAudio,
		message.KindDocument, message.KindSticker, message.KindLocation, message.KindContacts, message.KindList,
		message.KindButton, message.KindProduct, message.KindProductList, message.KindReaction, message.KindPin,
		KindCTAURL, KindFlow, KindCatalogMessage,
	}
}

// Categories returns the categories that templates can have.
func Categories() []string {
	return []string{message.CategoryMarketing, message.CategoryUtility, message.CategoryAuthentication}
}

// kindOf returns what the channel declares for a kind, or the zero value if it does not declare the kind.
func (o Options) kindOf(kind string) capability.Kind {
	for _, k := range o.Capabilities.Kinds {
		if k.Kind == kind {
			return k
		}
	}
	return capability.Kind{Kind: kind}
}

// Minimal returns a message with only the required fields of its kind, or nil if the kind is unknown.
func Minimal(kind string, o Options) *message.Message {
	m := &message.Message{MessagingProduct: "whatsapp", Type: kind}
	switch kind {
	case message.KindText:
		m.Text = &message.Text{Body: "Hello"}
	case message.KindTemplate:
		m.Template = &message.Template{Name: o.template(), Language: &message.Language{Code: o.language()}}
		m.Wahost = &message.Extension{Category: o.category()}
	case message.KindImage, message.KindVideo, message.KindAudio, message.KindSticker:
		setMedia(m, kind, o.media())
	case message.KindDocument:
		media := o.media()
		media.Filename = "report.pdf"
		setMedia(m, kind, media)
	case message.KindLocation:
		m.Location = &message.Location{Latitude: "52.520008", Longitude: "13.404954"}
	case message.KindContacts:
		m.Contacts = []*message.Contact{{
			Name:   &message.ContactName{FormattedName: "Ada Lovelace", FirstName: "Ada"},
			Phones: []*message.ContactPhone{{Phone: "+12025550100"}},
		}}
	case message.KindReaction:
		m.Reaction = &message.Reaction{MessageId: "wamid.SAMPLE", Emoji: proto.String("👍")}
	case message.KindPin:
		m.Pin = &message.Pin{Type: "pin", MessageId: "wamid.SAMPLE", ExpirationDays: 7}
	case message.KindList, message.KindButton, message.KindProduct, message.KindProductList, KindCTAURL, KindFlow, KindCatalogMessage:
		m.Type = message.TypeInteractive
		m.Interactive = interactive(kind, 1)
		if kind == message.KindList {
			section := m.GetInteractive().GetAction().GetSections()[0]
			section.Title, section.Rows[0].Description = "", ""
		}
		// A list of products has a header by Meta's rule.
		if kind == message.KindProductList && slices.Contains(o.kindOf(kind).HeaderKinds, "text") {
			m.Interactive.Header = &message.Header{Type: "text", Text: "Header"}
		}
	default:
		return nil
	}
	return m
}

func (o Options) template() string {
	if o.Template == "" {
		return "sample_template"
	}
	return o.Template
}

func (o Options) language() string {
	if o.Language == "" {
		return "en_US"
	}
	return o.Language
}

// category returns a template category that the channel accepts.
func (o Options) category() string {
	allowed := o.Capabilities.TemplateCategories
	switch {
	case len(allowed) > 0 && !slices.Contains(allowed, o.Category):
		return allowed[0]
	case o.Category == "":
		return message.CategoryUtility
	}
	return o.Category
}

// media returns a reference to a file in a form that the channel accepts.
func (o Options) media() *message.Media {
	sources := o.Capabilities.MediaSources
	if len(sources) > 0 && !slices.Contains(sources, capability.MediaByLink) && slices.Contains(sources, capability.MediaByID) {
		return &message.Media{Id: "1000000000000001"}
	}
	return &message.Media{Link: "https://cdn.example.com/file.bin"}
}

func setMedia(m *message.Message, kind string, media *message.Media) {
	switch kind {
	case message.KindImage:
		m.Image = media
	case message.KindVideo:
		m.Video = media
	case message.KindAudio:
		m.Audio = media
	case message.KindDocument:
		m.Document = media
	case message.KindSticker:
		m.Sticker = media
	}
}

// interactive returns an interactive message with a body and n elements in each list.
func interactive(kind string, n int) *message.Interactive {
	in := &message.Interactive{Type: kind, Body: &message.Body{Text: "Body"}, Action: &message.Action{}}
	a := in.Action
	switch kind {
	case message.KindButton:
		for i := range n {
			a.Buttons = append(a.Buttons, &message.Button{Type: "reply", Reply: &message.Reply{Id: "id" + strconv.Itoa(i), Title: "Title " + strconv.Itoa(i)}})
		}
	case message.KindList:
		a.Button = "Choose"
		for i := range n {
			s := &message.Section{Title: "Section " + strconv.Itoa(i)}
			for j := range n {
				id := strconv.Itoa(i) + "-" + strconv.Itoa(j)
				s.Rows = append(s.Rows, &message.Row{Id: "row" + id, Title: "Row " + id, Description: "Description " + id})
			}
			a.Sections = append(a.Sections, s)
		}
	case message.KindProduct:
		a.CatalogId, a.ProductRetailerId = "catalog-1", "product-1"
	case message.KindProductList:
		a.CatalogId = "catalog-1"
		for i := range n {
			s := &message.Section{Title: "Section " + strconv.Itoa(i)}
			for j := range n {
				s.ProductItems = append(s.ProductItems, &message.ProductItem{ProductRetailerId: "product" + strconv.Itoa(i) + "-" + strconv.Itoa(j)})
			}
			a.Sections = append(a.Sections, s)
		}
	default:
		NamedAction(a, kind)
	}
	return in
}
