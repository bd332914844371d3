// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// fakeChannels carry signals and list templates in two pages.
type fakeChannels struct {
	caps  map[addr.Channel]capability.Capabilities
	sent  chan string
	asked chan addr.Channel
}

func (f fakeChannels) OpenCapabilities(ch addr.Channel) (capability.Capabilities, error) {
	return f.caps[ch], nil
}

func (f fakeChannels) SendSignal(_ context.Context, ch addr.Channel, s *message.Signal, to message.Recipient) dispatch.Result {
	f.sent <- ch.String() + " " + s.GetMessageId() + " " + to.Address
	return dispatch.Result{Outcome: outcome.Accept("")}
}

func (f fakeChannels) ListTemplates(_ context.Context, ch addr.Channel, page string) (provider.TemplatePage, *outcome.Rejected, error) {
	f.asked <- ch
	if page == "" {
		return provider.TemplatePage{Templates: []provider.TemplateInfo{{Name: "spring", Language: "en", Status: "APPROVED"}}, Next: "2"}, nil, nil
	}
	return provider.TemplatePage{Templates: []provider.TemplateInfo{{Name: "autumn", Language: "en", Status: "PAUSED"}}}, nil, nil
}

var second = addr.Channel{Provider: "p", Name: "second"}

// withChannels adds a second channel and what carries signals.
func withChannels(f fakeChannels) func(*Options) {
	return func(o *Options) {
		o.Config.Channels = append(o.Config.Channels, config.Channel{Addr: second, ProviderID: "p"})
		o.Channels = f
	}
}

// A read receipt goes to the channel that the message came from, and to the only one that carries it if the message is not known.
func TestSignals(t *testing.T) {
	t.Parallel()
	able := capability.Capabilities{Signals: []capability.Signal{capability.SignalRead}}
	signal := func(w *world, id string) int {
		return w.do("POST", "/v23.0/"+numberID+"/messages", "application/json", strings.NewReader(`{"status":"read","message_id":"`+id+`"}`), nil).StatusCode
	}
	for name, test := range map[string]struct {
		able       []addr.Channel
		known, new string // what is sent for a message of the second channel and for one that is not known
	}{
		"both":  {[]addr.Channel{channel, second}, "channel.p.second wamid.1 +16505551234", ""},
		"first": {[]addr.Channel{channel}, "channel.p.second wamid.1 +16505551234", "channel.p.first wamid.2 "},
		"none":  {nil, "channel.p.second wamid.1 +16505551234", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fakeChannels{caps: map[addr.Channel]capability.Capabilities{}, sent: make(chan string, 2)}
			for _, ch := range test.able {
				f.caps[ch] = able
			}
			w := newWorld(t, nil, withChannels(f))
			_, err := w.gateway.store.Receive(t.Context(), []store.Inbound{{
				ID: ids.New(), Scope: "p", Key: "1", Channel: second.String(), Sender: numberID, MessageID: "wamid.1", At: time.Now(), Message: []byte(`{}`),
				From: message.Recipient{Kind: message.RecipientPhone, Address: "+16505551234"},
			}})
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, signal(w, "wamid.1"))
			require.Equal(t, strings.TrimPrefix(test.known, "channel."), strings.TrimPrefix(<-f.sent, "channel."))
			if test.new == "" {
				require.Equal(t, http.StatusBadRequest, signal(w, "wamid.2"))
				require.Empty(t, f.sent)
				return
			}
			require.Equal(t, http.StatusOK, signal(w, "wamid.2"))
			require.Equal(t, strings.TrimPrefix(test.new, "channel."), strings.TrimPrefix(<-f.sent, "channel."))
		})
	}
}

// The templates of an account are those of its channels, and are remembered for a moment.
func TestTemplates(t *testing.T) {
	t.Parallel()
	f := fakeChannels{caps: map[addr.Channel]capability.Capabilities{second: {TemplateList: true}}, asked: make(chan addr.Channel, 10)}
	w := newWorld(t, func(c *config.Gateway) { c.Senders[0].Account = "900" }, withChannels(f))
	for range 2 {
		var page struct {
			Data []struct{ Name, Status string }
		}
		w.do("GET", "/v23.0/900/message_templates", "", http.NoBody, &page)
		require.Equal(t, []struct{ Name, Status string }{{"spring", "APPROVED"}, {"autumn", "PAUSED"}}, page.Data)
	}
	require.Len(t, f.asked, 2)
	require.Equal(t, second, <-f.asked)
}

// An application that subscribes to an account with a URL of its own proves that it expects webhooks, and gets them until it unsubscribes.
func TestSubscribedApps(t *testing.T) {
	t.Parallel()
	told := make(chan string, 10)
	application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); r.Method == http.MethodGet {
			if q.Get("hub.verify_token") == "token" {
				_, _ = io.WriteString(w, q.Get("hub.challenge"))
			}
			return
		}
		body, _ := io.ReadAll(r.Body)
		scheme, _, _ := strings.Cut(r.Header.Get("X-Hub-Signature-256"), "=")
		told <- scheme + "=" + string(body)
	}))
	t.Cleanup(application.Close)
	w := newWorld(t, func(c *config.Gateway) {
		c.Senders[0].Account = "900"
		c.Keys[0].Scopes, c.Keys[0].AppSecret = []string{"send", "read", "hooks"}, "0123456789abcdef"
	}, func(o *Options) { o.subscribedNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	const path = "/v23.0/900/subscribed_apps"
	change := func(method, body string) int {
		return w.do(method, path, "application/json", strings.NewReader(body), nil).StatusCode
	}
	deliver := func() string {
		wamid, got := w.send(`{"to":"16505551234","text":{"body":"Hi"}}`)
		_, err := w.gateway.store.Events(t.Context(), []store.Event{{Scope: "p", Key: got.id, Attempt: got.id, Status: outcome.StatusSent, At: time.Now()}})
		require.NoError(t, err)
		w.gateway.webhooks.Wake()
		return wamid
	}
	require.Equal(t, http.StatusBadRequest, change("POST", `{"override_callback_uri":"`+application.URL+`","verify_token":"wrong"}`))
	require.Equal(t, http.StatusOK, change("POST", `{"override_callback_uri":"`+application.URL+`","verify_token":"token"}`))
	var list struct {
		Data []struct {
			Override string `json:"override_callback_uri"`
		}
	}
	w.do("GET", path, "", http.NoBody, &list)
	require.Len(t, list.Data, 1)
	require.Equal(t, application.URL, list.Data[0].Override)
	wamid := deliver()
	select {
	case body := <-told:
		require.Contains(t, body, wamid)
		require.True(t, strings.HasPrefix(body, "sha256="))
	case <-time.After(patience):
		require.FailNow(t, "the webhook does not come")
	}
	require.Equal(t, http.StatusOK, change("DELETE", ""))
	w.do("GET", path, "", http.NoBody, &list)
	require.Empty(t, list.Data)
	w.gateway.webhooks.Close() // waits for the runners
	deliver()
	require.Empty(t, told)
}
