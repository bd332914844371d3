// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
)

// New returns the author's provider.
func New() provider.Provider { return nil }

// The whole main function of a provider.
func ExampleMain() {
	serve.Main(New())
}

// The command describe prints a schema in this form.
func ExampleDocumentSchema() {
	document, err := serve.DocumentSchema(schema.Schema{
		Attributes: []schema.Attribute{
			{Name: "token", Type: cty.String, Required: true, Sensitive: true, Description: "The API token."},
			{Name: "timeout", Type: cty.Number, Default: cty.NumberIntVal(30), Description: "Seconds for one request."},
		},
		Blocks: []schema.NestedBlock{{Name: "number", Nesting: schema.NestingList, MaxItems: 3, Schema: schema.Schema{
			Attributes: []schema.Attribute{{Name: "value", Type: cty.String, Pattern: "[0-9]+"}},
		}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range document.Attributes {
		fmt.Printf("%s %s required=%t default=%s\n", a.Name, a.Type, a.Required, a.Default)
	}
	for _, b := range document.Blocks {
		fmt.Printf("%s: %s of at most %d, %s like %s\n", b.Name, b.Nesting, b.MaxItems, b.Body.Attributes[0].Name, b.Body.Attributes[0].Pattern)
	}
	// Output:
	// token "string" required=true default=
	// timeout "number" required=false default=30
	// number: list of at most 3, value like [0-9]+
}
