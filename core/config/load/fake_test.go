// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// fake stands for installed providers.
type fake struct {
	schema   func(name string) (provider.Schema, error)
	provider func(name string, v cty.Value) (diag.Diagnostics, error)
	channel  func(name string, v cty.Value) (diag.Diagnostics, error)
}

func (f fake) Schema(_ context.Context, name string) (provider.Schema, error) { return f.schema(name) }

func (f fake) ValidateProvider(_ context.Context, name string, v cty.Value) (diag.Diagnostics, error) {
	return f.provider(name, v)
}

func (f fake) ValidateChannel(_ context.Context, name string, v cty.Value) (diag.Diagnostics, error) {
	return f.channel(name, v)
}

// newFake has the schemas of the three providers, one that needs no configuration, and rules as a provider may have.
func newFake() fake {
	return fake{
		schema: func(name string) (provider.Schema, error) {
			s, ok := fakeSchemas[name]
			if !ok {
				return provider.Schema{}, &ProviderError{Kind: NotInstalled, Detail: "Looked for wahost-provider-" + name + " in .wahost/providers."}
			}
			return s, nil
		},
		provider: func(_ string, v cty.Value) (diag.Diagnostics, error) {
			if !v.Type().HasAttribute("endpoint") {
				return nil, nil
			}
			if e := v.GetAttr("endpoint"); e.IsKnown() && !e.IsNull() && !strings.HasPrefix(e.AsString(), "http") {
				return diag.Diagnostics{diag.AttributeError("endpoint", "Invalid endpoint", "The endpoint must be an http or https URL.")}, nil
			}
			return nil, nil
		},
		channel: func(name string, v cty.Value) (diag.Diagnostics, error) {
			if name != "tags" {
				return nil, nil
			}
			var out diag.Diagnostics
			tags := v.GetAttr("tags")
			if tags.IsNull() || !tags.IsWhollyKnown() {
				return nil, nil
			}
			for it := tags.ElementIterator(); it.Next(); {
				i, tag := it.Element()
				if strings.Contains(tag.AsString(), " ") {
					out = append(out, diag.Diagnostic{
						Severity: diag.Error, Summary: "Invalid tag", Detail: "A tag has no spaces.",
						Path: cty.GetAttrPath("tags").Index(i),
					})
				}
			}
			return out, nil
		},
	}
}

func str(name string) schema.Attribute { return schema.Attribute{Name: name, Type: cty.String} }

func required(a schema.Attribute) schema.Attribute {
	a.Required = true
	return a
}

func secret(a schema.Attribute) schema.Attribute {
	a.Sensitive = true
	return a
}

func withDefault(a schema.Attribute, v cty.Value) schema.Attribute {
	a.Default = v
	return a
}

func innopaasAttributes(more ...schema.Attribute) schema.Schema {
	endpoint := withDefault(str("endpoint"), cty.StringVal("https://api.innopaas.com"))
	endpoint.Role = schema.RoleEndpoint
	return schema.Schema{Attributes: append([]schema.Attribute{
		required(secret(str("app_key"))), required(secret(str("authorization"))), endpoint, str("timeout"),
		str("callback_username"), secret(str("callback_authorization")), secret(str("callback_secret")),
	}, more...)}
}

