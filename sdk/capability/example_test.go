// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability_test

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// A channel that carries text, and images by link.
func Example() {
	checker := capability.NewChecker(capability.Capabilities{
		Kinds: []capability.Kind{{Kind: message.KindText}, {Kind: message.KindImage}},
	})
	to := message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}
	for _, m := range []*message.Message{
		{Type: message.KindText, Text: &message.Text{Body: "Hello"}},
		{Type: message.KindImage, Image: &message.Media{Id: "1234"}},
		{Type: message.KindSticker, Sticker: &message.Media{Link: "https://example.com/a.webp"}},
	} {
		if rejected := checker.Check(m, to, time.Now()); rejected != nil {
			fmt.Printf("%s: %s\n", rejected.Path, rejected.Detail)
			continue
		}
		fmt.Println("the channel carries the", m.Kind())
	}
	// Output:
	// the channel carries the text
	// image.id: media by id is not carried
	// type: messages of kind "sticker" are not carried
}

// Templates are declared with their headers, buttons and parameters.
func ExampleKind() {
	checker := capability.NewChecker(capability.Capabilities{
		Kinds: []capability.Kind{{
			Kind:        message.KindTemplate,
			HeaderKinds: []string{"text", "image"},
			ButtonKinds: []string{"url"},
		}},
		TemplateCategories: []string{message.CategoryUtility},
	})
	m := &message.Message{
		Type:     message.KindTemplate,
		Template: &message.Template{Name: "spring_sale", Language: &message.Language{Code: "en"}},
		Wahost:   &message.Extension{Category: message.CategoryMarketing},
	}
	fmt.Println(checker.CheckContent(m).Detail)
	// Output:
	// templates of category marketing are not carried, only utility
}
