// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-twilio sends WhatsApp messages through Twilio's Messages resource.
package main

import (
	"github.com/wahost/wahost/plugins/twilio"
	"github.com/wahost/wahost/sdk/serve"
)

func main() { serve.Main(twilio.New()) }
