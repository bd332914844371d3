// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diag_test

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/diag"
)

// A provider collects diagnostics and returns all of them. Warnings do not stop an operation.
func Example() {
	diags := diag.Diagnostics{
		diag.AttributeWarning("region", "Deprecated argument", "Use endpoint instead."),
		diag.AttributeError("token", "Invalid argument value", `The argument "token" begins with a space.`),
	}
	fmt.Println(diags.HasErrors())
	fmt.Println(diags.Err())
	// Output:
	// true
	// token: Invalid argument value: The argument "token" begins with a space.
}

func ExampleFormatPath() {
	fmt.Println(diag.FormatPath(cty.GetAttrPath("hosts").IndexInt(1).GetAttr("name")))
	// Output:
	// hosts[1].name
}
