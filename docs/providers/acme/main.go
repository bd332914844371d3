// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-acme sends WhatsApp messages through Acme. wahost starts it.
package main

import "github.com/wahost/wahost/sdk/serve"

func main() { serve.Main(New()) }
