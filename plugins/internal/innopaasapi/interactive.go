// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"slices"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// interactiveRules are the rules by kind of interactive message, with the fields that the vendor documents for it.
var interactiveRules = map[string]*carry.Rules{
	message.KindList: interactiveRulesOf(
		"action.button", "action.sections.title", "action.sections.rows.id", "action.sections.rows.title", "action.sections.rows.description"),
	message.KindButton: interactiveRulesOf(
		"action.buttons.type", "action.buttons.reply.id", "action.buttons.reply.title"),
	message.KindProduct: interactiveRulesOf("action.catalog_id", "action.product_retailer_id"),
	message.KindProductList: interactiveRulesOf(
		"action.catalog_id", "action.sections.title", "action.sections.product_items.product_retailer_id"),
}

func interactiveRulesOf(actionPaths ...string) *carry.Rules {
	carried := []string{"interactive.type", "interactive.header", "interactive.body.text", "interactive.footer.text"}
	for _, path := range actionPaths {
		carried = append(carried, "interactive."+path)
	}
	return carry.MessageRules(carried)
}

// headerRules are the rules by type of header.
var headerRules = map[string]*carry.Rules{
	"text":     carry.MustRules(&message.Header{}, []string{"type", "text"}, nil),
	"image":    headerRulesOf("image"),
	"video":    headerRulesOf("video"),
	"document": headerRulesOf("document"),
}

func headerRulesOf(kind string) *carry.Rules {
	return carry.MustRules(&message.Header{}, []string{"type", kind + ".link", kind + ".caption"}, []string{kind + ".filename"})
}

func (e *encoder) interactive(m *message.Message, out *submission) error {
	in := m.GetInteractive()
	kindRules, ok := interactiveRules[in.GetType()]
	if !ok {
		return carry.Refuse(outcome.ReasonUnsupported, "interactive.type", "%s has no interactive message of type %q", vendor, in.GetType())
	}
	if err := e.Message(kindRules, m); err != nil {
		return err
	}
	if in.GetAction() == nil {
		return carry.Refuse(outcome.ReasonInvalidMessage, "interactive.action", "the action is missing")
	}
	out.Interactive = &interactive{Type: in.GetType()}
	if in.GetHeader() != nil {
		header, err := e.header(in)
		if err != nil {
			return err
		}
		out.Interactive.Header = header
	}
	if body := in.GetBody().GetText(); body != "" {
		out.Interactive.Body = &text{body}
	}
	if footer := in.GetFooter().GetText(); footer != "" {
		out.Interactive.Footer = &text{footer}
	}
	var err error
	out.Interactive.Action, err = e.action(in.GetAction())
	return err
}

func (e *encoder) header(in *message.Interactive) (any, error) {
	const path = "interactive.header"
	h := in.GetHeader()
	kind := h.GetType()
	if !slices.Contains(headerKinds[in.GetType()], kind) {
		return nil, carry.Refuse(outcome.ReasonUnsupported, path, "%s has no header of type %q on a %s message", vendor, kind, in.GetType())
	}
	if err := e.Object(headerRules[kind], h, path); err != nil {
		return nil, err
	}
	if kind == "text" {
		if e.channel.nested {
			return &nestedHeader{Type: kind, Text: h.GetText()}, nil
		}
		return &header{Type: kind, ParamValue: h.GetText()}, nil
	}
	file := map[string]*message.Media{"image": h.GetImage(), "video": h.GetVideo(), "document": h.GetDocument()}[kind]
	if file.GetLink() == "" {
		return nil, carry.Refuse(outcome.ReasonInvalidMessage, path+"."+kind+".link", "%s needs a link to the %s", vendor, kind)
	}
	if !e.channel.nested {
		return &header{Type: kind, Link: file.GetLink(), Caption: file.GetCaption()}, nil
	}
	// The older header has no caption.
	if file.GetCaption() != "" {
		e.Ignored = append(e.Ignored, path+"."+kind+".caption")
	}
	link := &media{Link: file.GetLink()}
	switch kind {
	case "image":
		return &nestedHeader{Type: kind, Image: link}, nil
	case "video":
		return &nestedHeader{Type: kind, Video: link}, nil
	}
	return &nestedHeader{Type: kind, Document: link}, nil
}

func (e *encoder) action(in *message.Action) (action, error) {
	out := action{CatalogID: in.GetCatalogId(), ProductRetailerID: in.GetProductRetailerId(), Button: in.GetButton()}
	for i, b := range in.GetButtons() {
		if b.GetType() != "" && b.GetType() != "reply" {
			return out, carry.Refuse(outcome.ReasonUnsupported, message.IndexPath("interactive.action.buttons", i)+".type",
				`%s supports reply buttons only, not %q`, vendor, b.GetType())
		}
		if e.channel.nested {
			out.Buttons = append(out.Buttons, nestedButton{"reply", reply{b.GetReply().GetId(), b.GetReply().GetTitle()}})
		} else {
			out.Buttons = append(out.Buttons, flatButton{"reply", b.GetReply().GetTitle(), b.GetReply().GetId()})
		}
	}
	for _, s := range in.GetSections() {
		converted := section{Title: s.GetTitle()}
		for _, r := range s.GetRows() {
			converted.Rows = append(converted.Rows, row{r.GetTitle(), r.GetId(), r.GetDescription()})
		}
		for _, p := range s.GetProductItems() {
			converted.ProductItems = append(converted.ProductItems, product{p.GetProductRetailerId()})
		}
		out.Sections = append(out.Sections, converted)
	}
	return out, nil
}
