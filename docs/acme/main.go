// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-acme is the provider of the guide to writing providers: it carries plain text for a vendor
// that does not exist. Copy the folder to begin one of your own.
package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

func main() { serve.Main(acme{}) }

type acme struct{}

func (acme) Metadata() provider.Metadata {
	return provider.Metadata{Name: "acme", Version: "1.0.0", Vendor: "Acme", DocsURL: "https://docs.acme.example"}
}

// Schema names the arguments of the two blocks. The SDK checks that the endpoint is a URL that can be used.
func (acme) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "token", Type: cty.String, Required: true, Sensitive: true, Description: "The API token that Acme's console shows."},
			{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://api.acme.example"),
				Role: schema.RoleEndpoint, Description: "Base URL of Acme's API."},
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "sender", Type: cty.String, Required: true, Description: "The sending number, as Acme's console shows it."},
		}},
	}
}

// Prototype is an account and a channel without configuration, so that `describe` can say what channels carry.
func (acme) Prototype() (provider.Account, provider.Channel) { return account{}, channel{} }

// Configure makes an account. The vendor is not called: a wrong token shows at the first send.
func (acme) Configure(_ context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	token := req.Config.String("token")
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: req.Config.String("endpoint"),
		Header:   http.Header{"Authorization": {"Bearer " + token}},
		Secrets:  []string{token}, // taken out of every text that the client gives
	})
	if err != nil {
		return nil, diag.Diagnostics{diag.BlockError("Provider not configured", err.Error())}
	}
	return account{client}, nil
}

type account struct{ client *vendorhttp.Client }

// Close drops idle connections.
func (a account) Close() error { return a.client.Close() }

func (a account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return channel{a.client, req.Config.String("sender")}, nil
}

type channel struct {
	client *vendorhttp.Client
	sender string
}

func (channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds:   []capability.Kind{{Kind: message.KindText}},
		IDScope: capability.IDPerRecipient,
	}
}

// textRules account for every field of a text. The vendor has none for previews of links, which does not matter; a
// message with anything else is refused, naming it.
var textRules = carry.MessageRules([]string{"text.body"}, "text.preview_url")

// Send makes one request. The SDK has refused what the capabilities exclude, and recipients that are no phone numbers.
func (c channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	fields := carry.Fields{Vendor: "Acme"}
	if err := fields.Message(textRules, req.Message); err != nil {
		return carry.OutcomeOf(err)
	}
	response, failure := c.client.PostJSON(ctx, "/messages", map[string]string{
		"from": c.sender, "to": req.To.Address, "text": req.Message.GetText().GetBody(), "reference": req.DeliveryID,
	})
	if failure != nil {
		return failure.Outcome()
	}
	result := classify(response)
	result.IgnoredFields = fields.Ignored
	return result
}

// classify says what an answer means. Success is status 201 with an id, and nothing less.
func classify(response *vendorhttp.Response) outcome.Outcome {
	var answer struct{ ID, Error string }
	if err := json.Unmarshal(response.Body, &answer); err == nil && response.Status == http.StatusCreated && answer.ID != "" {
		result := outcome.Accept(answer.ID)
		result.Attempts = response.Attempts
		return result
	}
	result := vendorhttp.OutcomeForStatus(response)
	if r := result.Rejected; r != nil {
		r.VendorCode = answer.Error
		if answer.Error == "bad_message" {
			r.Reason = outcome.ReasonInvalidMessage
		}
	}
	return result
}
