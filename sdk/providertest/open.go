// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// Values are the arguments of a block by name. Arguments that are not in the map are not set.
type Values map[string]cty.Value

// Config returns the content of a block as the host passes it to a provider: defaults are filled in, arguments that
// are not set are null. The test fails if the schema is not valid or the values do not conform to it.
func Config(t testing.TB, s schema.Schema, values Values) provider.Config {
	t.Helper()
	if err := s.Check(); err != nil {
		t.Fatalf("the schema is not valid: %v", err)
	}
	object := cty.EmptyObjectVal
	if len(values) > 0 {
		object = cty.ObjectVal(values)
	}
	value, diags := s.Conform(object)
	if err := diags.Err(); err != nil {
		t.Fatalf("the values do not conform to the schema: %v", err)
	}
	return provider.Config{Value: value}
}

// Open configures an account with the id "test" and opens one channel with the id "test.channel". The test fails if
// the provider reports an error.
func Open(t testing.TB, p provider.Provider, account, channel Values) (provider.Account, provider.Channel) {
	t.Helper()
	a, diags := p.Configure(t.Context(), provider.ConfigureRequest{ID: "test", Config: Config(t, p.Schema().Provider, account)})
	if err := diags.Err(); err != nil {
		t.Fatalf("configure the provider: %v", err)
	}
	c, diags := a.OpenChannel(t.Context(), provider.OpenChannelRequest{ID: "test.channel", Config: Config(t, p.Schema().Channel, channel)})
	if err := diags.Err(); err != nil {
		t.Fatalf("open the channel: %v", err)
	}
	return a, c
}