var fakeSchemas = map[string]provider.Schema{
	"pushwoosh": {
		Provider: schema.Schema{Attributes: []schema.Attribute{
			required(secret(str("auth"))),
			{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://api.pushwoosh.com"), Role: schema.RoleEndpoint},
			str("timeout"),
		}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			required(str("application")), str("preset"),
			{Name: "use_auto_registration", Type: cty.Bool, Default: cty.True},
		}},
	},
	"innopaas": {
		Provider: innopaasAttributes(),
		Channel: schema.Schema{Attributes: []schema.Attribute{
			required(str("waba_id")), required(str("send_number")),
			{Name: "interactive_shape", Type: cty.String, Default: cty.StringVal("flat"), Allowed: []string{"flat", "nested"}},
		}},
	},
	"innopaas-mmlite": {
		Provider: innopaasAttributes(required(str("send_path"))),
		Channel:  schema.Schema{Attributes: []schema.Attribute{required(str("waba_id")), required(str("send_number"))}},
	},
	"twilio": {
		Provider: schema.Schema{Attributes: []schema.Attribute{
			required(str("account_sid")), required(secret(str("auth_token"))),
			{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://api.twilio.com"), Role: schema.RoleEndpoint},
		}, Blocks: []schema.NestedBlock{{Name: "api_key", Nesting: schema.NestingSingle, Schema: schema.Schema{
			Attributes: []schema.Attribute{required(str("sid")), required(secret(str("secret")))},
		}}}},
		Channel: schema.Schema{Attributes: []schema.Attribute{required(str("from")), str("messaging_service_sid")}},
	},
	"cloudapi": {
		Provider: schema.Schema{Attributes: []schema.Attribute{
			required(secret(str("access_token"))),
			{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://graph.facebook.com"), Role: schema.RoleEndpoint},
			secret(str("app_secret")), secret(str("verify_token")), str("token_header"),
			{Name: "short_paths", Type: cty.Bool, Default: cty.False},
		}, Blocks: []schema.NestedBlock{{Name: "webhook_header", Nesting: schema.NestingSingle, Schema: schema.Schema{
			Attributes: []schema.Attribute{required(str("name")), required(secret(str("value")))},
		}}}},
		Channel: schema.Schema{Attributes: []schema.Attribute{
			required(str("phone_number_id")), {Name: "marketing_messages", Type: cty.Bool, Default: cty.False},
		}},
	},
	"tags": {
		Channel: schema.Schema{Attributes: []schema.Attribute{
			{Name: "tags", Type: cty.List(cty.String)}, secret(str("token")),
			{Name: "old", Type: cty.String, Deprecated: "Use tags instead."},
		}},
	},
	"blocks": {
		Channel: schema.Schema{
			Attributes: []schema.Attribute{
				{Name: "user", Type: cty.String, ConflictsWith: []string{"key"}},
				{Name: "key", Type: cty.String, Sensitive: true, Pattern: "k-[0-9]+", PatternHint: "a key, such as k-17"},
				{Name: "share", Type: cty.Number, Minimum: new(0.5), Maximum: new(10.0), Default: cty.NumberIntVal(1)},
			},
			Blocks: []schema.NestedBlock{
				{Name: "proxy", Nesting: schema.NestingSingle, Deprecated: "Remove it: the vendor needs no proxy.", Schema: schema.Schema{
					Attributes: []schema.Attribute{required(str("host")), secret(str("password"))},
				}},
				{Name: "number", Nesting: schema.NestingList, MinItems: 1, MaxItems: 2, Schema: schema.Schema{
					Attributes: []schema.Attribute{
						{Name: "value", Type: cty.String, Required: true, Pattern: `\+[0-9]+`, PatternHint: "a phone number with +"},
						withDefault(str("region"), cty.StringVal("eu")),
					},
					Blocks: []schema.NestedBlock{{Name: "use", Nesting: schema.NestingList, Schema: schema.Schema{
						Attributes: []schema.Attribute{{Name: "kind", Type: cty.String, Allowed: []string{"otp", "promo"}}},
					}}},
				}},
			},
			ExactlyOneOf: [][]string{{"user", "key"}},
		},
	},
	"reserved": {Channel: schema.Schema{Attributes: []schema.Attribute{str("rate_limit")}}},
}

func kindCapabilities(names ...string) []capability.Kind {
	var out []capability.Kind
	for _, n := range names {
		out = append(out, capability.Kind{Kind: n})
	}
	return out
}

var fakeCapabilities = map[string]capability.Capabilities{
	"pushwoosh":       {Kinds: kindCapabilities(message.KindText, message.KindTemplate, message.KindImage)},
	"innopaas":        {Kinds: kindCapabilities(kinds...)},
	"innopaas-mmlite": {Kinds: kindCapabilities(message.KindTemplate), TemplateCategories: []string{message.CategoryMarketing}},
	"cloudapi":        {Kinds: kindCapabilities(kinds...)},
	"twilio":          {Kinds: kindCapabilities(message.KindText, message.KindTemplate, message.KindImage, message.KindLocation)},
	"tags":            {Kinds: kindCapabilities(message.KindText)},
}

func capabilitiesOf(c *config.Config) map[addr.Channel]capability.Capabilities {
	out := map[addr.Channel]capability.Capabilities{}
	for _, ch := range c.Channels {
		out[ch.Addr] = fakeCapabilities[ch.Addr.Provider]
	}
	return out
}
