// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-pushwoosh sends WhatsApp messages through Pushwoosh's createWhatsAppMessage.
package main

import (
	"github.com/wahost/wahost/plugins/pushwoosh"
	"github.com/wahost/wahost/sdk/serve"
)

func main() { serve.Main(pushwoosh.New()) }
