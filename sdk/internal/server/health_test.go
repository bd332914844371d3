// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/client"
)

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
