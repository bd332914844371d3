// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// panickingHealth is a provider whose code panics while it watches the health of a channel.
type panickingHealth struct{ *fake }

type panickingHealthAccount struct{ provider.Account }

type panickingHealthChannel struct {
	provider.Channel
}

func (p panickingHealth) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	made, diags := p.fake.Configure(ctx, req)
	return panickingHealthAccount{made}, diags
}

func (a panickingHealthAccount) OpenChannel(ctx context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	made, diags := a.Account.OpenChannel(ctx, req)
	return panickingHealthChannel{made}, diags
}

func (panickingHealthChannel) WatchHealth(_ context.Context, report func(bool, string)) {
	report(false, "the vendor is down")
	panic("no")
}

// A panic while health is watched ends neither the process nor the report of the channel.
func TestHealthWhenTheAuthorPanics(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, panickingHealth{&fake{}})
	open(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	down := client.ChannelHealth{ChannelID: "fake.main", Detail: "the vendor is down"}
	err := c.WatchHealth(ctx, func(all []client.ChannelHealth) {
		if slices.Contains(all, down) {
			cancel()
		}
	})
	require.ErrorIs(t, ctx.Err(), context.Canceled)
	require.Error(t, err)
	require.NotNil(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	seen := make(chan []client.ChannelHealth, 8)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.WatchHealth(ctx, func(all []client.ChannelHealth) { seen <- all })
	}()
	require.Empty(t, <-seen, "an answer at once")
	open(t, c)
	require.Equal(t, []client.ChannelHealth{{ChannelID: "fake.main", Healthy: true}}, <-seen)
	require.NoError(t, c.CloseChannel(t.Context(), "fake.main"))
	require.Empty(t, <-seen)
	cancel()
	<-done
}
