// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

func TestCapabilitiesAreDerived(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	caps := open(t, c)
	require.Equal(t, 1, caps.MaxRecipients, "without SendGroup there are no groups, whatever is declared")
	require.False(t, caps.Webhooks)
	require.Empty(t, caps.Statuses, "without webhooks nothing is reported")
	require.Equal(t, capability.DefaultMaxConcurrency, caps.MaxConcurrency)

	c, _ = serve(t, &fake{group: func(context.Context, provider.GroupRequest) []outcome.Outcome { return nil }})
	require.Equal(t, 3, open(t, c).MaxRecipients)
}

// An endpoint is checked by its role, with what the author checks and not instead of it, and never repeated.
func TestTheEndpointIsChecked(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{validate: func(c provider.Config) diag.Diagnostics {
		if c.String("token") == "bad" {
			return diag.Diagnostics{diag.AttributeError("token", "Invalid argument value", "It is bad.")}
		}
		return nil
	}})
	for name, test := range map[string]struct {
		token    string
		endpoint cty.Value
		at       []string
	}{
		"good":             {"t", cty.StringVal("http://127.0.0.1:8080/base"), nil},
		"default":          {"t", cty.NullVal(cty.String), nil},
		"not known yet":    {"t", cty.UnknownVal(cty.String), nil},
		"another scheme":   {"t", cty.StringVal("ftp://api.fake.example"), []string{"endpoint"}},
		"no host":          {"t", cty.StringVal("http://"), []string{"endpoint"}},
		"a password":       {"t", cty.StringVal("https://user:word@api.fake.example"), []string{"endpoint"}},
		"empty":            {"t", cty.StringVal(""), []string{"endpoint"}},
		"beside the token": {"bad", cty.StringVal("::"), []string{"token", "endpoint"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal(test.token), "mode": cty.NullVal(cty.String), "endpoint": test.endpoint})
			validated, err := c.ValidateProviderConfig(t.Context(), config)
			require.NoError(t, err)
			var at []string
			for _, d := range validated {
				at = append(at, diag.FormatPath(d.Path))
				require.NotContains(t, d.Detail, "user:word")
			}
			require.Equal(t, test.at, at)
			if !test.endpoint.IsKnown() {
				return
			}
			configured, err := c.ConfigureProvider(t.Context(), "fake", config)
			require.NoError(t, err)
			require.Equal(t, len(test.at) > 0, configured.HasErrors())
		})
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	f := &fake{}
	c, _ := serve(t, f)
	ds, err := c.ValidateProviderConfig(t.Context(), cty.ObjectVal(map[string]cty.Value{"token": cty.NullVal(cty.String), "mode": cty.StringVal("wrong"), "endpoint": cty.NullVal(cty.String)}))
	require.NoError(t, err)
	require.Len(t, ds, 2, "all mistakes at once")
	require.Equal(t, "token", diag.FormatPath(ds[0].Path))
	require.Equal(t, "mode", diag.FormatPath(ds[1].Path))

	err = c.SendMessages(t.Context(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("1")}}, func(outcome.Outcome) { t.Error("an outcome") })
	require.Equal(t, codes.FailedPrecondition, status.Code(err), "a channel that is not open sends nothing")
	_, _, err = c.OpenChannel(t.Context(), openFake)
	require.Equal(t, codes.FailedPrecondition, status.Code(err))

	open(t, c)
	require.Equal(t, "t1:+15550100001", send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted.ProviderMessageID)
	ds, err = c.ConfigureProvider(t.Context(), "fake", config("t2"))
	require.NoError(t, err)
	require.Empty(t, ds)
	require.Equal(t, []string{"channel fake.main", "account t1"}, f.closed, "a second configuration replaces the first wholly")
	_, _, err = c.OpenChannel(t.Context(), openFake)
	require.NoError(t, err)
	require.Equal(t, "t2:+15550100001", send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted.ProviderMessageID)

	_, err = c.HandleWebhooks(t.Context(), "fake", provider.WebhookRequest{})
	require.Equal(t, codes.Unimplemented, status.Code(err))
}

// A configuration with errors leaves nothing configured. A call that cannot be decoded changes nothing.
func TestAConfigurationWithErrorsReplacesThePreviousOne(t *testing.T) {
	t.Parallel()
	f := &fake{}
	c, _ := serve(t, f)
	open(t, c)
	_, err := c.ConfigureProvider(t.Context(), "fake", cty.StringVal("not an object"))
	require.Error(t, err)
	require.NotNil(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted)

	wrong := cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal("t2"), "mode": cty.StringVal("wrong"), "endpoint": cty.NullVal(cty.String)})
	ds, err := c.ConfigureProvider(t.Context(), "fake", wrong)
	require.NoError(t, err)
	require.True(t, ds.HasErrors())
	require.Equal(t, []string{"channel fake.main", "account t1"}, f.closed)
	_, _, err = c.OpenChannel(t.Context(), openFake)
	require.Equal(t, codes.FailedPrecondition, status.Code(err), "the id is not configured")
}

func TestAChannelThatCannotBeOpenedAgainStaysOpen(t *testing.T) {
	t.Parallel()
	f := &fake{refuse: func(req provider.OpenChannelRequest) diag.Diagnostics {
		if req.WebhookURL == "" {
			return nil
		}
		return diag.Diagnostics{diag.BlockError("Channel not opened", "The vendor calls no URL.")}
	}}
	c, _ := serve(t, f)
	open(t, c)
	again := openFake
	again.WebhookURL = "https://host.example/webhooks"
	_, ds, err := c.OpenChannel(t.Context(), again)
	require.NoError(t, err)
	require.True(t, ds.HasErrors())
	require.Empty(t, f.closed)
	require.NotNil(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted)
}
