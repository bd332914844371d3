// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-harbour sends through Harbour, a vendor that does not exist. Its API is as those of vendors with many
// channels: an address for each kind of message, groups for templates alone, errors whose bodies differ by address, results for
// each recipient, and times with an offset without a colon. The program is a module of its own and needs nothing but wahost's sdk.
package main

import (
	"context"
	"net/http"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
	"github.com/wahost/wahost/sdk/vendorhttp"
	"github.com/wahost/wahost/sdk/webhook"
)

// defect is the defect of a build for the tests of the suite: "times", "rejected" or "arguments". It is empty otherwise.
var defect string

func main() { serve.Main(harbour{}) }

type harbour struct{}

func (harbour) Metadata() provider.Metadata {
	return provider.Metadata{Name: "harbour", Version: "1.0.0", Vendor: "Harbour", DocsURL: "https://docs.harbour.example"}
}

func (harbour) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "endpoint", Type: cty.String, Role: schema.RoleEndpoint, Default: cty.StringVal("https://api.harbour.example"),
				Description: "Base URL of Harbour's API."},
			{Name: "api_key", Type: cty.String, Required: true, Sensitive: true, Description: "The key that Harbour's console shows."},
			{Name: "webhook_secret", Type: cty.String, Sensitive: true,
				Description: "The secret with which Harbour signs its calls. Without it they are refused."},
			{Name: "entity_id", Type: cty.String, Description: "The part of the company to which Harbour counts the messages."},
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "sender", Type: cty.String, Required: true, Pattern: "[0-9]{6,15}", PatternHint: `digits with the country code, such as "4915112345678"`,
				Description: "The sending number."},
			{Name: "application_id", Type: cty.String, Description: "The application to which Harbour counts the messages."},
		}},
	}
}

func (harbour) Configure(_ context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	key := req.Config.String("api_key")
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: req.Config.String("endpoint"), Header: http.Header{"Authorization": {"App " + key}}, Secrets: []string{key},
		UserAgent: "wahost-provider-harbour/1.0.0",
	})
	if err != nil {
		return nil, diag.Diagnostics{diag.AttributeError("api_key", "Invalid argument value", err.Error())}
	}
	return &account{client: client, secret: req.Config.String("webhook_secret"), entity: req.Config.String("entity_id")}, nil
}

// Prototype says before any configuration what channels carry.
func (harbour) Prototype() (provider.Account, provider.Channel) {
	a := &account{}
	return a, &channel{account: a}
}

type account struct {
	client         *vendorhttp.Client
	secret, entity string
}

// Close drops idle connections.
func (a *account) Close() error { return a.client.Close() }

func (a *account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return &channel{account: a, sender: req.Config.String("sender"), application: req.Config.String("application_id")}, nil
}

type channel struct {
	account             *account
	sender, application string
}

func (c *channel) Sender() string { return provider.SenderOf(c.sender) }

// maxGroup is the largest number of templates in a request.
const maxGroup = 100

func (c *channel) MaxRecipients() int { return maxGroup }

func (*channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds: []capability.Kind{
			{Kind: message.KindText, MaxRecipients: 1},
			{Kind: message.KindTemplate, HeaderKinds: []string{"text", "image"}, ButtonKinds: []string{"url"}, ParameterTypes: []string{"text"}},
		},
		RecipientKinds: []message.RecipientKind{message.RecipientPhone},
		MediaSources:   []capability.MediaSource{capability.MediaByLink},
		Statuses:       []outcome.Status{outcome.StatusDelivered, outcome.StatusRead, outcome.StatusFailed},
		IDScope:        capability.IDPerRecipient,
	}
}

// check proves that a call is Harbour's.
func (a *account) check() webhook.Check {
	return webhook.HMAC{Secret: a.secret, Argument: "webhook_secret", Read: webhook.BodySignature("X-Harbour-Signature", "sha256=")}
}
