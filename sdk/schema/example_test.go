// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema_test

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/schema"
)

// The `provider` block of a vendor with a token and a base URL.
func Example() {
	block := schema.Schema{Attributes: []schema.Attribute{
		{Name: "token", Type: cty.String, Required: true, Sensitive: true, Description: "The API token."},
		{Name: "endpoint", Type: cty.String, Role: schema.RoleEndpoint, Default: cty.StringVal("https://api.acme.example"),
			Description: "Base URL of the API."},
		{Name: "region", Type: cty.String, Allowed: []string{"eu", "us"}, Description: "Where messages are stored."},
	}}
	fmt.Println("mistakes in the schema:", block.Check())

	value, diags := block.Conform(cty.ObjectVal(map[string]cty.Value{"region": cty.StringVal("mars")}))
	fmt.Println(value.GetAttr("endpoint").AsString())
	for _, d := range diags {
		fmt.Println(d)
	}
	// Output:
	// mistakes in the schema: <nil>
	// https://api.acme.example
	// token: Missing required argument: The argument "token" is required, but no value was given.
	// region: Invalid argument value: The argument "region" must be one of: eu, us. It is "mars".
}
