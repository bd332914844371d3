// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"slices"

	"github.com/wahost/wahost/internal/suggest"
)

var componentTypes = []string{"header", "body", "button", "carousel", "limited_time_offer"}

// templateCheck validates the components of one template, or of one carousel card.
type templateCheck struct {
	*validator
	seen    map[string]bool
	buttons map[string]bool
	// named and positional record the path of one parameter of each style.
	named, positional string
}

func (v *validator) template(t *Template) {
	v.required("template.name", t.GetName())
	v.required("template.language.code", t.GetLanguage().GetCode())
	// The OpenAPI file demands the policy and leaves it out in its own examples, so it is optional here.
	if p := t.GetLanguage().GetPolicy(); p != "" && p != "deterministic" {
		v.add("template.language.policy", `The value must be "deterministic", or the field left out.`)
	}
	v.components("template.components", t.GetComponents(), componentTypes)
}

func (v *validator) components(path string, components []*Component, allowed []string) {
	c := templateCheck{validator: v, seen: map[string]bool{}, buttons: map[string]bool{}}
	for i, component := range components {
		c.component(at(path, i), component, allowed)
	}
	// Positional and named parameters cannot be mixed (whatsapp-api-js).
	if c.named != "" && c.positional != "" {
		v.add(c.positional, "The parameter has no parameter_name, and another one has. Name all or none.")
	}
}

func (c *templateCheck) component(path string, x *Component, allowed []string) {
	switch {
	case !c.required(path+".type", x.GetType()):
		return
	case !slices.Contains(allowed, x.GetType()):
		c.add(path+".type", "The type must be "+quotedList(allowed)+"."+suggest.Sentence(x.GetType(), allowed))
		return
	case x.GetType() == "button":
		c.only(path, "a button", x.ProtoReflect(), "type", "sub_type", "index", "parameters")
		c.button(path, x)
		return
	case c.seen[x.GetType()]:
		c.add(path, "There are two components of the type "+x.GetType()+". Keep one.")
	}
	c.seen[x.GetType()] = true
	switch x.GetType() {
	case "carousel":
		c.only(path, "a carousel", x.ProtoReflect(), "type", "cards")
		c.cards(path+".cards", x.GetCards())
		return
	case "header":
		if len(x.GetParameters()) != 1 {
			c.add(path+".parameters", "A header takes exactly one parameter.")
		}
	}
	c.only(path, "a "+x.GetType(), x.ProtoReflect(), "type", "parameters")
	for i, p := range x.GetParameters() {
		c.parameter(at(path+".parameters", i), p, x.GetType() == "header")
		c.style(at(path+".parameters", i), p)
	}
}

// style records whether a text parameter is named.
func (c *templateCheck) style(path string, p *Parameter) {
	switch {
	case p.GetParameterName() != "":
		c.named = path
	case p.GetType() == "text" || p.GetType() == "currency" || p.GetType() == "date_time":
		c.positional = path
	}
}

// button: index is the position among all buttons of the template, of which there are at most 10.
func (c *templateCheck) button(path string, x *Component) {
	c.required(path+".sub_type", x.GetSubType())
	index := x.GetIndex()
	switch {
	case len(index) != 1 || index[0] < '0' || index[0] > '9':
		c.add(path+".index", `The index must be "0" to "9": the position among the buttons of the template.`)
	case c.buttons[index]:
		c.add(path+".index", "The index is used twice. Each button has its own.")
	}
	c.buttons[index] = true
	for i, p := range x.GetParameters() {
		c.parameter(at(path+".parameters", i), p, false)
	}
	wanted, known := map[string]string{
		"url": "text", "quick_reply": "payload", "copy_code": "coupon_code",
	}[x.GetSubType()]
	if known && (len(x.GetParameters()) != 1 || x.GetParameters()[0].GetType() != wanted) {
		c.add(path+".parameters", "A "+x.GetSubType()+" button takes exactly one parameter, of the type "+wanted+".")
	}
}

func (c *templateCheck) parameter(path string, p *Parameter, header bool) {
	switch p.GetType() {
	case "action": // the parameters of a flow or catalogue button are optional
		c.only(path, "an action", p.ProtoReflect(), "type", "action")
		return
	default:
		c.matches(path, p.GetType(), p.ProtoReflect(), parameterFields())
	}
	switch p.GetType() {
	case KindImage:
		c.media(path+".image", KindImage, p.GetImage(), false)
	case KindVideo:
		c.media(path+".video", KindVideo, p.GetVideo(), false)
	case KindDocument:
		c.media(path+".document", KindDocument, p.GetDocument(), false)
	case KindLocation:
		c.location(path+".location", p.GetLocation())
		if header && p.GetLocation() != nil { // a location header needs its name and address (whatsapp-api-js)
			c.required(path+".location.name", p.GetLocation().GetName())
			c.required(path+".location.address", p.GetLocation().GetAddress())
		}
	case "currency":
		c.required(path+".currency.fallback_value", p.GetCurrency().GetFallbackValue())
		c.required(path+".currency.code", p.GetCurrency().GetCode())
	case "date_time":
		c.required(path+".date_time.fallback_value", p.GetDateTime().GetFallbackValue())
	}
}

func (c *templateCheck) cards(path string, cards []*CarouselCard) {
	if len(cards) == 0 {
		c.add(path, "At least one card is required.")
	}
	seen := map[int32]bool{}
	for i, card := range cards {
		if seen[card.GetCardIndex()] {
			c.add(at(path, i)+".card_index", "The card_index is used twice. Each card has its own.")
		}
		seen[card.GetCardIndex()] = true
		c.components(at(path, i)+".components", card.GetComponents(), []string{"header", "body", "button"})
	}
}
