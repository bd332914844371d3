// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package innopaasapi is shared by the two InnoPaaS providers. It implements the arguments, requests, responses and webhooks
// of the v3 API (https://docs.innopaas.com/api-reference).
//
// The vendor's v3 documents have neither responses nor examples. Where they are silent, this package follows the vendor's
// older documents or accepts several forms, and a comment says so.
package innopaasapi

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/plugins/internal/settings"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// vendor is the name of the vendor in the texts of rejections.
const vendor = "InnoPaaS"

// submitPath is the path of the general send API. The vendor's documents leave the path of MMLite blank.
const submitPath = "/api/whatsapp/v3/msg/submit"

// The values of the argument interactive_shape.
const (
	shapeFlat   = "flat"
	shapeNested = "nested"
)

// Product is a send API of the vendor.
type Product struct {
	// Name is the provider's name.
	Name string
	// Version is the provider's version.
	Version string
	// MarketingLite is true for MMLite: marketing templates only, sent to the path in the argument send_path.
	MarketingLite bool
}

// New returns the provider of a product.
func New(product Product) provider.Provider { return &productProvider{product} }

type productProvider struct{ product Product }

func (p *productProvider) Metadata() provider.Metadata {
	return provider.Metadata{
		Name: p.product.Name, Version: p.product.Version, Vendor: vendor,
		DocsURL: "https://docs.innopaas.com/api-reference/api-reference-en/whatsapp-business-api",
	}
}

func (p *productProvider) Schema() provider.Schema {
	account := []schema.Attribute{
		{Name: "app_key", Type: cty.String, Required: true, Sensitive: true,
			Description: "API key of the application (header AppKey), from Developer Tools in the console."},
		{Name: "authorization", Type: cty.String, Required: true, Sensitive: true,
			Description: "Access token of the application, sent as it is in the header Authorization, without \"Bearer\"."},
		settings.Endpoint("https://api.innopaas.com"),
		settings.Timeout(),
		settings.KeepAlive(),
		{Name: "callback_username", Type: cty.String,
			Description: "The fixed UserName of callbacks, as set in the vendor's console. It needs callback_authorization or callback_secret as well."},
		{Name: "callback_authorization", Type: cty.String, Sensitive: true,
			Description: "The fixed Authorization of callbacks, as set in the vendor's console."},
		{Name: "callback_secret", Type: cty.String, Sensitive: true,
			Description: "Secret of the signature in the header X-CALLBACK-ID of callbacks, for accounts that have one."},
	}
	channel := []schema.Attribute{
		{Name: "waba_id", Type: cty.String, Required: true, Description: "Id of the WhatsApp Business Account."},
		{Name: "send_number", Type: cty.String, Required: true,
			Description: "The sending phone number with country code, with or without \"+\"."},
	}
	if p.product.MarketingLite {
		account = append(account, schema.Attribute{Name: "send_path", Type: cty.String, Required: true,
			Description: "Path of the MMLite send API below the endpoint. Ask the vendor: its public document leaves the path blank."})
	} else {
		channel = append(channel, schema.Attribute{Name: "interactive_shape", Type: cty.String,
			Default: cty.StringVal(shapeFlat), Allowed: []string{shapeFlat, shapeNested},
			Description: "Form of interactive messages: \"flat\" as in the vendor's v3 tables, \"nested\" as in its older examples."})
	}
	return provider.Schema{Provider: schema.Schema{Attributes: account}, Channel: schema.Schema{Attributes: channel}}
}

func (p *productProvider) ValidateProviderConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	diags := settings.CheckTimeout(config)
	for _, name := range []string{"app_key", "authorization", "callback_username", "callback_authorization", "callback_secret"} {
		diags = append(diags, config.Check(name, settings.Word)...)
	}
	diags = append(diags, config.Check("send_path", checkSendPath)...)
	if config.String("callback_username") != "" && isNull(config, "callback_authorization") && isNull(config, "callback_secret") {
		diags = append(diags, diag.AttributeError("callback_username", "Incomplete callback check",
			"A user name alone does not prove who calls. Set callback_authorization or callback_secret as well."))
	}
	return diags
}

