// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaas

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

const taken = `{"code":"0","message":"submitted","data":"400000000000000001"}`

func open(t testing.TB, v *providertest.Vendor, shape string) provider.Channel {
	t.Helper()
	_, c := providertest.Open(t, New(), providertest.Values{
		"app_key": cty.StringVal("KEY-secret"), "authorization": cty.StringVal("TOKEN-secret"), "endpoint": cty.StringVal(v.URL),
	}, providertest.Values{
		"waba_id": cty.StringVal("100000000000001"), "send_number": cty.StringVal("+6281100000001"), "interactive_shape": cty.StringVal(shape),
	})
	return c
}

// schemas: the vendor's tables print the flat shape.
var schemas = map[string]string{"flat": "schemas/submit.json"}

func TestWire(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"flat", "nested"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, taken)
			providertest.Golden(t, "testdata/"+shape, schemas[shape], v, open(t, v, shape), "AppKey", "Authorization", "Content-Type")
		})
	}
}

func media(kind string) *message.Message {
	m := &message.Message{Type: kind}
	file := &message.Media{Link: "https://cdn.example.com/a.bin"}
	switch kind {
	case "image":
		m.Image = file
	case "video":
		m.Video = file
	case "audio":
		m.Audio = file
	case "document":
		file.Filename = "a.pdf"
		m.Document = file
	case "sticker":
		m.Sticker = file
	}
	return m
}

func template(header *message.Parameter) *message.Message {
	text := func() []*message.Parameter { return []*message.Parameter{{Type: "text", Text: "t"}} }
	return &message.Message{Type: "template", Template: &message.Template{
		Name: "n", Language: &message.Language{Code: "en"},
		Components: []*message.Component{
			{Type: "header", Parameters: []*message.Parameter{header}},
			{Type: "body", Parameters: append(text(), text()...)},
			{Type: "button", SubType: "url", Index: "0", Parameters: text()},
			{Type: "button", SubType: "copy_code", Index: "1", Parameters: []*message.Parameter{{Type: "coupon_code", CouponCode: "c"}}},
		},
	}}
}

func interactive(kind string, header *message.Header, action *message.Action) *message.Message {
	return &message.Message{Type: "interactive", Interactive: &message.Interactive{
		Type: kind, Header: header, Body: &message.Body{Text: "b"}, Footer: &message.Footer{Text: "f"}, Action: action,
	}}
}

func TestNoFieldIsLost(t *testing.T) {
	t.Parallel()
	file := func() *message.Media { return &message.Media{Link: "https://cdn.example.com/a.bin"} }
	textHeader := &message.Header{Type: "text", Text: "h"}
	buttons := &message.Action{Buttons: []*message.Button{
		{Type: "reply", Reply: &message.Reply{Id: "1", Title: "A"}}, {Type: "reply", Reply: &message.Reply{Id: "2", Title: "B"}},
	}}
	rows := []*message.Row{{Id: "1", Title: "A", Description: "d"}, {Id: "2", Title: "B"}}
	items := []*message.ProductItem{{ProductRetailerId: "1"}, {ProductRetailerId: "2"}}
	bases := map[string]*message.Message{
		"text":     {Type: "text", Text: &message.Text{Body: "hi"}},
		"location": {Type: "location", Location: &message.Location{Latitude: "1", Longitude: "2"}},
		"contacts": {Type: "contacts", Contacts: []*message.Contact{{Name: &message.ContactName{FormattedName: "A"}}, {Name: &message.ContactName{FormattedName: "B"}}}},

		"template text":     template(&message.Parameter{Type: "text", Text: "t"}),
		"template image":    template(&message.Parameter{Type: "image", Image: file()}),
		"template video":    template(&message.Parameter{Type: "video", Video: file()}),
		"template document": template(&message.Parameter{Type: "document", Document: file()}),

		"list":                   interactive("list", textHeader, &message.Action{Button: "b", Sections: []*message.Section{{Title: "s", Rows: rows}, {Title: "u", Rows: rows}}}),
		"button":                 interactive("button", nil, buttons),
		"button text header":     interactive("button", textHeader, buttons),
		"button image header":    interactive("button", &message.Header{Type: "image", Image: file()}, buttons),
		"button video header":    interactive("button", &message.Header{Type: "video", Video: file()}, buttons),
		"button document header": interactive("button", &message.Header{Type: "document", Document: file()}, buttons),
		"product":                interactive("product", nil, &message.Action{CatalogId: "c", ProductRetailerId: "p"}),
		"product_list":           interactive("product_list", textHeader, &message.Action{CatalogId: "c", Sections: []*message.Section{{Title: "s", ProductItems: items}}}),
	}
	for _, kind := range []string{"image", "video", "audio", "document", "sticker"} {
		bases[kind] = media(kind)
	}
	for name, base := range bases {
		for _, shape := range []string{"flat", "nested"} {
			t.Run(shape+" "+name, func(t *testing.T) {
				t.Parallel()
				v := providertest.NewVendor(t, taken)
				c := open(t, v, shape)
				o := c.Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: base, To: providertest.Recipient})
				require.NotNil(t, o.Accepted)
				assert.Greater(t, providertest.Fidelity(t, v, c, base), 100)
			})
		}
	}
}

func BenchmarkSend(b *testing.B) {
	v := providertest.NewVendor(b, taken)
	c := open(b, v, "flat")
	m := template(&message.Parameter{Type: "text", Text: "t"})
	b.ReportAllocs()
	for b.Loop() {
		if o := c.Send(b.Context(), provider.SendRequest{DeliveryID: "d", Message: m, To: providertest.Recipient}); o.Accepted == nil {
			b.Fatal(o)
		}
	}
}

func TestArgumentsAreDocumented(t *testing.T) {
	t.Parallel()
	providertest.Documented(t, New())
}
