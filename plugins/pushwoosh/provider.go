// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package pushwoosh sends WhatsApp messages through Pushwoosh's createWhatsAppMessage.
package pushwoosh

import (
	"context"
	"errors"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/plugins/internal/settings"
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

// vendor is the name of the vendor in the texts of rejections.
const vendor = "Pushwoosh"

// version is the version of the provider.
var version = serve.Version("0.1.0-dev")

// New returns the provider.
func New() provider.Provider { return pushwoosh{} }

type pushwoosh struct{}

func (pushwoosh) Metadata() provider.Metadata {
	return provider.Metadata{
		Name: "pushwoosh", Version: version, Vendor: vendor,
		DocsURL: "https://docs.pushwoosh.com/developer/api-reference/whatsapp",
	}
}

func (pushwoosh) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "auth", Type: cty.String, Required: true, Sensitive: true,
				Description: "API access token, from the Pushwoosh control panel."},
			settings.Endpoint("https://api.pushwoosh.com"),
			settings.Timeout(),
			settings.KeepAlive(),
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "application", Type: cty.String, Required: true,
				Description: `Application code, such as "XXXXX-XXXXX". The sending number is the one that the application is connected to.`},
			{Name: "preset", Type: cty.String,
				Description: "Code of a WhatsApp preset of the control panel, sent with every message."},
			{Name: "use_auto_registration", Type: cty.Bool, Default: cty.True,
				Description: "Register recipients' numbers automatically. Otherwise a number must already be registered as a device."},
		}},
	}
}

func (pushwoosh) ValidateProviderConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	return append(config.Check("auth", settings.Word), settings.CheckTimeout(config)...)
}

func (pushwoosh) ValidateChannelConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	return append(config.Check("application", checkCode), config.Check("preset", checkCode)...)
}

// checkCode checks an application code or a preset code. The vendor does not document their characters, but its examples
// have no spaces.
func checkCode(s string) error {
	if err := settings.Word(s); err != nil {
		return err
	}
	if strings.ContainsAny(s, " \t") {
		return errors.New("a code has no spaces")
	}
	return nil
}

func (p pushwoosh) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	diags := p.ValidateProviderConfig(ctx, req.Config)
	if diags.HasErrors() {
		return nil, diags
	}
	timeout, _ := settings.ParseTimeout(req.Config.String("timeout"))
	auth := req.Config.String("auth")
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: req.Config.String("endpoint"), Timeout: timeout, Secrets: []string{auth}, DisableKeepAlives: settings.DisablesKeepAlive(req.Config),
		UserAgent: "wahost-provider-pushwoosh/" + version,
	})
	if err != nil {
		return nil, append(diags, diag.AttributeError("endpoint", "Invalid argument value", err.Error()))
	}
	return &account{client: client, auth: auth}, diags
}

// Prototype returns an account and a channel with default configuration, which have capabilities but cannot send.
func (pushwoosh) Prototype() (provider.Account, provider.Channel) {
	a := &account{}
	return a, &channel{account: a, register: true}
}

type account struct {
	client *vendorhttp.Client
	auth   string
}

// Close closes idle connections.
func (a *account) Close() error { return a.client.Close() }

func (a *account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return &channel{
		account: a, application: req.Config.String("application"), preset: req.Config.String("preset"),
		register: settings.Bool(req.Config, "use_auto_registration", true),
	}, nil
}

// Sender returns the application, since Pushwoosh keeps the sending number to itself: an application sends from the number
// that is set for it in the Control Panel.
func (c *channel) Sender() string { return "pushwoosh application " + c.application }

type channel struct {
	account             *account
	application, preset string
	register            bool
}

var templateOptions = carry.TemplateOptions{
	HeaderKinds: []string{"text", "image", "video", "document"},
	ButtonKinds: []string{"url"},
}

// templateParts read templates.
var templateParts = carry.MustTemplateRules(templateOptions)

// Capabilities returns what the channel carries. The vendor documents no limits, no status callbacks and no inbound
// messages for WhatsApp.
func (c *channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds: []capability.Kind{
			{Kind: message.KindText},
			{Kind: message.KindTemplate, HeaderKinds: templateOptions.HeaderKinds,
				ButtonKinds: templateOptions.ButtonKinds, ParameterTypes: []string{"text"}},
		},
		RecipientKinds: []message.RecipientKind{message.RecipientPhone},
		MediaSources:   []capability.MediaSource{capability.MediaByLink},
		Scheduling:     true,
		TextVariables:  true,
		IDScope:        capability.IDPerRecipient,
	}
}

// Send makes one request with exactly one notification.
func (c *channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	n, fields, err := encode(req.Message, req.To)
	if err != nil {
		return carry.OutcomeOf(err)
	}
	n.Preset, n.UseAutoRegistration = c.preset, c.register
	response, failure := c.account.client.PostJSON(ctx, apiPath, requestBody{request{
		Application: c.application, Auth: c.account.auth, Notifications: []notification{n},
	}})
	var result outcome.Outcome
	if failure != nil {
		result = failure.Outcome()
	} else {
		result = classify(response, c.account.client.Redact)
	}
	result.IgnoredFields = fields.Ignored
	return result
}
