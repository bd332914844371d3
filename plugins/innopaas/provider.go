// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package innopaas sends WhatsApp messages through InnoPaaS's v3 API.
package innopaas

import (
	"github.com/wahost/wahost/plugins/internal/innopaasapi"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/serve"
)

// New returns the provider.
func New() provider.Provider {
	return innopaasapi.New(innopaasapi.Product{Name: "innopaas", Version: serve.Version("0.1.0-dev")})
}
