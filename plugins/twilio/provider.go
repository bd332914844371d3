// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package twilio sends WhatsApp messages through Twilio's Messages resource. Requests are forms, and so are webhooks.
//
// The parameters of requests are those of the client library twilio-go (rest/api/v2010/accounts_messages.go), unless a comment names
// another source.
package twilio

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/plugins/internal/settings"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// vendor is the name of the vendor in the texts of rejections.
const vendor = "Twilio"

// version is the version of the provider.
var version = serve.Version("0.1.0-dev")

// New returns the provider.
func New() provider.Provider { return twilio{} }

type twilio struct{}

func (twilio) Metadata() provider.Metadata {
	return provider.Metadata{Name: "twilio", Version: version, Vendor: vendor, DocsURL: "https://www.twilio.com/docs/whatsapp/api"}
}

func (twilio) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "account_sid", Type: cty.String, Required: true, Pattern: "AC[0-9a-fA-F]{32}",
				PatternHint: `the SID of an account: "AC" and 32 hexadecimal digits`, Description: "SID of the account."},
			{Name: "auth_token", Type: cty.String, Required: true, Sensitive: true,
				Description: "Auth token of the account. Twilio signs webhooks with it. Without api_key, requests are sent with it too."},
			settings.Endpoint("https://api.twilio.com"),
			settings.Timeout(),
			settings.KeepAlive(),
		}, Blocks: []schema.NestedBlock{{
			Name: "api_key", Nesting: schema.NestingSingle, Description: "An API key, with which requests are sent.",
			Schema: schema.Schema{Attributes: []schema.Attribute{
				{Name: "sid", Type: cty.String, Required: true, Pattern: "SK[0-9a-fA-F]{32}",
					PatternHint: `the SID of an API key: "SK" and 32 hexadecimal digits`, Description: "SID of the key."},
				{Name: "secret", Type: cty.String, Required: true, Sensitive: true, Pattern: "[!-~]+", PatternHint: "text without spaces",
					Description: "Secret of the key."},
			}},
		}}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "from", Type: cty.String, Required: true, Pattern: `\+[1-9][0-9]{5,14}`, PatternHint: `a phone number in E.164, such as "+14155238886"`,
				Description: "The WhatsApp number that sends."},
			{Name: "messaging_service_sid", Type: cty.String, Pattern: "MG[0-9a-fA-F]{32}",
				PatternHint: `the SID of a messaging service: "MG" and 32 hexadecimal digits`,
				Description: "SID of a messaging service that has the number. With it, Twilio holds messages until their time."},
		}},
	}
}

func (twilio) ValidateProviderConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	return append(config.Check("auth_token", settings.Word), settings.CheckTimeout(config)...)
}

func (p twilio) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	config := req.Config
	diags := p.ValidateProviderConfig(ctx, config)
	if diags.HasErrors() {
		return nil, diags
	}
	timeout, _ := settings.ParseTimeout(config.String("timeout"))
	a := &account{
		path: "/2010-04-01/Accounts/" + config.String("account_sid") + "/Messages", authToken: config.String("auth_token"), channels: map[string]*channel{},
	}
	user, password := config.String("account_sid"), a.authToken
	if key := config.Value.GetAttr("api_key"); key.IsWhollyKnown() && !key.IsNull() {
		user, password = key.GetAttr("sid").AsString(), key.GetAttr("secret").AsString()
	}
	credentials := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	var err error
	a.client, err = vendorhttp.New(vendorhttp.Options{
		Endpoint: config.String("endpoint"), Timeout: timeout, DisableKeepAlives: settings.DisablesKeepAlive(config),
		Header:    http.Header{"Authorization": {"Basic " + credentials}},
		Secrets:   []string{password, a.authToken, credentials},
		UserAgent: "wahost-provider-twilio/" + version,
	})
	if err != nil {
		return nil, append(diags, diag.AttributeError("endpoint", "Invalid argument value", err.Error()))
	}
	return a, diags
}

// Prototype returns an account and a channel, which have capabilities but cannot send.
func (twilio) Prototype() (provider.Account, provider.Channel) {
	a := &account{}
	return a, &channel{account: a, service: "MG"}
}

// account is the access to the senders of an account. It also translates webhooks.
type account struct {
	// path is the path of the Messages resource, without ".json".
	path, authToken string
	client          *vendorhttp.Client

	mu sync.RWMutex
	// channels holds the open channels, by channel id.
	channels map[string]*channel
}

// Close closes idle connections.
func (a *account) Close() error { return a.client.Close() }

// OpenChannel returns a channel. The account keeps it, to find the channel that a webhook belongs to.
func (a *account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	c := &channel{
		account: a, id: req.ID, callback: req.WebhookURL,
		from: req.Config.String("from"), service: req.Config.String("messaging_service_sid"),
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.channels[req.ID] = c
	return c, nil
}

// prefix precedes the numbers of WhatsApp users and senders.
const prefix = "whatsapp:"

// address returns a number as Twilio writes it.
func address(digits string) string { return prefix + "+" + strings.TrimPrefix(digits, "+") }
