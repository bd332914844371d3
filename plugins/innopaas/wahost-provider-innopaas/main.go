// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-innopaas sends WhatsApp messages through InnoPaaS's v3 API.
package main

import (
	"github.com/wahost/wahost/plugins/innopaas"
	"github.com/wahost/wahost/sdk/serve"
)

func main() { serve.Main(innopaas.New()) }
