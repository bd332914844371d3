// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/message"
)

// Full returns a message with every field that is usually set for its kind, and with two elements in each list. header
// is one of the declared header kinds of the kind, or "" for no header. Full returns nil if the kind is unknown.
func Full(kind, header string, o Options) *message.Message {
	m := Minimal(kind, o)
	if m == nil {
		return nil
	}
	switch kind {
	case message.KindText:
		m.Text.Body, m.Text.PreviewUrl = "Look at https://example.com/", true
	case message.KindTemplate:
		m.Template.Components = o.components(header)
	case message.KindImage, message.KindVideo, message.KindDocument:
		m.MediaOf().Caption = "Caption"
	case message.KindLocation:
		m.Location.Name, m.Location.Address = "Name", "Address"
	case message.KindContacts:
		m.Contacts = []*message.Contact{contact(), contact()}
	case message.KindList, message.KindButton, message.KindProduct, message.KindProductList, KindCTAURL, KindFlow, KindCatalogMessage:
		m.Interactive = interactive(kind, 2)
		m.Interactive.Footer = &message.Footer{Text: "Footer"}
		if kind != message.KindProduct && kind != KindCatalogMessage { // these have no header by Meta's rule
			m.Interactive.Header = o.header(header)
		}
	}
	return m
}

// Headers returns the values to pass to Full as header: the header kinds that the channel declares for the kind, or
// only "" if it declares none.
func (o Options) Headers(kind string) []string {
	if declared := o.kindOf(kind).HeaderKinds; len(declared) > 0 {
		return declared
	}
	return []string{""}
}

func (o Options) header(kind string) *message.Header {
	h := &message.Header{Type: kind}
	switch kind {
	case "text":
		h.Text = "Header"
	case "image":
		h.Image = o.media()
	case "video":
		h.Video = o.media()
	case "document":
		h.Document = o.media()
	default:
		return nil
	}
	return h
}

// components returns the template components that the channel declares.
func (o Options) components(header string) []*message.Component {
	declared := o.kindOf(message.KindTemplate)
	var list []*message.Component
	if p := o.headerParameter(header); p != nil {
		list = append(list, &message.Component{Type: "header", Parameters: []*message.Parameter{p}})
	}
	body := []*message.Parameter{{Type: "text", Text: "One"}, {Type: "text", Text: "Two"}}
	if slices.Contains(declared.ParameterTypes, "currency") {
		body = append(body, &message.Parameter{Type: "currency", Currency: &message.Currency{FallbackValue: "$1", Code: "USD", Amount_1000: proto.Int64(1234567890)}})
	}
	if slices.Contains(declared.ParameterTypes, "date_time") {
		body = append(body, &message.Parameter{Type: "date_time", DateTime: &message.DateTime{FallbackValue: "today"}})
	}
	list = append(list, &message.Component{Type: "body", Parameters: body})
	for _, kind := range declared.ButtonKinds {
		p := &message.Parameter{}
		switch kind {
		case "url":
			p.Type, p.Text = "text", "suffix"
		case "quick_reply":
			p.Type, p.Payload = "payload", "payload"
		case "copy_code":
			p.Type, p.CouponCode = "coupon_code", "CODE1"
		default:
			continue
		}
		list = append(list, &message.Component{
			Type: "button", SubType: kind, Index: strconv.Itoa(buttons(list)), Parameters: []*message.Parameter{p},
		})
	}
	return list
}

func buttons(list []*message.Component) int {
	n := 0
	for _, c := range list {
		if c.GetType() == "button" {
			n++
		}
	}
	return n
}

func (o Options) headerParameter(kind string) *message.Parameter {
	p := &message.Parameter{Type: kind}
	switch kind {
	case "text":
		p.Text = "Header"
	case "image":
		p.Image = o.media()
	case "video":
		p.Video = o.media()
	case "document":
		p.Document = o.media()
	case "location":
		p.Location = &message.Location{Latitude: "52.520008", Longitude: "13.404954", Name: "Name", Address: "Address"}
	default:
		return nil
	}
	return p
}

// contact returns a contact with a value in each field and two elements in each list.
func contact() *message.Contact {
	return &message.Contact{
		Name: &message.ContactName{
			FormattedName: "Formatted", FirstName: "First", LastName: "Last", MiddleName: "Middle", Suffix: "Suffix", Prefix: "Prefix",
		},
		Phones: []*message.ContactPhone{
			{Phone: "+12025550100", Type: "HOME", WaId: "+12025550100"}, {Phone: "+12025550101", Type: "WORK", WaId: "+12025550101"},
		},
		Emails:    []*message.ContactEmail{{Email: "a@example.com", Type: "HOME"}, {Email: "b@example.com", Type: "WORK"}},
		Urls:      []*message.ContactUrl{{Url: "https://a.example.com", Type: "HOME"}, {Url: "https://b.example.com", Type: "WORK"}},
		Addresses: []*message.ContactAddress{address("HOME", "DE"), address("WORK", "NL")},
		Org:       &message.ContactOrg{Company: "Company", Department: "Department", Title: "Title"},
		Birthday:  "1990-01-02",
	}
}

func address(kind, country string) *message.ContactAddress {
	return &message.ContactAddress{
		Street: "Street", City: "City", State: "State", Zip: "Zip", Country: "Country", CountryCode: country, Type: kind,
	}
}