// isNull reports whether an argument is known and not set.
func isNull(config provider.Config, name string) bool {
	v := config.Value
	return v != cty.NilVal && !v.IsNull() && v.IsKnown() && v.Type().HasAttribute(name) && v.GetAttr(name).IsNull()
}

func checkSendPath(s string) error {
	if err := vendorhttp.CheckPath(s); err != nil {
		return err
	}
	if strings.ContainsAny(s, "?\\") || path.Clean(s) != strings.TrimSuffix(s, "/") {
		return errors.New(`expected a plain path such as "/api/whatsapp/v3/...", without "..", "?" and "//"`)
	}
	return nil
}

func (p *productProvider) ValidateChannelConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	return append(config.Check("waba_id", settings.Word), config.Check("send_number", func(s string) error {
		if !carry.IsPhone(strings.TrimPrefix(s, "+")) {
			return errors.New(`expected a phone number with country code in digits only, such as "+6281100000001"`)
		}
		return nil
	})...)
}

func (p *productProvider) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	diags := p.ValidateProviderConfig(ctx, req.Config)
	if diags.HasErrors() {
		return nil, diags
	}
	timeout, _ := settings.ParseTimeout(req.Config.String("timeout"))
	a := &Account{
		product: p.product, path: submitPath, channels: map[string]*channel{},
		callbacks: callbackCheck{
			username:      req.Config.String("callback_username"),
			authorization: req.Config.String("callback_authorization"),
			secret:        req.Config.String("callback_secret"),
		},
	}
	if p.product.MarketingLite {
		a.path = req.Config.String("send_path")
	}
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: req.Config.String("endpoint"), Timeout: timeout, DisableKeepAlives: settings.DisablesKeepAlive(req.Config),
		Header: http.Header{
			"Appkey":        {req.Config.String("app_key")},
			"Authorization": {req.Config.String("authorization")},
			"Content-Type":  {"application/json;charset=utf-8"},
		},
		Secrets:   []string{req.Config.String("app_key"), req.Config.String("authorization"), a.callbacks.authorization, a.callbacks.secret},
		UserAgent: "wahost-provider-" + p.product.Name + "/" + p.product.Version,
	})
	if err != nil {
		return nil, append(diags, diag.AttributeError("endpoint", "Invalid argument value", err.Error()))
	}
	a.client = client
	return a, diags
}

// Prototype returns an account and a channel with default configuration, which have capabilities but cannot send.
func (p *productProvider) Prototype() (provider.Account, provider.Channel) {
	a := &Account{product: p.product}
	return a, &channel{account: a}
}

// Account is an application of the vendor. It also translates webhooks.
type Account struct {
	product   Product
	path      string
	client    *vendorhttp.Client
	callbacks callbackCheck

	mu       sync.RWMutex
	channels map[string]*channel
}

// Close closes idle connections.
func (a *Account) Close() error { return a.client.Close() }

// OpenChannel returns a channel. The account keeps it, to find the channel that a webhook belongs to.
func (a *Account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	c := &channel{
		account: a, id: req.ID, wabaID: req.Config.String("waba_id"),
		number: strings.TrimPrefix(req.Config.String("send_number"), "+"),
		nested: req.Config.String("interactive_shape") == shapeNested,
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.channels[req.ID] = c
	return c, nil
}

// Sender returns the sending number.
func (c *channel) Sender() string { return provider.SenderOf(c.number) }

// openChannels returns the open channels with the given ids, or all open channels if ids is empty.
func (a *Account) openChannels(ids []string) []*channel {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var out []*channel
	for id, c := range a.channels {
		if len(ids) == 0 || slices.Contains(ids, id) {
			out = append(out, c)
		}
	}
	return out
}
