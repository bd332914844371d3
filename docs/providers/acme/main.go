// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-acme is the example of the guide to writing providers. It sends plain text through a vendor that
// does not exist. Copy the folder to start a provider of your own.
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

// Schema defines the arguments of the two blocks. The SDK checks that the endpoint is a valid URL.
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

// Prototype returns an account and a channel without configuration, for the capabilities that `describe` prints.
func (acme) Prototype() (provider.Account, provider.Channel) { return account{}, channel{} }

// Configure returns an account. It does not call the vendor: the first send reports a wrong token.
func (acme) Configure(_ context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	token := req.Config.String("token")
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: req.Config.String("endpoint"),
		Header:   http.Header{"Authorization": {"Bearer " + token}},
		Secrets:  []string{token}, // removed from every text that the client returns
	})
	if err != nil {
		return nil, diag.Diagnostics{diag.BlockError("Provider not configured", err.Error())}
	}
	return account{client}, nil
}

type account struct{ client *vendorhttp.Client }

// Close closes idle connections.
func (a account) Close() error { return a.client.Close() }

func (a account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return channel{a.client, req.Config.String("sender")}, nil
}

type channel struct {
	client *vendorhttp.Client
	sender string
}

// Sender names the number, so that the host shares its rate limit and its order between channels.
func (c channel) Sender() string { return provider.SenderOf(c.sender) }

func (channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds:   []capability.Kind{{Kind: message.KindText}},
		IDScope: capability.IDPerRecipient,
	}
}

// textRules account for every field of a text. The vendor has no field for the preview of a link, so it is ignored. A
// message with any other field is refused.
var textRules = carry.MessageRules([]string{"text.body"}, "text.preview_url")

// Send makes one request. The SDK has already refused messages that the capabilities exclude, and recipients that are not
// phone numbers.
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

// classify returns the outcome of a response. The message is accepted only if the status is 201 and there is an id.
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
