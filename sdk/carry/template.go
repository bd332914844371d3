// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry

import (
	"slices"
	"strconv"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Template is the content of a template message besides its name and language, for vendors that take positional
// parameters, media by link and one parameter for each button.
type Template struct {
	// Header is nil if the message has no header parameter.
	Header *TemplateHeader
	// Body are the texts of the body parameters in their order. The text of a currency or date_time parameter is its
	// fallback_value.
	Body []string
	// BodyParameters are the same parameters as they are in the message. They must not be changed.
	BodyParameters []*message.Parameter
	// Buttons are sorted by their index.
	Buttons []TemplateButton
}

// TemplateHeader is the parameter of a header.
type TemplateHeader struct {
	// Type is "text", "image", "video", "document" or "location".
	Type string
	// Text is set if Type is "text".
	Text string
	// Link and, optionally, Caption and Filename are set if Type is a kind of media.
	Link, Caption, Filename string
	// Location is set if Type is "location". It must not be changed.
	Location *message.Location
}

// TemplateButton is the parameter of a button.
type TemplateButton struct {
	// Index is the position among all buttons of the template, from 0.
	Index int
	// SubType is "url", "copy_code" or "quick_reply".
	SubType string
	// Value is the end of the URL, the code or the payload.
	Value string
}

// TemplateOptions say which parts of a template a vendor carries.
type TemplateOptions struct {
	// HeaderKinds are the types of header: "text", "image", "video", "document", "location".
	HeaderKinds []string
	// HeaderCaption is true if the caption of a media header is carried, HeaderFilename if the file name of a document header
	// is, and HeaderPlace if the name and the address of a location header are. They are ignored otherwise.
	HeaderCaption, HeaderFilename, HeaderPlace bool
	// ButtonKinds are the sub-types of button: "url", "copy_code", "quick_reply".
	ButtonKinds []string
	// ParameterTypes are the types of body parameter besides text that are carried with all of their fields: "currency",
	// "date_time".
	ParameterTypes []string
	// FallbackTexts are the types, of the same ones, for which the vendor gets the fallback_value as a text. Their other
	// fields are ignored.
	FallbackTexts []string
}

// TemplateRules read templates as TemplateOptions say. They do not change, and are safe for concurrent use.
type TemplateRules struct {
	options TemplateOptions
	headers map[string]*Rules
	body    map[string]*Rules
	buttons map[string]buttonKind
}

// buttonKind is how a sub-type of button has its value.
type buttonKind struct {
	parameter string
	rules     *Rules
	value     func(*message.Parameter) string
}

var (
	parametersRules = MustRules(&message.Component{}, []string{"type", "parameters"}, nil)
	buttonRules     = MustRules(&message.Component{}, []string{"type", "sub_type", "index", "parameters"}, nil)
	textRules       = MustRules(&message.Parameter{}, []string{"type", "text"}, nil)
)

// buttonKinds are the sub-types of button that TemplateRules can read.
var buttonKinds = map[string]buttonKind{
	"url":         {"text", textRules, (*message.Parameter).GetText},
	"copy_code":   {"coupon_code", MustRules(&message.Parameter{}, []string{"type", "coupon_code"}, nil), (*message.Parameter).GetCouponCode},
	"quick_reply": {"payload", MustRules(&message.Parameter{}, []string{"type", "payload"}, nil), (*message.Parameter).GetPayload},
}

// fallbacks are the types of body parameter that have a fallback text, with their other fields.
var fallbacks = map[string][]string{
	"currency":  {"code", "amount_1000"},
	"date_time": {"day_of_week", "year", "month", "day_of_month", "hour", "minute", "calendar"},
}

// MustTemplateRules returns rules for templates. It is called when a provider starts, and panics for an option that cannot
// be honoured: a kind that TemplateRules cannot read, a part of a header that is not among the kinds, and a type that is
// carried whole and as a text.
func MustTemplateRules(options TemplateOptions) *TemplateRules {
	r := &TemplateRules{options: options, headers: map[string]*Rules{}, body: map[string]*Rules{"text": textRules}, buttons: map[string]buttonKind{}}
	for _, kind := range options.HeaderKinds {
		r.headers[kind] = headerRules(kind, options)
	}
	media := r.headers["image"] != nil || r.headers["video"] != nil || r.headers["document"] != nil
	switch {
	case options.HeaderCaption && !media:
		panic("carry: HeaderCaption without a kind of media in HeaderKinds")
	case options.HeaderFilename && r.headers["document"] == nil:
		panic(`carry: HeaderFilename without "document" in HeaderKinds`)
	case options.HeaderPlace && r.headers["location"] == nil:
		panic(`carry: HeaderPlace without "location" in HeaderKinds`)
	}
	for _, kind := range options.ButtonKinds {
		known, ok := buttonKinds[kind]
		if !ok {
			panic("carry: a button of kind " + strconv.Quote(kind) + " cannot be read")
		}
		r.buttons[kind] = known
	}
	for i, kind := range slices.Concat(options.ParameterTypes, options.FallbackTexts) {
		others, ok := fallbacks[kind]
		switch {
		case !ok:
			panic("carry: a body parameter of type " + strconv.Quote(kind) + " cannot be read")
		case r.body[kind] != nil:
			panic("carry: the type " + strconv.Quote(kind) + " is listed twice")
		case i < len(options.ParameterTypes):
			r.body[kind] = MustRules(&message.Parameter{}, []string{"type", kind}, nil)
		default:
			var ignoredPaths []string
			for _, name := range others {
				ignoredPaths = append(ignoredPaths, kind+"."+name)
			}
			r.body[kind] = MustRules(&message.Parameter{}, []string{"type", kind + ".fallback_value"}, ignoredPaths)
		}
	}
	return r
}

// headerRules returns the rules of the parameter of a header.
func headerRules(kind string, options TemplateOptions) *Rules {
	carriedPaths, ignoredPaths := []string{"type"}, []string(nil)
	either := func(isCarried bool, paths ...string) {
		if isCarried {
			carriedPaths = append(carriedPaths, paths...)
		} else {
			ignoredPaths = append(ignoredPaths, paths...)
		}
	}
	switch kind {
	case "text":
		either(true, "text")
	case "image", "video", "document":
		either(true, kind+".link")
		either(options.HeaderCaption, kind+".caption")
		either(options.HeaderFilename && kind == "document", kind+".filename")
	case "location":
		either(true, "location.latitude", "location.longitude")
		either(options.HeaderPlace, "location.name", "location.address")
	default:
		panic("carry: a header of kind " + strconv.Quote(kind) + " cannot be read")
	}
	return MustRules(&message.Parameter{}, carriedPaths, ignoredPaths)
}

// maxButtons is the largest number of buttons of a template (WhatsApp's rule).
const maxButtons = 10

// Template reads the components of a template, and accounts for their fields. The error is one that OutcomeOf
// understands.
func (f *Fields) Template(rules *TemplateRules, t *message.Template) (Template, error) {
	var out Template
	var err error
	seen := map[string]bool{}
	for i, component := range t.GetComponents() {
		at := message.IndexPath("template.components", i)
		kind := component.GetType()
		once := kind
		switch kind {
		case "header":
			out.Header, err = f.header(rules, component, at)
		case "body":
			err = f.body(rules, component, at, &out)
		case "button":
			once += component.GetIndex()
			var button TemplateButton
			button, err = f.button(rules, component, at)
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

func (f *Fields) header(rules *TemplateRules, component *message.Component, at string) (*TemplateHeader, error) {
	p, at, err := f.only(parametersRules, component, at)
	if err != nil || p == nil {
		return nil, err
	}
	fields, known := rules.headers[p.GetType()]
	if !known {
		return nil, Refuse(outcome.ReasonUnsupported, at+".type", "%s has no template header of type %q", f.Vendor, p.GetType())
	}
	if err := f.Object(fields, p, at); err != nil {
		return nil, err
	}
	h := &TemplateHeader{Type: p.GetType()}
	at = message.JoinPath(at, p.GetType())
	switch p.GetType() {
	case "text":
		h.Text = p.GetText()
		return h, nil
	case "location":
		if h.Location = p.GetLocation(); h.Location.GetLatitude() == "" || h.Location.GetLongitude() == "" {
			return nil, Refuse(outcome.ReasonInvalidMessage, at, "%s needs the latitude and the longitude", f.Vendor)
		}
		return h, nil
	}
	media := map[string]*message.Media{"image": p.GetImage(), "video": p.GetVideo(), "document": p.GetDocument()}[p.GetType()]
	if h.Link = media.GetLink(); h.Link == "" {
		return nil, Refuse(outcome.ReasonInvalidMessage, at+".link", "%s needs a link to the %s", f.Vendor, p.GetType())
	}
	if rules.options.HeaderCaption {
		h.Caption = media.GetCaption()
	}
	if rules.options.HeaderFilename && p.GetType() == "document" {
		h.Filename = media.GetFilename()
	}
	return h, nil
}

func (f *Fields) body(rules *TemplateRules, component *message.Component, at string, out *Template) error {
	if err := f.Object(parametersRules, component, at); err != nil {
		return err
	}
	for i, p := range component.GetParameters() {
		at := message.IndexPath(at+".parameters", i)
		fields, known := rules.body[p.GetType()]
		switch {
		case known:
		case len(rules.body) == 1:
			return Refuse(outcome.ReasonUnsupported, at+".type", "%s fills template bodies with text only, not %q", f.Vendor, p.GetType())
		default:
			return Refuse(outcome.ReasonUnsupported, at+".type", "%s does not fill template bodies with parameters of type %q", f.Vendor, p.GetType())
		}
		if err := f.Object(fields, p, at); err != nil {
			return err
		}
		value := p.GetText()
		switch p.GetType() {
		case "currency":
			value = p.GetCurrency().GetFallbackValue()
		case "date_time":
			value = p.GetDateTime().GetFallbackValue()
		}
		if value == "" && slices.Contains(rules.options.FallbackTexts, p.GetType()) {
			return Refuse(outcome.ReasonInvalidMessage, message.JoinPath(at, p.GetType())+".fallback_value", "%s shows this text, and it is empty", f.Vendor)
		}
		out.Body, out.BodyParameters = append(out.Body, value), append(out.BodyParameters, p)
	}
	return nil
}

func (f *Fields) button(rules *TemplateRules, component *message.Component, at string) (TemplateButton, error) {
	b := TemplateButton{SubType: component.GetSubType()}
	kind, known := rules.buttons[b.SubType]
	if !known {
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
	if p.GetType() != kind.parameter {
		return b, Refuse(outcome.ReasonInvalidMessage, parameterAt+".type", "a %s button takes a parameter of type %q", b.SubType, kind.parameter)
	}
	b.Value = kind.value(p)
	return b, f.Object(kind.rules, p, parameterAt)
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
