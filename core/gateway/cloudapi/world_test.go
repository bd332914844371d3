// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	numberID  = "102030405060708"
	otherID   = "102030405060709"
	accountID = "900000000000001"
	secret    = "an app secret"
)

// world is a front door with a store in memory.
type world struct {
	t       *testing.T
	options Options
	url     string
	token   keys.Token
	key     *keys.Key
	store   *memory
	plan    func(*store.NewMessage, *message.Message) (*outcome.Rejected, error)
	signals []*message.Signal
	signal  func(*message.Signal) (outcome.Outcome, error)
	seen    chan Access
}

// newWorld starts a front door. The function may change the options and the key.
func newWorld(t *testing.T, change func(*world)) *world {
	t.Helper()
	w := &world{t: t, token: keys.NewToken(), store: newMemory(), seen: make(chan Access, 10_000)}
	w.key = &keys.Key{ID: w.token.ID(), Name: "shop", Secrets: []keys.Secret{{Hash: w.token.Hash()}}, Scopes: []keys.Scope{keys.ScopeSend, keys.ScopeRead, keys.ScopeHooks}}
	w.options = Options{
		Keys: keys.NewSet(w.key), Numbers: numbers{}, Planner: w, Accepter: w.store, Taker: w.store, Signals: w, Observer: w,
	}
	if change != nil {
		change(w)
	}
	require.NoError(t, w.key.Check())
	server := httptest.NewServer(New(w.options))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w *world) Served(a Access) { w.seen <- a }

func (w *world) Plan(_ context.Context, n *store.NewMessage, m *message.Message) (*outcome.Rejected, error) {
	n.Lane, n.Category, n.Class = n.Sender, m.Category(), store.ClassOf(m.Category())
	if w.plan != nil {
		return w.plan(n, m)
	}
	return nil, nil
}

func (w *world) Signal(_ context.Context, _ string, s *message.Signal) (outcome.Outcome, error) {
	w.signals = append(w.signals, s)
	if w.signal != nil {
		return w.signal(s)
	}
	return outcome.Accept(""), nil
}

// numbers are two numbers of one account.
type numbers struct{}

func (numbers) Number(id string) (Number, bool) {
	switch id {
	case numberID:
		return Number{ID: id, Display: "+49 151 12345678", VerifiedName: "Shop", Account: accountID}, true
	case otherID:
		return Number{ID: id, Account: accountID}, true
	}
	return Number{}, false
}

func (n numbers) Account(id string) []Number {
	if id != accountID {
		return nil
	}
	a, _ := n.Number(numberID)
	b, _ := n.Number(otherID)
	return []Number{a, b}
}

// memory is a store of messages with idempotency.
type memory struct {
	mu       sync.Mutex
	messages map[ids.ID]*store.NewMessage
	order    []*store.NewMessage
	keys     map[string]*store.NewMessage
	offered  []ids.ID
	fail     error
}

func newMemory() *memory {
	return &memory{messages: map[ids.ID]*store.NewMessage{}, keys: map[string]*store.NewMessage{}}
}

func (s *memory) Accept(_ context.Context, messages []*store.NewMessage) ([]store.AcceptResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return nil, s.fail
	}
	var results []store.AcceptResult
	for _, m := range messages {
		results = append(results, s.accept(m))
	}
	return results, nil
}

func (s *memory) Repeated(_ context.Context, apiKey string, i *store.Idempotency) (store.AcceptResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.keys[apiKey+"/"+i.Key]
	switch {
	case first == nil:
		return store.AcceptResult{}, s.fail
	case first.Idempotency.BodyHash == i.BodyHash:
		return store.AcceptResult{Verdict: store.Same, ID: first.ID}, nil
	}
	return store.AcceptResult{Verdict: store.Conflict, ID: first.ID}, nil
}

func (s *memory) accept(m *store.NewMessage) store.AcceptResult {
	if i := m.Idempotency; i != nil {
		key := m.APIKey + "/" + i.Key
		if first := s.keys[key]; first != nil {
			if first.Idempotency.BodyHash == i.BodyHash {
				return store.AcceptResult{Verdict: store.Same, ID: first.ID}
			}
			return store.AcceptResult{Verdict: store.Conflict, ID: first.ID}
		}
		s.keys[key] = m
	}
	s.messages[m.ID] = m
	s.order = append(s.order, m)
	return store.AcceptResult{ID: m.ID}
}

func (s *memory) Offer(n *store.NewMessage, _ *message.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offered = append(s.offered, n.ID)
}

// reply is an answer that was read.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// error returns the error object of an answer.
func (r reply) error(t *testing.T) map[string]any {
	t.Helper()
	e, ok := r.body["error"].(map[string]any)
	require.True(t, ok, "not an error: %d %s", r.status, r.text)
	return e
}

// code returns the code of the error, and its details.
func (r reply) code(t *testing.T) (code int, details string) {
	t.Helper()
	e := r.error(t)
	data, _ := e["error_data"].(map[string]any)
	details, _ = data["details"].(string)
	return int(e["code"].(float64)), details
}

// do makes a request with the key.
func (w *world) do(method, path, body string, header ...string) reply {
	w.t.Helper()
	return w.send(method, path, strings.NewReader(body), append([]string{"Authorization", "Bearer " + w.token.Reveal(), "Content-Type", "application/json"}, header...)...)
}

// send makes a request. A header with an empty value is not sent.
func (w *world) send(method, path string, body io.Reader, header ...string) reply {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, w.url+path, body)
	require.NoError(w.t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(w.t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	require.NoError(w.t, err)
	got := reply{status: answer.StatusCode, header: answer.Header, text: string(raw)}
	_ = json.Unmarshal(raw, &got.body)
	return got
}

func text(to, body string) string {
	return fmt.Sprintf(`{"messaging_product":"whatsapp","to":%q,"type":"text","text":{"body":%q}}`, to, body)
}

// away is a source of keys that cannot be asked.
type away struct{}

func (away) Key(context.Context, string) (*keys.Key, error) {
	return nil, errors.New("the database is away: canary")
}
