// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// acme is a provider for a fictitious vendor that carries plain text. Its main function would be
// serve.Main(acme{}).
type acme struct{}

func (acme) Metadata() provider.Metadata {
	return provider.Metadata{Name: "acme", Version: "1.0.0", Vendor: "Acme"}
}

func (acme) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "token", Type: cty.String, Required: true, Sensitive: true, Description: "API token."},
			{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://api.acme.example"),
				Role: schema.RoleEndpoint, Description: "Base URL of the vendor's API."},
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "sender", Type: cty.String, Required: true, Description: "The sending number."},
		}},
	}
}

func (acme) Configure(_ context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	token := req.Config.String("token")
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: req.Config.String("endpoint"),
		Header:   http.Header{"Authorization": {"Bearer " + token}},
		Secrets:  []string{token},
	})
	if err != nil {
		return nil, diag.Diagnostics{diag.AttributeError("endpoint", "Invalid argument value", err.Error())}
	}
	return acmeAccount{client}, nil
}

type acmeAccount struct{ client *vendorhttp.Client }

func (a acmeAccount) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return acmeChannel{a.client, req.Config.String("sender")}, nil
}

type acmeChannel struct {
	client *vendorhttp.Client
	sender string
}

func (acmeChannel) Capabilities() provider.Capabilities {
	return provider.Capabilities{Kinds: []provider.KindCapability{{Kind: message.KindText}}}
}

// textRules account for every field of a text. The vendor has none for previews of links, which does not matter; a
// message with anything else is refused, naming it.
var textRules = carry.MessageRules([]string{"text.body"}, "text.preview_url")

func (c acmeChannel) Send(ctx context.Context, req provider.SendRequest) provider.Outcome {
	fields := carry.Checker{Vendor: "Acme"}
	if err := fields.Message(textRules, req.Message); err != nil {
		return carry.OutcomeOf(err)
	}
	response, failure := c.client.PostJSON(ctx, "/messages", map[string]string{
		"from": c.sender, "to": req.To.Address, "text": req.Message.GetText().GetBody(), "reference": req.DeliveryID,
	})
	if failure != nil {
		return failure.Outcome()
	}
	var answer struct{ ID string }
	if response.Status != http.StatusCreated || json.Unmarshal(response.Body, &answer) != nil || answer.ID == "" {
		return vendorhttp.OutcomeForStatus(response)
	}
	outcome := provider.Accept(answer.ID)
	outcome.Attempts, outcome.IgnoredFields = response.Attempts, fields.Ignored
	return outcome
}

// A whole provider, and one message through it.
func Example() {
	vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"id":"m-1"}`)
	}))
	defer vendor.Close()

	ctx := context.Background()
	account, _ := acme{}.Configure(ctx, provider.ConfigureRequest{ID: "acme", Config: provider.Config{Value: cty.ObjectVal(
		map[string]cty.Value{"token": cty.StringVal("secret"), "endpoint": cty.StringVal(vendor.URL)})}})
	channel, _ := account.OpenChannel(ctx, provider.OpenChannelRequest{ID: "acme.main", Config: provider.Config{Value: cty.ObjectVal(
		map[string]cty.Value{"sender": cty.StringVal("+15550100001")})}})
	outcome := channel.Send(ctx, provider.SendRequest{
		DeliveryID: "d1",
		Message:    &message.Message{Type: message.KindText, Text: &message.Text{Body: "Hello"}},
		To:         message.Recipient{Kind: message.RecipientPhone, Address: "+15550100002"},
	})
	fmt.Println(outcome.Word(), outcome.Accepted.ProviderMessageID)
	// Output: accepted m-1
}
