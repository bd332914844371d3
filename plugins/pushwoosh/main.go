// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-pushwoosh sends WhatsApp messages through Pushwoosh's createWhatsAppMessage.
package main

import "github.com/wahost/wahost/sdk/serve"

// version is set with -ldflags "-X main.version=1.2.3".
var version = "0.1.0-dev"

func main() { serve.Main(New()) }
