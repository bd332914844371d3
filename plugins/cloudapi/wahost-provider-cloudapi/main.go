// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-cloudapi is the provider for Meta's WhatsApp Cloud API.
package main

import (
	"github.com/wahost/wahost/plugins/cloudapi"
	"github.com/wahost/wahost/sdk/serve"
)

func main() { serve.Main(cloudapi.New()) }
