// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message_test

import (
	"errors"
	"fmt"

	"github.com/wahost/wahost/sdk/message"
)

// A message is read from Cloud API JSON, checked, and written back.
func Example() {
	m, err := message.Parse([]byte(`{"to": "4915112345678", "text": {"body": "Hello"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := message.Validate(m, nil); err != nil {
		fmt.Println(err)
		return
	}
	to, err := message.RecipientOf(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Kind(), "to", to.Kind, to.Address)

	data, err := message.Marshal(message.Content(m))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(data))
	// Output:
	// text to phone +4915112345678
	// {"messaging_product":"whatsapp","type":"text","text":{"body":"Hello"}}
}

// An unknown field is an error that names the field. Nothing that a caller wrote is dropped.
func ExampleParse_unknownField() {
	_, err := message.Parse([]byte(`{"to": "4915112345678", "text": {"boddy": "Hello"}}`))
	var invalid *message.InvalidError
	if errors.As(err, &invalid) {
		for _, problem := range invalid.Problems {
			fmt.Println(problem.Path)
			fmt.Println(problem.Detail)
		}
	}
	// Output:
	// text.boddy
	// The field is not known. Did you mean "body"?
}

func ExampleValidate() {
	m := &message.Message{
		Type: message.TypeInteractive,
		Interactive: &message.Interactive{
			Type: message.KindButton,
			Body: &message.Body{Text: "Do you want to keep your appointment?"},
			Action: &message.Action{Buttons: []*message.Button{
				{Type: "reply", Reply: &message.Reply{Id: "yes", Title: "Yes, I want to keep my appointment"}},
			}},
		},
	}
	fmt.Println(message.Validate(m, nil))
	// Output:
	// invalid message: interactive.action.buttons[0].reply.title: The text is 34 characters long, at most 20 are allowed.
}

// A provider whose vendor has other limits than Meta overrides them.
func ExampleLimits_With() {
	limits := message.DefaultLimits().With(message.Limit{
		Kind: message.KindText, Path: "text.body", Maximum: 5, Unit: message.UnitCharacters, Source: "the vendor's manual",
	})
	m := &message.Message{Type: message.KindText, Text: &message.Text{Body: "Good morning"}}
	fmt.Println(limits.First(m))
	// Output:
	// text.body: The text is 12 characters long, at most 5 are allowed.
}

func ExamplePathCovers() {
	path := message.JoinPath(message.IndexPath("contacts", 0), "birthday")
	fmt.Println(path)
	fmt.Println(message.PathPattern(path))
	fmt.Println(message.PathCovers("contacts[0]", path), message.PathCovers("contacts[1]", path))
	// Output:
	// contacts[0].birthday
	// contacts[*].birthday
	// true false
}

func ExampleRenderVariables() {
	text, err := message.RenderVariables("Hello {{name}}, your code is {{1}}.", map[string]string{"name": "Ann", "1": "4711"})
	fmt.Println(text, err)
	_, err = message.RenderVariables("Hello {{name}}.", nil)
	fmt.Println(err)
	// Output:
	// Hello Ann, your code is 4711. <nil>
	// the text has placeholders without a value: name
}
