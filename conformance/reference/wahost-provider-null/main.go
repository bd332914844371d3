// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-null is a provider for acme that does nothing right. Only checks whose positive control
// works may pass with it. WAHOST_NULL says in which way it is empty.
package main

import (
	"fmt"
	"os"

	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/sdk/serve"
)

func main() {
	p, ok := reference.Null(os.Getenv(reference.EnvNull))
	if !ok {
		fmt.Fprintf(os.Stderr, "set %s to one of %v\n", reference.EnvNull, reference.Nulls())
		os.Exit(2)
	}
	serve.Main(p)
}
