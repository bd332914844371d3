// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package cloudapi sends WhatsApp messages through Meta's WhatsApp Cloud API, and through vendors that take the same messages with
// another header and at other addresses, such as 360dialog.
//
// The message of this project is the Cloud API's, so there is nothing to translate: a request is the message with its recipient.
// The calls and their answers are those of Meta's OpenAPI file business-messaging-api_v23.0.yaml (github.com/facebook/openapi),
// unless a comment names another source.
package cloudapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"path"
	"regexp"
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
const vendor = "the Cloud API"

// bearerHeader is the header in which the access token is a bearer token.
const bearerHeader = "Authorization"

// version is the version of the provider.
var version = serve.Version("0.1.0-dev")

// New returns the provider.
func New() provider.Provider { return cloudAPI{} }

type cloudAPI struct{}

func (cloudAPI) Metadata() provider.Metadata {
	return provider.Metadata{
		Name: "cloudapi", Version: version, Vendor: "WhatsApp Cloud API",
		DocsURL: "https://developers.facebook.com/documentation/business-messaging/whatsapp",
	}
}

func (cloudAPI) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "access_token", Type: cty.String, Required: true, Sensitive: true,
				Description: "Access token of a system user of the business, without \"Bearer\"."},
			settings.Endpoint("https://graph.facebook.com"),
			{Name: "api_version", Type: cty.String, Default: cty.StringVal("v23.0"), Pattern: `v[0-9]{1,3}\.[0-9]{1,3}`,
				PatternHint: `a version of the Graph API, such as "v23.0"`, Description: "Version of the Graph API, the first part of each path."},
			settings.Timeout(),
			settings.KeepAlive(),
			{Name: "app_secret", Type: cty.String, Sensitive: true,
				Description: "Secret of the app, with which Meta signs webhooks (X-Hub-Signature-256)."},
			{Name: "verify_token", Type: cty.String, Sensitive: true,
				Description: "The token that was set with the webhook's URL. Meta sends it when it tests the URL."},
			{Name: "token_header", Type: cty.String, Default: cty.StringVal(bearerHeader), Allowed: []string{bearerHeader, "D360-API-KEY"},
				Description: "Header with the access token: as a bearer token in Authorization, and as it is in the header of 360dialog."},
			{Name: "short_paths", Type: cty.Bool, Default: cty.False,
				Description: "The vendor's paths are /messages and /marketing_messages, without the version and the id of the number."},
		}, Blocks: []schema.NestedBlock{{
			Name: "webhook_header", Nesting: schema.NestingSingle,
			Description: "A header that the vendor sends with each webhook, for vendors that do not sign.",
			Schema: schema.Schema{Attributes: []schema.Attribute{
				{Name: "name", Type: cty.String, Required: true, Pattern: "[A-Za-z][A-Za-z0-9-]*",
					PatternHint: `the name of a header, such as "X-Webhook-Key"`, Description: "The name of the header."},
				{Name: "value", Type: cty.String, Required: true, Sensitive: true, Pattern: "[!-~]([ -~]*[!-~])?",
					PatternHint: "text without a space at its beginning or end", Description: "The value of the header."},
			}},
		}}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "phone_number_id", Type: cty.String, Required: true, Pattern: "[0-9]+",
				PatternHint: "the id of a phone number in digits, as the app's dashboard shows it, which is not the number itself",
				Description: "Id of the sending number. Webhooks name the number by it."},
			{Name: "marketing_messages", Type: cty.Bool, Default: cty.False,
				Description: "Send marketing templates through the Marketing Messages API. The business must have accepted its terms."},
		}},
	}
}

func (cloudAPI) ValidateProviderConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	diags := settings.CheckTimeout(config)
	diags = append(diags, config.Check("access_token", checkToken)...)
	diags = append(diags, config.Check("endpoint", checkEndpoint)...)
	for _, name := range []string{"app_secret", "verify_token"} {
		diags = append(diags, config.Check(name, settings.Word)...)
	}
	return diags
}

func checkToken(s string) error {
	if err := settings.Word(s); err != nil {
		return err
	}
	if strings.ContainsAny(s, " \t") {
		return errors.New(`it contains a space: write the token alone, without "Bearer"`)
	}
	return nil
}

// versioned matches a path that ends with a version of the Graph API.
var versioned = regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)

// checkEndpoint refuses a version at the end of the endpoint. The SDK checks the rest.
func checkEndpoint(s string) error {
	if last := path.Base(strings.TrimRight(s, "/")); versioned.MatchString(last) {
		return errors.New("it ends with a version of the API: set api_version instead")
	}
	return nil
}

func (p cloudAPI) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	config := req.Config
	diags := p.ValidateProviderConfig(ctx, config)
	if diags.HasErrors() {
		return nil, diags
	}
	timeout, _ := settings.ParseTimeout(config.String("timeout"))
	a := &account{
		appSecret: config.String("app_secret"), verifyToken: config.String("verify_token"),
		channels: map[string]*channel{},
	}
	if proof := config.Value.GetAttr("webhook_header"); proof.IsWhollyKnown() && !proof.IsNull() {
		a.webhookHeader, a.webhookValue = proof.GetAttr("name").AsString(), proof.GetAttr("value").AsString()
	}
	if !settings.Bool(config, "short_paths", false) {
		a.prefix = "/" + cmp.Or(config.String("api_version"), "v23.0")
	}
	token := config.String("access_token")
	header := http.Header{}
	if name := cmp.Or(config.String("token_header"), bearerHeader); name == bearerHeader {
		header.Set(name, "Bearer "+token)
	} else {
		header.Set(name, token)
	}
	a.options = vendorhttp.Options{
		Endpoint: config.String("endpoint"), Timeout: timeout, DisableKeepAlives: settings.DisablesKeepAlive(config), Header: header,
		Secrets:   []string{token, a.appSecret, a.verifyToken, a.webhookValue},
		UserAgent: "wahost-provider-cloudapi/" + version,
	}
	var err error
	if a.client, err = vendorhttp.New(a.options); err != nil {
		return nil, append(diags, diag.AttributeError("endpoint", "Invalid argument value", err.Error()))
	}
	return a, diags
}

// Prototype returns an account and a channel with default configuration, which have capabilities but cannot send.
func (cloudAPI) Prototype() (provider.Account, provider.Channel) {
	a := &account{}
	return a, &graphChannel{&channel{account: a}}
}

// account is the access to the numbers of a business. It also translates webhooks.
type account struct {
	// prefix is the first part of each path, such as "/v23.0". It is empty with short paths.
	prefix  string
	client  *vendorhttp.Client
	options vendorhttp.Options

	appSecret, verifyToken, webhookHeader, webhookValue string

	mu sync.RWMutex
	// channels holds the open channels, by channel id.
	channels map[string]*channel
}

// Close closes idle connections.
func (a *account) Close() error { return a.client.Close() }

// OpenChannel returns a channel. The account keeps it, to find the channel that a webhook belongs to.
func (a *account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	c := &channel{
		account: a, id: req.ID, number: req.Config.String("phone_number_id"),
		marketing: settings.Bool(req.Config, "marketing_messages", false),
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.channels[req.ID] = c
	if a.prefix == "" {
		return c, nil
	}
	c.base = a.prefix + "/" + c.number
	return &graphChannel{c}, nil
}
