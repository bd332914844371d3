// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// interactiveHeaders are the types of header that an interactive message may have. A list and a product list have a text,
// a product has no header (whatsapp-api-js), a message with reply buttons has a text or media.
var interactiveHeaders = map[string][]string{
	KindButton:      {"text", KindImage, KindVideo, KindDocument},
	KindList:        {"text"},
	KindProductList: {"text"},
	KindProduct:     {},
}

var headerFields = fieldsOf[*Header]("text", "image", "video", "document", "gif")

func (v *validator) interactive(i *Interactive) {
	const path = "interactive"
	if !v.required(path+".type", i.GetType()) {
		return
	}
	if i.GetAction() == nil {
		v.add(path+".action", "The field is required.")
		return
	}
	v.header(i)
	v.cardIndexes(path+".action.cards", len(i.GetAction().GetCards()), func(n int) *int32 { return i.GetAction().GetCards()[n].CardIndex })
	switch {
	case i.GetBody() != nil:
		v.required(path+".body.text", i.GetBody().GetText())
	case slices.Contains([]string{KindButton, KindList, KindProductList}, i.GetType()):
		v.add(path+".body", "The field is required.")
	}
	if i.GetFooter() != nil {
		v.required(path+".footer.text", i.GetFooter().GetText())
	}
	a, reflected := i.GetAction(), i.GetAction().ProtoReflect()
	switch i.GetType() {
	case KindButton:
		v.only(path+".action", "a button message", reflected, "buttons")
		v.buttons(a.GetButtons())
	case KindList:
		v.only(path+".action", "a list", reflected, "button", "sections")
		v.required(path+".action.button", a.GetButton())
		v.sections(a.GetSections(), v.rows())
	case KindProduct:
		v.only(path+".action", "a product message", reflected, "catalog_id", "product_retailer_id")
		v.required(path+".action.catalog_id", a.GetCatalogId())
		v.required(path+".action.product_retailer_id", a.GetProductRetailerId())
	case KindProductList:
		v.only(path+".action", "a product list", reflected, "catalog_id", "sections")
		v.required(path+".action.catalog_id", a.GetCatalogId())
		v.sections(a.GetSections(), v.products)
	}
}

func (v *validator) header(i *Interactive) {
	const path = "interactive.header"
	h := i.GetHeader()
	if h == nil {
		if i.GetType() == KindProductList {
			v.add(path, "A product list needs a header of type text.")
		}
		return
	}
	if allowed, known := interactiveHeaders[i.GetType()]; known && !slices.Contains(allowed, h.GetType()) {
		if len(allowed) == 0 {
			v.add(path, "A product message has no header. Remove it.")
			return
		}
		v.add(path+".type", "The type of this header must be "+quotedList(allowed)+".")
		return
	}
	v.matches(path, h.GetType(), h.ProtoReflect(), headerFields())
	switch h.GetType() {
	case KindImage:
		v.media(path+".image", KindImage, h.GetImage(), false)
	case KindVideo:
		v.media(path+".video", KindVideo, h.GetVideo(), false)
	case KindDocument:
		v.media(path+".document", KindDocument, h.GetDocument(), false)
	case headerGIF:
		v.media(path+".gif", headerGIF, h.GetGif(), false)
	}
}

// headerGIF is a header that is an animation, of the Marketing Messages API.
const headerGIF = "gif"

// cardIndexes checks that each of n cards has an index of its own: the Cloud API takes none for granted.
func (v *validator) cardIndexes(path string, n int, index func(i int) *int32) {
	seen := map[int32]bool{}
	for i := range n {
		at := IndexPath(path, i) + ".card_index"
		switch position := index(i); {
		case position == nil:
			v.add(at, "The field is required: the position of the card, from 0.")
		case *position < 0:
			v.add(at, "The value must not be negative.")
		case seen[*position]:
			v.add(at, "The card_index is used twice. Each card has its own.")
		default:
			seen[*position] = true
		}
	}
}

// matches checks that the content that the type names is set, and no other content.
func (v *validator) matches(path, kind string, m protoreflect.Message, fields []protoreflect.FieldDescriptor) {
	if !v.required(path+".type", kind) {
		return
	}
	known := slices.Contains(names(fields), kind)
	found := false
	for _, name := range setFields(m, fields) {
		if name == kind {
			found = true
		} else if known {
			v.add(JoinPath(path, name), `The field does not belong to the type "`+kind+`". Remove it.`)
		}
	}
	if known && !found {
		v.add(JoinPath(path, kind), `The field is required, because the type is "`+kind+`".`)
	}
}

// buttons checks reply buttons. A title "cannot be an empty string and must be unique within the message" (WhatsApp's own
// Node.js SDK, ButtonObject). No source says what equal means for texts that only look equal, such as the composed and the
// decomposed form of "é", or whether a title may be blank or have a newline. Such titles are sent as they are: Meta decides.
func (v *validator) buttons(buttons []*Button) {
	const path = "interactive.action.buttons"
	if len(buttons) == 0 {
		v.add(path, "At least one button is required.")
	}
	titles, ids := distinct{v, "title", map[string]bool{}}, distinct{v, "id", map[string]bool{}}
	for i, b := range buttons {
		if b.GetType() != "reply" {
			v.add(IndexPath(path, i)+".type", `The value must be "reply".`)
		}
		reply := IndexPath(path, i) + ".reply"
		titles.check(reply+".title", b.GetReply().GetTitle())
		ids.check(reply+".id", b.GetReply().GetId())
		if id := b.GetReply().GetId(); strings.TrimSpace(id) != id {
			v.add(reply+".id", "The id must not begin or end with a space.")
		}
	}
}

// sections checks the rules that lists and product lists share. Titles are required if there is more than one section.
func (v *validator) sections(sections []*Section, each func(path string, s *Section)) {
	const path = "interactive.action.sections"
	if len(sections) == 0 {
		v.add(path, "At least one section is required.")
	}
	for i, s := range sections {
		if len(sections) > 1 && s.GetTitle() == "" {
			v.add(IndexPath(path, i)+".title", "The title is required if there is more than one section.")
		}
		each(IndexPath(path, i), s)
	}
}

// rows returns a check of the rows of one section. It also checks that ids differ between the sections that it is called
// for.
func (v *validator) rows() func(path string, s *Section) {
	ids := distinct{v, "id", map[string]bool{}}
	return func(path string, s *Section) {
		v.only(path, "a section of a list", s.ProtoReflect(), "title", "rows")
		if len(s.GetRows()) == 0 {
			v.add(path+".rows", "At least one row is required.")
		}
		for i, r := range s.GetRows() {
			row := IndexPath(path+".rows", i)
			v.required(row+".title", r.GetTitle())
			ids.check(row+".id", r.GetId())
		}
	}
}

func (v *validator) products(path string, s *Section) {
	v.only(path, "a section of a product list", s.ProtoReflect(), "title", "product_items")
	if len(s.GetProductItems()) == 0 {
		v.add(path+".product_items", "At least one product is required.")
	}
	for i, p := range s.GetProductItems() {
		v.required(IndexPath(path+".product_items", i)+".product_retailer_id", p.GetProductRetailerId())
	}
}

// distinct checks that a required text is set and occurs only once.
type distinct struct {
	v    *validator
	what string
	seen map[string]bool
}

func (d distinct) check(path, value string) {
	if d.v.required(path, value) && d.seen[value] {
		d.v.add(path, "The "+d.what+" is used twice. Each must be different.")
	}
	d.seen[value] = true
}
