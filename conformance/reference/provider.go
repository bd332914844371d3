// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package reference contains a conformant provider for acme, a fictitious vendor that supports everything, and the
// vendor's dialects. The suite is tested with this provider and with its mutants. Each mutant has one defect, which a
// check must find.
package reference

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// Dialect holds acme's dialects: dialect.hcl describes the first generation of the API, dialect-v2.hcl the second and
// dialect-v3.hcl the third.
//
//go:embed dialect.hcl dialect-v2.hcl dialect-v3.hcl
var Dialect embed.FS

// Version is the version of the provider.
const Version = "1.0.0"

const (
	defaultEndpoint = "https://api.acme.example"
	defaultTimeout  = "30s"
	// The generations of acme's API.
	apiV1, apiV2, apiV3 = "v1", "v2", "v3"
)

// The bounds of numbers in acme's schemas. minTTL and maxTTL are in seconds.
var zero, minTTL, maxTTL = 0.0, 60.0, 604800.0

// New returns the provider with the defect of a mutant, or without a defect if the mutant is nil.
func New(m *Mutant) provider.Provider {
	if m == nil {
		m = &Mutant{}
	}
	return &acme{mutant: m}
}

type acme struct {
	mutant *Mutant
}

func (p *acme) Metadata() provider.Metadata {
	meta := provider.Metadata{Name: "acme", Version: Version, Vendor: "Acme Messaging", DocsURL: "https://docs.acme.example/whatsapp"}
	if p.mutant.metadata != nil {
		p.mutant.metadata(&meta)
	}
	return meta
}

func (p *acme) Schema() provider.Schema {
	s := provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "endpoint", Type: cty.String, Role: schema.RoleEndpoint, Default: cty.StringVal(defaultEndpoint),
				Description: "Base URL of acme's API."},
			{Name: "api_key", Type: cty.String, Required: true, Sensitive: true,
				Description: "The API key from acme's console. It is sent as a bearer token."},
			{Name: "webhook_secret", Type: cty.String, Sensitive: true,
				Description: "The secret with which acme signs webhooks. If it is not set, all webhooks are refused."},
			{Name: "verify_token", Type: cty.String, Sensitive: true,
				Description: "The token that acme sends when it verifies the webhook's URL."},
			{Name: "timeout", Type: cty.String, Default: cty.StringVal(defaultTimeout),
				Description: `The timeout of a request to acme, such as "30s".`},
			{Name: "api", Type: cty.String, Default: cty.StringVal(apiV1), Allowed: []string{apiV1, apiV2, apiV3},
				Description: "The generation of acme's API. The second one accepts idempotency keys and signs the time of webhooks. The third one takes tokens that api_key obtains."},
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "sender", Type: cty.String, Required: true, Description: "The sending number, in digits with the country code."},
			{Name: "region", Type: cty.String, Pattern: "[a-z]{2}", PatternHint: `a region of acme in two letters, such as "eu"`, ConflictsWith: []string{"pool"},
				Description: "The region of acme that sends. Acme chooses it if neither region nor pool is set."},
			{Name: "pool", Type: cty.String, Description: "The pool of acme's servers that sends."},
		}, Blocks: []schema.NestedBlock{{
			Name: "label", Nesting: schema.NestingList, MaxItems: 5, Description: "A label for acme's invoice. It is part of each request.",
			Schema: schema.Schema{Attributes: []schema.Attribute{
				{Name: "key", Type: cty.String, Required: true, Description: "The name of the label."},
				{Name: "text", Type: cty.String, Description: "The value of a label with a text."},
				{Name: "number", Type: cty.Number, Minimum: &zero, Description: "The value of a label with a number."},
				{Name: "printed", Type: cty.Bool, Default: cty.True, Description: "Whether the label is printed on the invoice."},
			}, ExactlyOneOf: [][]string{{"text", "number"}}},
		}}},
		Options: schema.Schema{Attributes: []schema.Attribute{
			{Name: "priority", Type: cty.String, Default: cty.StringVal("normal"), Allowed: []string{"normal", "high"},
				Description: "How urgent the message is."},
			{Name: "ttl", Type: cty.Number, Minimum: &minTTL, Maximum: &maxTTL, Description: "The number of seconds for which acme tries to deliver the message."},
		}},
	}
	if p.mutant.schema != nil {
		p.mutant.schema(&s)
	}
	return s
}

func (p *acme) ValidateProviderConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	if p.mutant.validate != nil {
		return p.mutant.validate(config)
	}
	return validate(config)
}

func validate(config provider.Config) diag.Diagnostics {
	var diags diag.Diagnostics
	check := func(name string, rule func(string) error) {
		text := config.String(name)
		if text == "" && !given(config, name) {
			return
		}
		// The text does not contain the value, because the value may be a secret.
		if err := rule(text); err != nil {
			diags = append(diags, diag.AttributeError(name, "Invalid argument value", fmt.Sprintf("The argument %q is not valid: %s.", name, err)))
		}
	}
	for _, name := range []string{"api_key", "webhook_secret", "verify_token"} {
		check(name, credential)
	}
	check("timeout", func(s string) error {
		if d, err := time.ParseDuration(s); err != nil || d <= 0 {
			return errors.New(`expected a duration above zero, such as "30s"`)
		}
		return nil
	})
	return diags
}

