// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-innopaas-mmlite sends marketing templates through InnoPaaS's MMLite API.
package main

import (
	"github.com/wahost/wahost/plugins/internal/innopaasapi"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/serve"
)

// version is set with -ldflags "-X main.version=1.2.3".
var version = "0.1.0-dev"

func main() { serve.Main(New()) }

// New returns the provider.
func New() provider.Provider {
	return innopaasapi.New(innopaasapi.Product{Name: "innopaas-mmlite", Version: version, MarketingLite: true})
}
