// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-probe is a provider for acme that looks for signs of the suite, and refuses every message with what it
// found. It sends like acme if it found nothing.
package main

import (
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/sdk/serve"
)

func main() { serve.Main(reference.NewProbe()) }
