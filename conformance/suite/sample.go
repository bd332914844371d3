// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/sdk/message"
)

const sampleURL = "https://media.example.com/wahost/"

// Minimal returns the smallest valid message of a kind, without a recipient. It has only the fields that WhatsApp
// requires and that the dialect requires of templates. Minimal returns nil if the message model does not have the kind.
func Minimal(f *Facts, kind string) *message.Message {
	m := &message.Message{MessagingProduct: "whatsapp", RecipientType: "individual", Type: kind}
	media := func(file string) *message.Media { return &message.Media{Link: sampleURL + file} }
	switch kind {
	case message.KindText:
		m.Text = &message.Text{Body: "Your parcel is on its way."}
	case message.KindTemplate:
		known := f.Dialect.Samples.Template
		name, language, category := known.Name, known.Language, known.Category
		if name == "" {
			name, language = "order_update", "en_US"
		}
		if category == "" {
			category = message.CategoryUtility
		}
		if allowed := f.Capabilities.TemplateCategories; len(allowed) > 0 && !slices.Contains(allowed, category) {
			category = allowed[0]
		}
		m.Template = &message.Template{Name: name, Language: &message.Language{Code: language}}
		m.Wahost = &message.Extension{Category: category}
	case message.KindImage:
		m.Image = media("parcel.jpg")
	case message.KindVideo:
		m.Video = media("unboxing.mp4")
	case message.KindAudio:
		m.Audio = media("greeting.ogg")
	case message.KindDocument:
		m.Document = media("invoice.pdf")
		m.Document.Filename = "invoice.pdf"
	case message.KindSticker:
		m.Sticker = media("thanks.webp")
	case message.KindLocation:
		m.Location = &message.Location{Latitude: "12.971599", Longitude: "77.594566"}
	case message.KindContacts:
		m.Contacts = []*message.Contact{{
			Name:   &message.ContactName{FormattedName: "Ann Example", FirstName: "Ann"},
			Phones: []*message.ContactPhone{{Phone: "+12025550123"}},
		}}
	case message.KindReaction:
		m.Reaction = &message.Reaction{MessageId: "wamid.SAMPLE", Emoji: proto.String("👍")}
	default:
		if !slices.Contains(Kinds(), kind) {
			return nil
		}
		m.Type = message.TypeInteractive
		m.Interactive = interactive(kind)
	}
	return m
}

func interactive(kind string) *message.Interactive {
	i := &message.Interactive{Type: kind, Body: &message.Body{Text: "Please choose"}, Action: &message.Action{}}
	switch kind {
	case message.KindList:
		i.Action.Button = "Slots"
		i.Action.Sections = []*message.Section{{Rows: []*message.Row{{Id: "t1", Title: "10-12"}}}}
	case message.KindButton:
		i.Action.Buttons = []*message.Button{{Type: "reply", Reply: &message.Reply{Id: "yes", Title: "Yes"}}}
	case message.KindProduct:
		i.Action.CatalogId, i.Action.ProductRetailerId = "200000000000001", "sku-1"
	case message.KindProductList:
		i.Header = &message.Header{Type: "text", Text: "For you"}
		i.Action.CatalogId = "200000000000001"
		i.Action.Sections = []*message.Section{{Title: "Shoes", ProductItems: []*message.ProductItem{{ProductRetailerId: "sku-1"}}}}
	case sample.KindCTAURL, sample.KindFlow, sample.KindCatalogMessage:
		sample.NamedAction(i.Action, kind)
	}
	return i
}

// AnyKind returns the simplest declared kind of message, which is text if text is declared, or "" if no kind is
// declared.
func (f *Facts) AnyKind() string {
	for _, kind := range Kinds() {
		if f.Declares(kind) {
			return kind
		}
	}
	return ""
}
