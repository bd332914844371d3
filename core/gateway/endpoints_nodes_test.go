// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/outcome"
)

// All nodes of a store answer the same about its endpoints, and each of them can test, enable and replay what another one calls.
func TestEndpointsOfNodes(t *testing.T) {
	t.Parallel()
	var gone atomic.Bool
	gone.Store(true)
	bodies := make(chan string, 10)
	application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone.Load() {
			w.WriteHeader(http.StatusGone)
			return
		}
		body, _ := io.ReadAll(r.Body)
		bodies <- string(body)
	}))
	t.Cleanup(application.Close)
	url := testpostgres.Database(t)
	node := func(name string, key *config.GatewayKey) *world {
		return newWorld(t, func(c *config.Gateway) {
			c.Store = url
			if key.ID != "" {
				c.Keys[0] = *key
			}
			c.Keys[0].Scopes = []string{"admin", "send"}
			*key = c.Keys[0]
			c.Webhooks = []config.GatewayWebhook{{
				Name: "shop", URL: application.URL, Secrets: []string{"0123456789abcdef"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
			}}
		}, func(o *Options) { o.Node = name })
	}
	var key config.GatewayKey
	has := api{node("one", &key)} // the first node has the webhook, and keeps it until the second one is there
	other := api{node("two", &key)}
	other.token = has.token
	both := func(want string) {
		t.Helper()
		for _, a := range []api{has, other} {
			require.Eventually(t, func() bool {
				all := a.items("/v1/endpoints")
				return len(all) == 1 && all[0]["running"] == (want == "")
			}, patience, 10*time.Millisecond, "running is not as it should be")
		}
		require.Equal(t, has.items("/v1/endpoints"), other.items("/v1/endpoints"))
	}
	both("")
	_, got := has.world.send(`{"to":"16505551234","text":{"body":"Hi"}}`)
	tell := func(status outcome.Status) {
		_, err := other.gateway.store.Events(t.Context(), []store.Event{{Scope: "p", Key: string(status), Attempt: got.id, Status: status, At: time.Now()}})
		require.NoError(t, err)
	}
	tell(outcome.StatusSent)
	both("410")
	third := api{node("three", &key)} // does not decide for the others that the endpoint wants more
	third.token = has.token
	both("410")
	require.Equal(t, false, third.ok("POST", "/v1/endpoints/shop/test", "")["taken"])

	gone.Store(false)
	for _, a := range []api{has, other, third} {
		require.Equal(t, true, a.ok("POST", "/v1/endpoints/shop/test", "")["taken"])
		<-bodies
		// Whichever node calls the webhook, each of them enables it.
		require.NoError(t, a.gateway.store.Disable(t.Context(), "shop", "HTTP 410"))
		require.Eventually(t, func() bool { return running(has)+running(other)+running(third) == 0 }, patience, 10*time.Millisecond, "it is called")
		require.Equal(t, true, a.ok("POST", "/v1/endpoints/shop/enable", "")["running"])
		both("")
		require.Eventually(t, func() bool { return running(has)+running(other)+running(third) == 1 }, patience, 10*time.Millisecond, "nobody calls it")
	}
	require.Contains(t, <-bodies, "sent")

	tell(outcome.StatusDelivered)
	require.Contains(t, <-bodies, "delivered")
	notices, err := has.gateway.store.Notices(t.Context(), store.Position{}, 1)
	require.NoError(t, err)
	for _, a := range []api{has, other, third} {
		require.NoError(t, has.gateway.store.RecordRetries(t.Context(), "shop", []store.Retry{{Notice: notices[0], Tries: 9, Error: "no answer", Dead: true}}))
		require.Equal(t, map[string]any{"replayed": 1.0, "more": false}, a.ok("POST", "/v1/endpoints/shop/replay", ""))
		require.Contains(t, <-bodies, "sent")
		require.Eventually(t, func() bool { return a.items("/v1/endpoints")[0]["waiting"] == 0.0 }, patience, 10*time.Millisecond)
	}
}

// running returns how many webhooks a gateway calls.
func running(a api) int {
	a.gateway.told.mu.Lock()
	defer a.gateway.told.mu.Unlock()
	return len(a.gateway.told.running)
}
