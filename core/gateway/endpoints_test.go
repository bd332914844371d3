// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

// An endpoint that wanted no more is seen, tested and enabled, and gets what was given up.
func TestAPIEndpoints(t *testing.T) {
	t.Parallel()
	var gone atomic.Bool
	bodies := make(chan string, 10)
	application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone.Load() {
			w.WriteHeader(http.StatusGone)
			return
		}
		body, _ := io.ReadAll(r.Body)
		bodies <- r.Header.Get("webhook-id") + " " + string(body)
	}))
	t.Cleanup(application.Close)
	gone.Store(true)
	w := newWorld(t, func(c *config.Gateway) {
		c.Keys[0].Scopes = []string{"admin", "send"}
		c.Webhooks = []config.GatewayWebhook{{
			Name: "shop", URL: application.URL + "/secret", Secrets: []string{"0123456789abcdef"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		}}
	})
	a := api{w}
	wamid, got := a.world.send(`{"to":"16505551234","text":{"body":"Hi"}}`)
	tell := func(status outcome.Status) {
		_, err := w.gateway.store.Events(t.Context(), []store.Event{{Scope: "p", Key: string(status), Attempt: got.id, Status: status, At: time.Now()}})
		require.NoError(t, err)
	}
	tell(outcome.StatusSent)
	shop := func() map[string]any { return a.items("/v1/endpoints")[0] }
	require.Eventually(t, func() bool { return shop()["running"] == false && shop()["reason"] != nil }, patience, 5*time.Millisecond)
	require.Contains(t, shop()["reason"], "410")
	require.Equal(t, "shop", shop()["name"])
	require.NotContains(t, shop()["host"], "secret")
	require.Equal(t, map[string]any{"taken": false, "status": 410.0, "error": "the endpoint answered HTTP 410"}, without(a.ok("POST", "/v1/endpoints/shop/test", ""), "took_ms"))

	// A webhook that was given up.
	notices, err := w.gateway.store.Notices(t.Context(), store.Position{}, 1)
	require.NoError(t, err)
	require.NoError(t, w.gateway.store.RecordRetries(t.Context(), "shop", []store.Retry{{Notice: notices[0], Tries: 9, First: time.Now(), Error: "no answer", Dead: true}}))
	dead := a.items("/v1/endpoints/shop/dead")
	require.Len(t, dead, 1)
	require.Equal(t, []any{wamid, "sent", 9.0, "no answer"}, []any{dead[0]["message"], dead[0]["status"], dead[0]["tries"], dead[0]["error"]})
	status, problem := a.call("POST", "/v1/endpoints/shop/replay", "")
	require.Equal(t, http.StatusConflict, status, problem)

	gone.Store(false)
	require.Equal(t, true, a.ok("POST", "/v1/endpoints/shop/test", "")["taken"])
	test := <-bodies
	require.True(t, strings.HasPrefix(test, "test-"), test)
	require.Equal(t, true, a.ok("POST", "/v1/endpoints/shop/enable", "")["running"])
	require.Equal(t, map[string]any{"replayed": 1.0, "more": false}, a.ok("POST", "/v1/endpoints/shop/replay", ""))
	require.Contains(t, <-bodies, wamid)
	require.Eventually(t, func() bool { return shop()["dead"] == 0.0 && shop()["waiting"] == 0.0 }, patience, 5*time.Millisecond)
	tell(outcome.StatusDelivered)
	require.Contains(t, <-bodies, "delivered")
	var audit []any
	for _, e := range a.items("/v1/audit") {
		audit = append(audit, e["action"])
	}
	require.Equal(t, []any{"replay webhooks", "enable webhooks"}, audit)
	for _, path := range []string{"replay", "test", "enable"} {
		status, _ := a.call("POST", "/v1/endpoints/subscribed_apps%2F1%2F2/"+path, "")
		require.Equal(t, http.StatusNotFound, status, path)
	}
	require.Equal(t, map[string]any{"total": 0.0, "items": []any{}}, without(a.ok("GET", "/v1/inbound/refused", "")))
}

// without returns an object without some fields, and without that of its schema.
func without(object map[string]any, fields ...string) map[string]any {
	for _, f := range append(fields, "$schema") {
		delete(object, f)
	}
	return object
}
