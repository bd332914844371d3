// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

// open returns a channel of the provider that sends to an emulator of acme.
func open(t *testing.T, p provider.Provider) (provider.Channel, *emulator.Server) {
	t.Helper()
	d, diags := dialect.LoadFS(reference.Dialect, "dialect.hcl")
	require.False(t, diags.HasErrors(), "%v", diags)
	vendor, err := emulator.Start(t.Context(), d, emulator.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { _ = vendor.Close() })
	values := vendor.ProviderConfig()
	values["timeout"] = cty.StringVal("5s")
	account, problems := p.Configure(t.Context(), provider.ConfigureRequest{ID: "acme", Config: providertest.Config(t, p.Schema().Provider, values)})
	require.NoError(t, problems.Err())
	channel, problems := account.OpenChannel(t.Context(), provider.OpenChannelRequest{ID: "acme.main", Config: providertest.Config(t, p.Schema().Channel, vendor.ChannelConfig())})
	require.NoError(t, problems.Err())
	return channel, vendor
}

func request(to, body string) provider.SendRequest {
	return provider.SendRequest{DeliveryID: "d" + to[1:], Message: &message.Message{Type: "text", Text: &message.Text{Body: body}},
		To: message.Recipient{Kind: message.RecipientPhone, Address: to}}
}

func TestSend(t *testing.T) {
	t.Parallel()
	channel, vendor := open(t, reference.New(nil))
	o := channel.Send(t.Context(), request("+12025550123", "hello"))
	require.NotNil(t, o.Accepted, "%+v", o)
	assert.Regexp(t, `^acme-[0-9A-F]{16}$`, o.Accepted.ProviderMessageID)
	assert.Equal(t, 1, o.Attempts)
	sent := vendor.Exchanges()
	require.Len(t, sent, 1)
	assert.Equal(t, []string{"+12025550123"}, sent[0].Recipients)
	assert.Equal(t, "text", sent[0].Type)
	assert.Empty(t, sent[0].Violations)
}

func TestErrorRows(t *testing.T) {
	t.Parallel()
	channel, vendor := open(t, reference.New(nil))
	for _, row := range vendor.Dialect().Errors {
		fault, err := emulator.ParseFault("error(" + row.Name + ")")
		require.NoError(t, err)
		require.NoError(t, vendor.Script("send", fault))
		o := channel.Send(t.Context(), request("+12025550123", "hello"))
		require.NotNil(t, o.Rejected, row.Name)
		assert.Equal(t, row.Reason, o.Rejected.Reason, row.Name)
		assert.Equal(t, row.Retry, o.Rejected.Retry, row.Name)
		assert.Equal(t, row.Scope, o.Rejected.Scope, row.Name)
		assert.Equal(t, row.Code, o.Rejected.VendorCode, row.Name)
		assert.Equal(t, row.Retry == outcome.RetryLater, o.Rejected.RetryAfter > 0, row.Name)
	}
}

func TestMutantsAreDescribed(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	var seen []string
	for _, m := range reference.Mutants() {
		assert.Regexp(t, name, m.Name)
		assert.NotEmpty(t, m.Defect, m.Name)
		seen = append(seen, m.Name)
	}
	assert.Len(t, slices.Compact(slices.Clone(seen)), len(seen), "names must be different")
	assert.GreaterOrEqual(t, len(seen), 40)
	_, ok := reference.MutantOf("no-such-mutant")
	assert.False(t, ok)
}
