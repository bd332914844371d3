// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// tell has a user write to the number, through the webhook of the vendor.
func (w *world) tell(hooks *Hooks, text string) {
	w.t.Helper()
	answer := w.do("POST", strings.TrimPrefix(hooks.URL(channel), w.publicURL()), "text/plain", strings.NewReader(text), nil)
	require.Equal(w.t, http.StatusOK, answer.StatusCode)
}

func (w *world) publicURL() string { return w.gateway.options.Config.Gateway.PublicURL }

// withPolicy returns a world whose number has a policy, and its URLs for vendors.
func withPolicy(t *testing.T, change func(*config.GatewaySender)) (*world, *Hooks) {
	t.Helper()
	var hooks *Hooks
	w := newWorld(t, func(c *config.Gateway) {
		c.PublicURL = "https://wa.example.com"
		change(&c.Senders[0])
	}, func(o *Options) {
		var err error
		hooks, err = OpenHooks(o.Dir, o.Config)
		require.NoError(t, err)
		o.Hooks, o.Providers = hooks, fakeProviders{}
	})
	return w, hooks
}

const (
	fromUser  = "16505551234"
	freeForm  = `{"to":"` + fromUser + `","text":{"body":"Hi"}}`
	marketing = `{"to":"` + fromUser + `","type":"template","template":{"name":"sale","language":{"code":"en"}},"wahost":{"category":"marketing"}}`
)

// post posts a message and returns the status and the code of the error.
func (w *world) post(body string) (status int, text string) {
	w.t.Helper()
	return ask(w.t, http.MethodPost, w.url+"/"+numberID+"/messages", w.token.Reveal(), body)
}

// Outside of the service window only templates are taken, if the configuration says so. The clock of the fake webhooks stands still.
func TestServiceWindow(t *testing.T) {
	t.Parallel()
	w, _ := withPolicy(t, func(s *config.GatewaySender) { s.RejectOutsideWindow = true })
	status, text := w.post(freeForm)
	require.Equal(t, http.StatusBadRequest, status, text)
	require.Contains(t, text, `"code":131047`)
	status, text = w.post(marketing)
	require.Equal(t, http.StatusOK, status, text)
	to := recipientOf(fromUser)
	_, err := w.gateway.store.Receive(t.Context(), []store.Inbound{{ID: ids.New(), Scope: "p", Key: "1", Sender: numberID, From: to, At: time.Now(), Message: []byte(`{}`)}})
	require.NoError(t, err)
	status, text = w.post(freeForm)
	require.Equal(t, http.StatusOK, status, text)
}

// Whoever writes one of the words gets no more marketing until they take it back.
func TestOptOut(t *testing.T) {
	t.Parallel()
	w, hooks := withPolicy(t, func(s *config.GatewaySender) {
		s.OptOut = &config.OptOut{Words: []string{"stop"}, Back: []string{"start"}}
	})
	check := func(body string, want int) {
		t.Helper()
		status, text := w.post(body)
		require.Equal(t, want, status, text)
		if want != http.StatusOK {
			require.Contains(t, text, `"code":131050`)
		}
	}
	check(marketing, http.StatusOK)
	w.tell(hooks, "please do not stop")
	check(marketing, http.StatusOK)
	w.tell(hooks, "Stop!")
	check(marketing, http.StatusBadRequest)
	check(freeForm, http.StatusOK)
	w.tell(hooks, "START")
	check(marketing, http.StatusOK)
}

// A message that comes in quiet hours waits for their end.
func TestQuietHours(t *testing.T) {
	t.Parallel()
	now := time.Now()
	clock := func(d time.Duration) string { return now.Add(d).UTC().Format("15:04") }
	w, _ := withPolicy(t, func(s *config.GatewaySender) {
		s.QuietHours = []config.QuietHours{{From: clock(-time.Hour), To: clock(2 * time.Hour), Categories: []string{"marketing"}}}
	})
	// A number of London, whose zone is that of UTC or an hour ahead of it.
	to := func(body string) string { return strings.ReplaceAll(body, fromUser, "442071838750") }
	status, text := w.post(to(freeForm))
	require.Equal(t, http.StatusOK, status, text)
	status, text = w.post(to(marketing))
	require.Equal(t, http.StatusOK, status, text)
	_, rest, found := strings.Cut(text, `"id":"`)
	require.True(t, found)
	wamid, _, _ := strings.Cut(rest, `"`)
	id, err := ids.Parse(wamid)
	require.NoError(t, err)
	l, err := w.gateway.store.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, store.StateReady, l.State)
	require.Greater(t, l.Due.Sub(now), 30*time.Minute)
	require.True(t, l.Expires.After(l.Due.Add(time.Hour)))
}

func recipientOf(digits string) message.Recipient {
	return message.Recipient{Kind: message.RecipientPhone, Address: "+" + digits}
}

// Whoever asks for too many codes has to wait.
func TestLimits(t *testing.T) {
	t.Parallel()
	w, _ := withPolicy(t, func(s *config.GatewaySender) {
		s.Limits = []config.MessageLimit{{Per: "recipient", Messages: "2/h"}, {Per: "prefix", Messages: "3/d"}}
	})
	send := func(to string, want int, code, retryAfter string) {
		t.Helper()
		answer := w.do("POST", "/"+numberID+"/messages", "application/json", strings.NewReader(strings.ReplaceAll(freeForm, fromUser, to)), nil)
		require.Equal(t, []any{want, retryAfter}, []any{answer.StatusCode, answer.Header.Get("Retry-After")})
		status, text := w.post(strings.ReplaceAll(freeForm, fromUser, to))
		if want != http.StatusOK {
			require.Equal(t, want, status)
			require.Contains(t, text, code)
		}
	}
	send(fromUser, http.StatusOK, "", "")
	send(fromUser, http.StatusTooManyRequests, `"code":131056`, "1800")
	send("16505551111", http.StatusOK, "", "")
	send("16505552222", http.StatusTooManyRequests, `"code":130429`, "28800")
	send("16505662222", http.StatusOK, "", "")
}
