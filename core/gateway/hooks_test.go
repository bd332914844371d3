// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// fakeProviders understands a body such as "delivered ID", and takes any other body for a text of a user.
type fakeProviders struct{}

func (fakeProviders) HandleWebhooks(_ context.Context, _ string, requests []provider.WebhookRequest) ([]provider.WebhookResponse, error) {
	out := make([]provider.WebhookResponse, len(requests))
	for i, r := range requests {
		e := provider.Event{ID: string(r.Body), Time: time.Unix(1795687200, 0)}
		if id, ok := strings.CutPrefix(string(r.Body), "delivered "); ok {
			e.Correlation.Reference, e.DeliveryStatus = id, &provider.DeliveryStatus{Status: outcome.StatusDelivered}
		} else {
			e.InboundMessage = &provider.InboundMessage{
				From: message.Recipient{Kind: message.RecipientPhone, Address: "+16505551234"}, ProfileName: "Ada",
				Message: []byte(`{"from":"16505551234","id":"wamid.in","timestamp":"1795687200","type":"text","text":{"body":"` + string(r.Body) + `"}}`),
			}
		}
		out[i] = provider.WebhookResponse{Authenticated: true, Events: []provider.Event{e}}
	}
	return out, nil
}

// TestVendorsReachApplications follows what vendors tell to the application.
func TestVendorsReachApplications(t *testing.T) {
	t.Parallel()
	told := make(chan string, 10)
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		told <- string(body)
	}))
	t.Cleanup(application.Close)
	var hooks *Hooks
	w := newWorld(t, func(c *config.Gateway) {
		c.PublicURL = "https://wa.example.com"
		c.Webhooks = []config.GatewayWebhook{{Name: "shop", URL: application.URL, Secrets: []string{"0123456789abcdef"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}
	}, func(o *Options) {
		var err error
		hooks, err = OpenHooks(o.Dir, o.Config)
		require.NoError(t, err)
		o.Hooks, o.Providers = hooks, fakeProviders{}
	})
	call := func(body string) {
		t.Helper()
		answer, err := http.Post(w.url+strings.TrimPrefix(hooks.URL(channel), "https://wa.example.com"), "text/plain", strings.NewReader(body)) //nolint:gosec // the gateway of the test
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
	}
	wamid, got := w.send(`{"to":"16505551234","text":{"body":"Hi"}}`)
	call("delivered " + got.id)
	call("Hello")
	call("Hello")
	var seen []string
	for range 2 {
		select {
		case body := <-told:
			seen = append(seen, body)
		case <-time.After(patience):
			require.FailNow(t, "the webhook does not come")
		}
	}
	all := strings.Join(seen, "")
	require.Contains(t, all, `"statuses":[{"id":"`+wamid+`","status":"delivered"`)
	require.Contains(t, all, `"contacts":[{"profile":{"name":"Ada"},"wa_id":"16505551234"}]`)
	require.Contains(t, all, `"text":{"body":"Hello"}`)
	require.Contains(t, all, `"phone_number_id":"`+numberID+`"`)
	require.True(t, json.Valid([]byte(seen[0])) && json.Valid([]byte(seen[1])))

	answer := w.do("POST", "/hooks/p/first/x", "text/plain", strings.NewReader("Hello"), nil)
	require.Equal(t, http.StatusNotFound, answer.StatusCode)
	contact, err := w.gateway.store.Contact(t.Context(), numberID, message.Recipient{Kind: message.RecipientPhone, Address: "+16505551234"})
	require.NoError(t, err)
	require.Equal(t, time.Unix(1795687200, 0).UnixMilli(), contact.LastInbound.UnixMilli())
	require.Empty(t, told)
}

// The URLs stay the same, whoever opens them, and only their owner can read the secret.
func TestHooksStayTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &config.Config{Channels: []config.Channel{{Addr: channel, ProviderID: "p"}}, Gateway: &config.Gateway{Store: "sqlite:w.db", PublicURL: "https://wa.example.com"}}
	var mu sync.Mutex
	urls := map[string]bool{}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			h, err := OpenHooks(dir, c)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			urls[h.URL(channel)+" "+h.ProviderURL("p")] = true
		})
	}
	wg.Wait()
	require.Len(t, urls, 1)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1)
	info, err := os.Stat(filepath.Join(dir, "w.db"+hooksSuffix))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	c.Gateway.PublicURL = ""
	h, err := OpenHooks(dir, c)
	require.NoError(t, err)
	require.Empty(t, h.URL(channel)+h.ProviderURL("p"))
}

// With PostgreSQL the secret is in the folder that the configuration names, since that of the configuration may be read-only. A secret that is
// where it was before is not replaced.
func TestTheFolderOfTheSecret(t *testing.T) {
	t.Parallel()
	dir, folder := t.TempDir(), t.TempDir()
	c := &config.Config{Gateway: &config.Gateway{Store: "postgres://db.example.com/wahost", StoreFolder: folder, PublicURL: "https://wa.example.com"}}
	first, err := OpenHooks(dir, c)
	require.NoError(t, err)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
	from, to := filepath.Join(dir, "wahost"+hooksSuffix), filepath.Join(folder, "wahost"+hooksSuffix)
	require.NoError(t, os.Rename(to, from))
	_, err = OpenHooks(dir, c)
	require.ErrorContains(t, err, "move it to "+to)
	c.Gateway.StoreFolder = ""
	before, err := OpenHooks(dir, c)
	require.NoError(t, err)
	require.Equal(t, first.ProviderURL("p"), before.ProviderURL("p"))
	c.Gateway.StoreFolder = filepath.Join(dir, "missing")
	require.NoError(t, os.Remove(from))
	_, err = OpenHooks(dir, c)
	require.ErrorContains(t, err, "name another one in the store block")
}

// A secret that was cut off is refused, since whoever knows how could make the URLs of vendors.
func TestASecretIsWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wahost.hooks.secret")
	made, err := readSecret(path)
	require.NoError(t, err)
	again, err := readSecret(path)
	require.NoError(t, err)
	require.Equal(t, made, again)
	for _, size := range []int64{31, 0} {
		require.NoError(t, os.Truncate(path, size))
		_, err = readSecret(path)
		require.ErrorContains(t, err, "remove it for a new secret")
	}
}
