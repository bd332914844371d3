// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-acme is the reference provider, or one of its mutants where WAHOST_MUTANT names one.
package main

import (
	"fmt"
	"os"

	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/sdk/serve"
)

func main() {
	name := os.Getenv(reference.EnvMutant)
	if name == "" {
		serve.Main(reference.New(nil))
	}
	mutant, ok := reference.MutantOf(name)
	if !ok {
		fmt.Fprintf(os.Stderr, "there is no mutant %q\n", name)
		os.Exit(2)
	}
	if mutant.Start() {
		return
	}
	serve.Main(reference.New(&mutant))
}
