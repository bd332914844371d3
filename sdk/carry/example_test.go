// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry_test

import (
	"fmt"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
)

// The vendor takes the text. It has no field for the preview of a link, which may be lost.
var exampleRules = carry.MessageRules([]string{"text.body"}, "text.preview_url")

func Example() {
	for _, m := range []*message.Message{
		{Type: "text", Text: &message.Text{Body: "See https://example.com", PreviewUrl: true}},
		{Type: "text", Text: &message.Text{Body: "Hello"}, RecipientIdentityKeyHash: "abc"},
	} {
		fields := carry.Fields{Vendor: "Acme"}
		if err := fields.Message(exampleRules, m); err != nil {
			rejected := carry.OutcomeOf(err).Rejected
			fmt.Printf("rejected, %s at %s: %s\n", rejected.Reason, rejected.Path, rejected.Detail)
			continue
		}
		fmt.Println("send it, and list as ignored:", fields.Ignored)
	}
	// Output:
	// send it, and list as ignored: [text.preview_url]
	// rejected, unsupported at recipient_identity_key_hash: Acme has no field for this
}

// The vendor takes images in the header of a template.
var exampleTemplateRules = carry.MustTemplateRules(carry.TemplateOptions{HeaderKinds: []string{"image"}})

// Template reads the components of a template for vendors with positional parameters.
func ExampleFields_Template() {
	template := &message.Template{Name: "order_shipped", Components: []*message.Component{
		{Type: "header", Parameters: []*message.Parameter{{Type: "image", Image: &message.Media{Link: "https://example.com/a.png"}}}},
		{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "Ann"}, {Type: "text", Text: "4711"}}},
	}}
	fields := carry.Fields{Vendor: "Acme"}
	t, err := fields.Template(exampleTemplateRules, template)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Header.Type, t.Header.Link)
	fmt.Println(t.Body)
	// Output:
	// image https://example.com/a.png
	// [Ann 4711]
}

func ExampleFields_Digits() {
	fields := carry.Fields{Vendor: "Acme"}
	fmt.Println(fields.Digits(message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}))
	_, err := fields.Digits(message.Recipient{Kind: message.RecipientGroup, Address: "group-1"})
	fmt.Println(err)
	// Output:
	// 4915112345678 <nil>
	// recipient_type: Acme sends to individuals only
}
