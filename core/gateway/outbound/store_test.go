// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// hooks is an endpoint that fails at first.
type hooks struct {
	*httptest.Server
	statuses chan string
	status   chan int
}

func newHooks(t *testing.T) *hooks {
	h := &hooks{statuses: make(chan string, 10), status: make(chan int, 10)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body struct {
			Entry []struct {
				Changes []struct {
					Value struct{ Statuses []struct{ Status string } }
				}
			}
		}
		if json.Unmarshal(raw, &body) == nil {
			h.statuses <- body.Entry[0].Changes[0].Value.Statuses[0].Status
		}
		w.WriteHeader(<-h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

// told runs a runner over a database until the endpoint has answered, and returns what it was told.
func (h *hooks) told(t *testing.T, path string, clock outbound.Clock, answers ...int) []string {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	client := outbound.NewClient(outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, time.Minute)
	defer client.CloseIdleConnections()
	posted := make(counter, 10)
	r := outbound.NewRunner(outbound.Options{
		Endpoint: outbound.Endpoint{Name: "shop", URL: h.URL, Secrets: []string{"secret"}}, Log: outbound.StatusLog{Store: s}, Retries: outbound.StatusRetries{Store: s},
		Numbers: names{}, Client: client, Clock: clock, Observer: posted,
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	var told []string
	for _, status := range answers {
		h.status <- status
		told = append(told, <-h.statuses)
		<-posted
	}
	cancel()
	require.NoError(t, <-ended)
	return told
}

type counter chan struct{}

func (c counter) Posted(string, *outbound.Notice, int, time.Duration, error) { c <- struct{}{} }
func (c counter) Trouble(string, error)                                      {}

type names struct{}

func (names) Sender(string) (display, account string) { return "", "" }

// ahead is a clock that is ahead of the system's.
type ahead struct {
	outbound.SystemClock
	by time.Duration
}

func (a ahead) Now() time.Time { return time.Now().Add(a.by) }

func (a ahead) At(t time.Time) (reached <-chan struct{}, stop func()) {
	return a.SystemClock.At(t.Add(-a.by))
}

// TestRetriesSurviveTheGateway keeps messages and retries in a database that is closed in between.
func TestRetriesSurviveTheGateway(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gateway.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	e, err := s.Join(t.Context(), 1)
	require.NoError(t, err)
	m := &store.NewMessage{ID: ids.New(), Sender: "1", To: message.Recipient{Kind: message.RecipientPhone, Address: "+16505551234"}, Body: []byte("{}"), Lane: "l", APIKey: "k"}
	_, err = s.Accept(t.Context(), []*store.NewMessage{m})
	require.NoError(t, err)
	attempt := store.Attempt{ID: m.ID, N: 1}
	_, err = s.Begin(t.Context(), e, &store.Handover{Seq: 1, Channel: "c", Attempts: []store.Attempt{attempt}, Began: time.Now()})
	require.NoError(t, err)
	require.NoError(t, s.Settle(t.Context(), e, []store.Settlement{{
		Attempt: attempt, Handover: 1, Ends: true, State: store.StateAccepted, Channel: "c", At: time.Now(), Outcome: store.OutcomeAccepted, Scope: "p", Correlations: []store.Correlation{{Key: "v"}},
	}}))
	for _, status := range []outcome.Status{outcome.StatusSent, outcome.StatusDelivered} {
		_, err := s.Events(t.Context(), []store.Event{{Scope: "p", Key: string(status), VendorID: "v", Status: status, At: time.Now()}})
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())

	h := newHooks(t)
	assert.Equal(t, []string{"sent"}, h.told(t, path, outbound.SystemClock{}, 500))
	// The wait goes on after a restart. It is over when the clock is ahead of it, and the other status has waited with the first one.
	assert.Equal(t, []string{"sent", "delivered"}, h.told(t, path, ahead{by: time.Minute}, 200, 200))

	s, err = sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	defer s.Close()
	left, err := s.Retries(t.Context(), "shop")
	require.NoError(t, err)
	assert.Empty(t, left)
	cursor, err := s.Cursor(t.Context(), "shop")
	require.NoError(t, err)
	assert.Equal(t, int64(2), cursor.Seq)
}
