// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// version is the version of the provider. The Makefile sets it.
var version = "0.1.0-dev"

// New returns the provider.
func New() provider.Provider { return plugin{} }

type plugin struct{}

func (plugin) Metadata() provider.Metadata {
	return provider.Metadata{Name: "acme", Version: serve.Version(version), Vendor: "Acme", DocsURL: "https://docs.acme.example"}
}

// Schema defines the arguments of the two blocks. The SDK checks that the endpoint is a valid URL.
func (plugin) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "token", Type: cty.String, Required: true, Sensitive: true, Description: "The API token that Acme's console shows."},
			{Name: "webhook_secret", Type: cty.String, Sensitive: true,
				Description: "The secret that Acme signs webhooks with. Without it, all webhooks are refused."},
			{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://api.acme.example"),
				Role: schema.RoleEndpoint, Description: "Base URL of Acme's API."},
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "sender", Type: cty.String, Required: true, Description: "The sending number, as Acme's console shows it."},
		}},
	}
}

// Prototype returns an account and a channel without configuration, for the capabilities that `describe` prints.
func (plugin) Prototype() (provider.Account, provider.Channel) { return &account{}, &channel{} }

// Configure returns an account. It does not call the vendor: the first send reports a wrong token.
func (plugin) Configure(_ context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	token, secret := req.Config.String("token"), req.Config.String("webhook_secret")
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint:  req.Config.String("endpoint"),
		UserAgent: "wahost-provider-acme/" + version,
		Header:    http.Header{"Authorization": {"Bearer " + token}},
		Secrets:   []string{token, secret}, // removed from every text that the client returns
	})
	if err != nil {
		return nil, diag.Diagnostics{diag.BlockError("Provider not configured", err.Error())}
	}
	return &account{client: client, webhookSecret: secret}, nil
}

// account is a configured `provider` block.
type account struct {
	client        *vendorhttp.Client
	webhookSecret string
}

// Close closes idle connections.
func (a *account) Close() error { return a.client.Close() }

func (a *account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return &channel{client: a.client, sender: req.Config.String("sender")}, nil
}
