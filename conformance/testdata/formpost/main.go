// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost-provider-formpost sends through Formpost, a vendor that does not exist: its API takes forms, with the
// message as JSON in one of the fields. The program is a module of its own and needs nothing but wahost's sdk.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

const version = "1.0.0"

func main() { serve.Main(formpost{}) }

type formpost struct{}

func (formpost) Metadata() provider.Metadata {
	return provider.Metadata{Name: "formpost", Version: version, Vendor: "Formpost", DocsURL: "https://docs.formpost.example"}
}

func (formpost) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{
			{Name: "endpoint", Type: cty.String, Role: schema.RoleEndpoint, Default: cty.StringVal("https://api.formpost.example"),
				Description: "Base URL of Formpost's API."},
			{Name: "api_key", Type: cty.String, Required: true, Sensitive: true, Description: "The key that Formpost's console shows."},
			{Name: "timeout", Type: cty.String, Default: cty.StringVal("30s"),
				Description: `How long one request to Formpost may take, such as "30s".`},
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "sender", Type: cty.String, Required: true, Description: "The sending number, in digits with the country code."},
		}},
	}
}

func (formpost) ValidateProviderConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	diags := config.Check("api_key", func(s string) error {
		if s == "" || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return errors.New("expected text without spaces and control characters")
		}
		return nil
	})
	return append(diags, config.Check("timeout", func(s string) error {
		if d, err := time.ParseDuration(s); err != nil || d <= 0 {
			return errors.New(`expected a duration above zero, such as "30s"`)
		}
		return nil
	})...)
}

func (formpost) ValidateChannelConfig(_ context.Context, config provider.Config) diag.Diagnostics {
	return config.Check("sender", func(s string) error {
		if len(s) < 6 || strings.Trim(s, "0123456789") != "" {
			return errors.New(`expected a phone number in digits, such as "4915112345678"`)
		}
		return nil
	})
}

func (p formpost) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	if diags := p.ValidateProviderConfig(ctx, req.Config); diags.HasErrors() {
		return nil, diags
	}
	timeout, _ := time.ParseDuration(req.Config.String("timeout")) // checked above; 0 is the client's default
	key := req.Config.String("api_key")
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: req.Config.String("endpoint"), Timeout: timeout, UserAgent: "wahost-provider-formpost/" + version,
		Secrets: []string{key}, Header: http.Header{"Apikey": {key}},
	})
	if err != nil {
		return nil, diag.Diagnostics{diag.AttributeError("endpoint", "Invalid argument value", err.Error())}
	}
	return &account{client}, nil
}

// Prototype says before any configuration what channels carry.
func (formpost) Prototype() (provider.Account, provider.Channel) { return &account{}, &channel{} }

type account struct{ client *vendorhttp.Client }

// Close drops idle connections.
func (a *account) Close() error { return a.client.Close() }

func (a *account) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return &channel{a, req.Config.String("sender")}, nil
}

type channel struct {
	account *account
	source  string
}

func (c *channel) Sender() string { return provider.SenderOf(c.source) }

func (*channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds: []capability.Kind{
			{Kind: message.KindText}, {Kind: message.KindImage},
			{Kind: message.KindList, HeaderKinds: []string{"text"}}, {Kind: message.KindButton, HeaderKinds: []string{"text"}},
		},
		RecipientKinds: []message.RecipientKind{message.RecipientPhone},
		MediaSources:   []capability.MediaSource{capability.MediaByLink},
		IDScope:        capability.IDPerRecipient,
		MaxConcurrency: 64,
	}
}

// Send posts one form. What the vendor has no field for is refused, never dropped.
func (c *channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	phone, err := message.ParseRecipient(req.To.Address)
	if err != nil || phone.Kind != message.RecipientPhone {
		o := outcome.Reject(outcome.ReasonInvalidRecipient, "to", "the recipient is not a phone number")
		o.Rejected.Scope = outcome.ScopeRecipient
		return o
	}
	if err := message.Validate(req.Message, nil); err != nil {
		var invalid *message.InvalidError
		if errors.As(err, &invalid) && len(invalid.Problems) > 0 {
			return outcome.Reject(outcome.ReasonInvalidMessage, invalid.Problems[0].Path, "%s", invalid.Problems[0].Detail)
		}
		return outcome.Reject(outcome.ReasonInvalidMessage, "", "%s", err)
	}
	if path := uncarried(req.Message); path != "" {
		return outcome.Reject(outcome.ReasonUnsupported, path, "Formpost has no field for this")
	}
	content, err := encode(req.Message)
	if err != nil {
		return outcome.Reject(outcome.ReasonInvalidMessage, "", "%s", err)
	}
	form := url.Values{
		"channel": {"whatsapp"}, "source": {c.source}, "destination": {strings.TrimPrefix(phone.Address, "+")}, "message": {string(content)},
	}
	response, failure := c.account.client.Do(ctx, vendorhttp.Request{
		Method: http.MethodPost, Path: "/wa/api/v1/msg", ContentType: "application/x-www-form-urlencoded", Body: []byte(form.Encode()),
	})
	if failure != nil {
		return failure.Outcome()
	}
	return c.classify(response)
}

// classify says what an answer means. Success is "submitted" with an id, and nothing less.
func (c *channel) classify(r *vendorhttp.Response) outcome.Outcome {
	var answer struct {
		Status    string `json:"status"`
		MessageID string `json:"messageId"`
		Code      string `json:"code"`
		Message   string `json:"message"`
	}
	o := vendorhttp.OutcomeForStatus(r)
	if json.Unmarshal(r.Body, &answer) != nil {
		return o
	}
	switch success := r.Status >= 200 && r.Status < 300; {
	case success && answer.Status == "submitted" && answer.MessageID != "":
		o = outcome.Accept(answer.MessageID)
	case success && answer.Status == "error":
		o = outcome.Reject(outcome.ReasonVendorRejected, "", "Formpost refused the message")
	}
	if o.Rejected != nil && o.Rejected.Reason == outcome.ReasonRateLimited {
		o.Rejected.Scope = outcome.ScopeAccount // Formpost counts by key
	}
	if o.Rejected != nil && answer.Status == "error" {
		switch answer.Code {
		case "1001":
			o.Rejected.Reason, o.Rejected.Retry, o.Rejected.Scope = outcome.ReasonUnauthenticated, outcome.RetryNever, outcome.ScopeAccount
		case "1002":
			o.Rejected.Reason, o.Rejected.Retry, o.Rejected.Scope = outcome.ReasonInvalidRecipient, outcome.RetryNever, outcome.ScopeRecipient
			o.Rejected.Path = "to"
		case "1003":
			o.Rejected.Reason, o.Rejected.Retry, o.Rejected.Scope = outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage
		case "1004":
			o.Rejected.Reason, o.Rejected.Retry, o.Rejected.Scope = outcome.ReasonQuotaExceeded, outcome.RetryNever, outcome.ScopeAccount
		}
		o.Rejected.VendorCode, o.Rejected.VendorMessage = answer.Code, c.account.client.Redact(answer.Message)
	}
	o.Attempts = r.Attempts
	return o
}
