// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/template"
)

// compared returns a configuration with a block of each kind.
func compared() *config.Config {
	one, two := addr.Channel{Provider: "p", Name: "one"}, addr.Channel{Provider: "p", Name: "two"}
	return &config.Config{
		Providers: []config.Provider{{Name: "p", ID: "p", Value: config.Hide("secret")}},
		Channels:  []config.Channel{{Addr: one, Value: config.Hide("a"), RateLimit: &config.RateLimit{PerSecond: 5, Burst: 5}}, {Addr: two, Value: config.Hide("b")}},
		Templates: []template.Template{{Name: "t", Category: "utility"}},
		Routes: []config.Route{
			{Name: "first", Channels: []addr.Channel{one}, When: func(*config.Facts) (bool, error) { return true, nil }, Condition: "true"},
			{Name: "second", Channels: []addr.Channel{two}},
		},
		Gateway: &config.Gateway{
			Senders: []config.GatewaySender{{ID: "1020"}}, Keys: []config.GatewayKey{{Name: "shop", Hashes: []string{"h"}}},
			Webhooks: []config.GatewayWebhook{{Name: "shop", URL: "https://shop.example.com", Secrets: []string{"s"}}},
			Console:  config.GatewayConsole{URL: "https://ops.example.com", Logins: []config.GatewayLogin{{Name: "staff", ClientSecret: "s"}}},
		},
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*config.Config)
		want   []string
	}{
		"nothing": {func(*config.Config) {}, nil},
		"places": {func(c *config.Config) {
			at := config.Range{File: "other.wahost.hcl"}
			c.Providers[0].DeclRange, c.Channels[0].DeclRange, c.Channels[0].RateLimit.DeclRange = at, at, at
			c.Routes[0].DeclRange, c.Gateway.DeclRange, c.Gateway.Keys[0].DeclRange, c.Gateway.Webhooks[0].DeclRange = at, at, at, at
			c.Gateway.Console.Logins[0].DeclRange = at
		}, nil},
		"a secret":     {func(c *config.Config) { c.Providers[0].Value = config.Hide("other") }, []string{"changed provider p"}},
		"a rate":       {func(c *config.Config) { c.Channels[0].RateLimit.Burst = 6 }, []string{"changed channel p.one"}},
		"an argument":  {func(c *config.Config) { c.Channels[1].Value = config.Hide("c") }, []string{"changed channel p.two"}},
		"a template":   {func(c *config.Config) { c.Templates[0].Category = "marketing" }, []string{"changed template t"}},
		"a condition":  {func(c *config.Config) { c.Routes[0].Condition = "false" }, []string{"changed route first"}},
		"the order":    {func(c *config.Config) { c.Routes[0], c.Routes[1] = c.Routes[1], c.Routes[0] }, []string{"changed route order"}},
		"a new route":  {func(c *config.Config) { c.Routes = append([]config.Route{{Name: "new"}}, c.Routes...) }, []string{"added route new"}},
		"another name": {func(c *config.Config) { c.Gateway.Keys[0].Name = "till" }, []string{"removed api_key shop", "added api_key till"}},
		"a webhook":    {func(c *config.Config) { c.Gateway.Webhooks[0].Secrets = []string{"n"} }, []string{"changed webhook shop"}},
		"a sender":     {func(c *config.Config) { c.Gateway.Senders[0].OptOut = &config.OptOut{} }, []string{"changed sender 1020"}},
		"a grant": {func(c *config.Config) {
			c.Gateway.Console.Logins[0].Grants = []config.GatewayGrant{{Value: "ops", Scopes: []string{"read"}}}
		}, []string{"changed login staff"}},
		"no login": {func(c *config.Config) { c.Gateway.Console = config.GatewayConsole{} }, []string{"removed login staff", "changed console url"}},
		"settings": {func(c *config.Config) {
			c.Gateway.KeepMessages, c.Gateway.Watch, c.MaxSendAhead = time.Hour, true, time.Hour
		},
			[]string{"changed gateway keep_messages", "changed gateway watch", "changed wahost max_send_ahead"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := compared()
			test.change(is)
			var got []string
			for _, c := range config.Diff(compared(), is) {
				got = append(got, c.String())
			}
			require.Equal(t, test.want, got)
		})
	}
}
