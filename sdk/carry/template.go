// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry

import (
	"slices"
	"strconv"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Template is the content of a template message besides its name and language, for vendors that take positional text
// parameters, media by link and one parameter for each button.
type Template struct {
	// Header is nil if the message has no header parameter.
	Header *TemplateHeader
	// Body are the texts of the body parameters in their order.
	Body []string
	// Buttons are sorted by their index.
	Buttons []TemplateButton
}

// TemplateHeader is the parameter of a header.
type TemplateHeader struct {
	// Type is "text", "image", "video" or "document".
	Type string
	// Text is set if Type is "text". Link and, optionally, Caption are set otherwise.
	Text, Link, Caption string
}

// TemplateButton is the parameter of a button.
type TemplateButton struct {
	// Index is the position among all buttons of the template, from 0.
	Index int
	// SubType is "url" or "copy_code".
	SubType string
	// Value is the end of the URL or the code.
	Value string
}

// TemplateOptions say which parts of a template a vendor carries.
type TemplateOptions struct {
	// HeaderKinds are the types of header: "text", "image", "video", "document".
	HeaderKinds []string
	// ButtonKinds are the sub-types of button: "url", "copy_code".
	ButtonKinds []string
	// HeaderCaption is true if the caption of a media header is carried. It is ignored otherwise.
	HeaderCaption bool
}

var (
	parametersRules = MustRules(&message.Component{}, []string{"type", "parameters"}, nil)
	buttonRules     = MustRules(&message.Component{}, []string{"type", "sub_type", "index", "parameters"}, nil)
	textRules       = MustRules(&message.Parameter{}, []string{"type", "text"}, nil)
	couponRules     = MustRules(&message.Parameter{}, []string{"type", "coupon_code"}, nil)
	mediaRules      = map[string]*Rules{}
)

func init() {
	for _, kind := range []string{"image", "video", "document"} {
		mediaRules[kind] = MustRules(&message.Parameter{},
			[]string{"type", kind + ".link", kind + ".caption"}, []string{kind + ".filename"})
	}
}

// maxButtons is the largest number of buttons of a template (WhatsApp's rule).
const maxButtons = 10

// Template reads the components of a template, and accounts for their fields. The error is one that OutcomeOf
// understands.
func (f *Fields) Template(t *message.Template, options TemplateOptions) (Template, error) {
	var out Template
	var err error
	seen := map[string]bool{}
	for i, component := range t.GetComponents() {
		at := message.IndexPath("template.components", i)
		kind := component.GetType()
		once := kind
		switch kind {
		case "header":
			out.Header, err = f.header(component, at, options)
		case "body":
			out.Body, err = f.body(component, at)
		case "button":
			once += component.GetIndex()
			var button TemplateButton
			button, err = f.button(component, at, options.ButtonKinds)
			out.Buttons = append(out.Buttons, button)
		default:
			err = Refuse(outcome.ReasonUnsupported, at, "%s cannot fill a component of type %q", f.Vendor, kind)
		}
		if err == nil && seen[once] {
			err = Refuse(outcome.ReasonInvalidMessage, at, "the %s occurs twice", kind)
		}
		if err != nil {
			return Template{}, err
		}
		seen[once] = true
	}
	slices.SortStableFunc(out.Buttons, func(a, b TemplateButton) int { return a.Index - b.Index })
	return out, nil
}

func (f *Fields) header(component *message.Component, at string, options TemplateOptions) (*TemplateHeader, error) {
	p, at, err := f.only(parametersRules, component, at)
	if err != nil || p == nil {
		return nil, err
	}
	if !slices.Contains(options.HeaderKinds, p.GetType()) {
		return nil, Refuse(outcome.ReasonUnsupported, at+".type", "%s has no template header of type %q", f.Vendor, p.GetType())
	}
	if p.GetType() == "text" {
		return &TemplateHeader{Type: "text", Text: p.GetText()}, f.Object(textRules, p, at)
	}
	if err := f.Object(mediaRules[p.GetType()], p, at); err != nil {
		return nil, err
	}
	media := map[string]*message.Media{"image": p.GetImage(), "video": p.GetVideo(), "document": p.GetDocument()}[p.GetType()]
	at = message.JoinPath(at, p.GetType())
	if media.GetLink() == "" {
		return nil, Refuse(outcome.ReasonInvalidMessage, at+".link", "%s needs a link to the %s", f.Vendor, p.GetType())
	}
	h := &TemplateHeader{Type: p.GetType(), Link: media.GetLink()}
	if options.HeaderCaption {
		h.Caption = media.GetCaption()
	} else if media.GetCaption() != "" {
		f.Ignored = append(f.Ignored, at+".caption")
	}
	return h, nil
}

func (f *Fields) body(component *message.Component, at string) ([]string, error) {
	if err := f.Object(parametersRules, component, at); err != nil {
		return nil, err
	}
	var out []string
	for i, p := range component.GetParameters() {
		at := message.IndexPath(at+".parameters", i)
		if p.GetType() != "text" {
			return nil, Refuse(outcome.ReasonUnsupported, at+".type", "%s fills template bodies with text only, not %q", f.Vendor, p.GetType())
		}
		if err := f.Object(textRules, p, at); err != nil {
			return nil, err
		}
		out = append(out, p.GetText())
	}
	return out, nil
}

func (f *Fields) button(component *message.Component, at string, kinds []string) (TemplateButton, error) {
	b := TemplateButton{SubType: component.GetSubType()}
	if !slices.Contains(kinds, b.SubType) {
		return b, Refuse(outcome.ReasonUnsupported, at+".sub_type", "%s cannot fill a button of type %q", f.Vendor, b.SubType)
	}
	index, err := strconv.Atoi(component.GetIndex())
	if err != nil || index < 0 || index >= maxButtons || strconv.Itoa(index) != component.GetIndex() {
		return b, Refuse(outcome.ReasonInvalidMessage, at+".index", `expected the button's position, from "0" to "%d"`, maxButtons-1)
	}
	b.Index = index
	p, parameterAt, err := f.only(buttonRules, component, at)
	if err != nil {
		return b, err
	}
	if p == nil {
		return b, Refuse(outcome.ReasonInvalidMessage, at+".parameters", "the button needs one parameter")
	}
	want, rules := "text", textRules
	b.Value = p.GetText()
	if b.SubType == "copy_code" {
		want, rules, b.Value = "coupon_code", couponRules, p.GetCouponCode()
	}
	if p.GetType() != want {
		return b, Refuse(outcome.ReasonInvalidMessage, parameterAt+".type", "a %s button takes a parameter of type %q", b.SubType, want)
	}
	return b, f.Object(rules, p, parameterAt)
}

// only returns the one parameter of a component and its path, or nil if there is no parameter.
func (f *Fields) only(rules *Rules, component *message.Component, at string) (*message.Parameter, string, error) {
	if err := f.Object(rules, component, at); err != nil {
		return nil, "", err
	}
	switch parameters := component.GetParameters(); len(parameters) {
	case 0:
		return nil, "", nil
	case 1:
		return parameters[0], message.IndexPath(at+".parameters", 0), nil
	default:
		return nil, "", Refuse(outcome.ReasonUnsupported, message.IndexPath(at+".parameters", 1), "%s takes one parameter here", f.Vendor)
	}
}
