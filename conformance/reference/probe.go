// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"slices"
	"strings"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// NewProbe returns a provider that looks for any sign that it is tested: in its process, its environment, its files and its
// network, and in all values that it gets. It refuses messages with what it found.
func NewProbe() provider.Provider { return &probe{acme{mutant: &Mutant{}}} }

type probe struct{ acme }

// Configure looks at the values of the configuration.
func (p *probe) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	made, diags := p.acme.Configure(ctx, req)
	a, ok := made.(*account)
	if !ok {
		return nil, diags
	}
	signs := slices.Concat(systemSigns(ctx, a.endpoint), valueSigns(req.ID, a.endpoint, a.key, a.webhookSecret, a.verifyToken))
	return probeAccount{a, signs}, diags
}

type probeAccount struct {
	*account
	signs []string
}

// OpenChannel looks at the names and values of the channel.
func (a probeAccount) OpenChannel(ctx context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	made, diags := a.account.OpenChannel(ctx, req)
	if c, ok := made.(*channel); ok {
		return probeChannel{c, slices.Concat(a.signs, valueSigns(req.ID))}, diags
	}
	return nil, diags
}

type probeChannel struct {
	*channel
	signs []string
}

// Send sends like acme if there is no sign of the suite.
func (c probeChannel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	if signs := slices.Concat(c.signs, valueSigns(req.DeliveryID, req.To.Address)); len(signs) > 0 {
		return outcome.Reject(outcome.ReasonVendorRejected, "", "%s", strings.Join(signs, "; "))
	}
	return c.channel.Send(ctx, req)
}

// SendGroup sends like acme if there is no sign of the suite.
func (c probeChannel) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	signs := c.signs
	for _, d := range req.Deliveries {
		signs = slices.Concat(signs, valueSigns(d.DeliveryID, d.To.Address))
	}
	if len(signs) > 0 {
		return each(req.Deliveries, outcome.Reject(outcome.ReasonVendorRejected, "", "%s", strings.Join(signs, "; ")))
	}
	return c.channel.SendGroup(ctx, req)
}

// tellTale are texts by which a suite gives itself away. All are in lower case. Those of four letters are in one of some hundred random
// ids by chance, so they count only as a word.
var tellTale = []string{
	"conformance", "certif", "emulat", "canary", "probe", "sandbox", "fake", "mock", "dummy", "localhost", "127.0.0.1", "::1", "go-build", "go test",
	".test", "wahost-check", "wahost-raw", "fixture", "+1555", "+120255501",
}

// valueSigns returns the signs in values.
func valueSigns(values ...string) (signs []string) {
	for _, v := range values {
		for _, text := range tellTale {
			if at := strings.Index(strings.ToLower(v), text); at >= 0 && (len(text) > 4 || !letterAt(v, at-1) && !letterAt(v, at+len(text))) {
				signs = append(signs, "a value contains "+text+": "+v)
			}
		}
	}
	return signs
}

// letterAt reports whether the byte at i is a letter or a digit of ASCII.
func letterAt(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	b := s[i] | 0x20
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
}