// given reports whether an attribute has a known value.
func given(config provider.Config, name string) bool {
	v := config.Value
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || !v.Type().HasAttribute(name) {
		return false
	}
	v = v.GetAttr(name)
	return v.IsKnown() && !v.IsNull()
}

func credential(s string) error {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return errors.New("expected text without spaces and control characters")
	}
	return nil
}

func (p *acme) ValidateChannelConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	sender := config.String("sender")
	if given(config, "sender") && (len(sender) < 6 || strings.Trim(sender, "0123456789") != "") {
		return diag.Diagnostics{diag.AttributeError("sender", "Invalid argument value", `The sender must be a phone number in digits, such as "4915112345678".`)}
	}
	return nil
}

func (p *acme) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	if diags := p.ValidateProviderConfig(ctx, req.Config); diags.HasErrors() {
		return nil, diags
	}
	a := &account{
		mutant: p.mutant, id: req.ID, endpoint: req.Config.String("endpoint"), key: req.Config.String("api_key"),
		webhookSecret: req.Config.String("webhook_secret"), verifyToken: req.Config.String("verify_token"),
		api:     req.Config.String("api"),
		senders: map[string]*channel{}, window: window,
	}
	if p.mutant.configure != nil {
		p.mutant.configure(a)
	}
	timeout, err := time.ParseDuration(req.Config.String("timeout"))
	if err != nil {
		timeout = vendorhttp.DefaultTimeout
	}
	options := vendorhttp.Options{
		Endpoint: a.endpoint, Timeout: timeout, UserAgent: "wahost-provider-acme/" + Version,
		Secrets: []string{a.key, a.webhookSecret, a.verifyToken},
	}
	if a.api == apiV3 {
		options.Authorizer = a.authorizer()
	}
	if a.client, err = vendorhttp.New(options); err == nil {
		options.MaxResponseBytes = maxMedia
		a.files, err = vendorhttp.New(options)
	}
	if err != nil {
		return nil, diag.Diagnostics{diag.AttributeError("endpoint", "Invalid argument value", err.Error())}
	}
	a.post = a.client.Do
	if p.mutant.post != nil {
		a.post = p.mutant.post(a, a.post)
	}
	return a, nil
}

// poster makes a vendor request. Exactly one of its results is nil.
type poster func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure)

type account struct {
	mutant                                        *Mutant
	id, endpoint, key, webhookSecret, verifyToken string
	api                                           string
	client                                        *vendorhttp.Client
	// files is the client that fetches media, which are larger than other answers.
	files *vendorhttp.Client
	post  poster
	// window is the largest accepted difference between the signed time of a webhook and now; 0 means any.
	window time.Duration

	mu sync.Mutex
	// senders holds the open channels, by channel id.
	senders map[string]*channel
}

// Close drops idle connections.
func (a *account) Close() error {
	if closeHook != nil {
		closeHook()
	}
	return errors.Join(a.client.Close(), a.files.Close())
}

func (a *account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	c := &channel{account: a, id: req.ID, sender: req.Config.String("sender"), callback: req.WebhookURL, health: make(chan struct{}, 1)}
	c.settings.Region, c.settings.Pool = req.Config.String("region"), req.Config.String("pool")
	for _, label := range req.Config.Value.GetAttr("label").AsValueSlice() {
		c.settings.Labels = append(c.settings.Labels, newLabel(provider.Config{Value: label}))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.senders[c.id] = c
	return c, nil
}

// Sender returns the sending number.
func (c *channel) Sender() string { return provider.SenderOf(c.sender) }

// channelOf returns the id of the open channel with a number, or "" if there is no such channel.
func (a *account) channelOf(number string, among []string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := ""
	for id, c := range a.senders {
		if c.sender != strings.TrimPrefix(number, "+") || len(among) > 0 && !contains(among, id) {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}

// Prototype returns a channel without a configuration, from which capabilities are read.
func (p *acme) Prototype() (provider.Account, provider.Channel) {
	a := &account{mutant: p.mutant, senders: map[string]*channel{}}
	return a, &channel{account: a}
}

// Capabilities returns everything that acme's channels declare, completed in the same way as by the SDK.
func Capabilities() capability.Capabilities {
	caps := (&channel{account: &account{mutant: &Mutant{}}}).Capabilities()
	caps.MaxRecipients, caps.Webhooks = maxRecipients, true
	caps.Signals = signals()
	caps.Lookup, caps.MediaUpload, caps.MediaFetch, caps.TemplateList = true, true, true, true
	return caps
}
