// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package inbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds the wait for an event.
const patience = 20 * time.Second

var (
	secret = []byte("a secret of webhooks with 32 bytes, or some more")
	first  = addr.Channel{Provider: "p", Name: "first"}
)

// fakeProviders stands for the providers. A request with the body "unsigned" is not the vendor's.
type fakeProviders struct {
	mu    sync.Mutex
	calls [][]provider.WebhookRequest
	// called gets the number of requests of each call, and the call goes on when proceed was read. Both may be nil.
	called  chan int
	proceed chan struct{}
	respond func(provider.WebhookRequest) (provider.WebhookResponse, error)
}

func (f *fakeProviders) HandleWebhooks(_ context.Context, _ string, requests []provider.WebhookRequest) ([]provider.WebhookResponse, error) {
	f.mu.Lock()
	f.calls = append(f.calls, requests)
	f.mu.Unlock()
	if f.called != nil {
		f.called <- len(requests)
		<-f.proceed
	}
	out := make([]provider.WebhookResponse, len(requests))
	for i, r := range requests {
		var err error
		if out[i], err = f.respond(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// delivered answers each request with the status of a message whose vendor id is the body.
func delivered(r provider.WebhookRequest) (provider.WebhookResponse, error) {
	if string(r.Body) == "unsigned" {
		return provider.WebhookResponse{Problem: "the signature is not right"}, nil
	}
	return provider.WebhookResponse{
		Authenticated: true, Reply: provider.WebhookReply{ContentType: "text/plain", Body: []byte("thanks")},
		Events: []provider.Event{{
			ID: string(r.Body) + "/delivered", Correlation: provider.Correlation{ProviderMessageID: string(r.Body)},
			DeliveryStatus: &provider.DeliveryStatus{Status: outcome.StatusDelivered}, Raw: r.Body,
		}},
	}, nil
}

// brokenRecorder records nothing.
type brokenRecorder struct{ Recorder }

func (brokenRecorder) Events(context.Context, []store.Event) ([]store.EventResult, error) {
	return nil, errors.New("the disk is full")
}

// accesses collects what an observer is told.
type accesses chan Access

func (a accesses) Webhook(access Access) { a <- access }

type world struct {
	*Server
	url      string
	store    *sqlite.Store
	seen     accesses
	recorded chan struct{}
}

func newWorld(t *testing.T, providers *fakeProviders, change func(*Options)) *world {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "wahost.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	if providers.respond == nil {
		providers.respond = delivered
	}
	w := &world{store: db, seen: make(accesses, 1000), recorded: make(chan struct{}, 1000)}
	o := Options{
		Config: &config.Config{
			Providers: []config.Provider{{Name: "p", ID: "p"}, {Name: "p", Alias: "eu", ID: "p.eu"}},
			Channels:  []config.Channel{{Addr: first, ProviderID: "p.eu"}},
		},
		Providers: providers, Recorder: db, Secret: secret, PublicURL: "https://wa.example.com/", Observer: w.seen,
		Recorded: func() { w.recorded <- struct{}{} },
		Number:   func(channel string) string { return map[string]string{"p.first": "102030"}[channel] },
	}
	if change != nil {
		change(&o)
	}
	w.Server, err = New(o)
	require.NoError(t, err)
	server := httptest.NewServer(w.Server)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// channelPath is the path of the URL of a channel.
func channelPath() string { return strings.TrimPrefix(URL("x", secret, first, "p.eu"), "x") }

// call makes a request and returns the status and the body of the answer.
func (w *world) call(t *testing.T, method, path, body string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader(body))
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(got), answer.Header
}

func TestPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &fakeProviders{}, nil)
	account := strings.TrimPrefix(ProviderURL("x", secret, "p"), "x")
	for name, test := range map[string]struct {
		method, path, body string
		status             int
	}{
		"a channel":                   {"POST", channelPath(), "v1", 200},
		"a configuration":             {"POST", account, "v1", 200},
		"a challenge":                 {"GET", channelPath() + "?hub.challenge=1", "", 200},
		"no token":                    {"POST", "/hooks/p.eu/first/", "v1", 404},
		"the token of another place":  {"POST", "/hooks/p.eu/first/" + account[strings.LastIndex(account, "/")+1:], "v1", 404},
		"a right token for no place":  {"POST", strings.TrimPrefix(ProviderURL("x", secret, "q"), "x"), "v1", 404},
		"a channel of another config": {"POST", strings.TrimPrefix(URL("x", secret, first, "p"), "x"), "v1", 404},
		"too many parts":              {"POST", channelPath() + "/x", "v1", 404},
		"another path":                {"POST", "/", "v1", 404},
		"another method":              {"PUT", channelPath(), "v1", 405},
		"a body that is too large":    {"POST", channelPath(), strings.Repeat("x", maxBody+1), 413},
		"not the vendor":              {"POST", channelPath(), "unsigned", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, _, _ := w.call(t, test.method, test.path, test.body)
			require.Equal(t, test.status, status)
		})
	}
}

// A provider sees the URL as the vendor called it, since signatures are made of it.
func TestWhatAProviderSees(t *testing.T) {
	t.Parallel()
	providers := &fakeProviders{}
	w := newWorld(t, providers, nil)
	status, body, header := w.call(t, "POST", channelPath()+"?a=%2B1&b", "v1")
	require.Equal(t, []any{200, "thanks", "text/plain", "nosniff"}, []any{status, body, header.Get("Content-Type"), header.Get("X-Content-Type-Options")})
	r := providers.calls[0][0]
	require.Equal(t, []any{"POST", "https://wa.example.com" + channelPath() + "?a=%2B1&b", []string{"p.first"}, "v1"}, []any{r.Method, r.URL, r.ChannelIDs, string(r.Body)})
	_, _, _ = w.call(t, "POST", strings.TrimPrefix(ProviderURL("x", secret, "p"), "x"), "v2")
	require.Empty(t, providers.calls[1][0].ChannelIDs)
}

// Events are durable when the vendor gets its answer, and a repeated webhook changes nothing.
func TestEventsAreRecorded(t *testing.T) {
	t.Parallel()
	providers := &fakeProviders{respond: func(r provider.WebhookRequest) (provider.WebhookResponse, error) {
		response, err := delivered(r)
		response.Events = append(response.Events, provider.Event{
			ID: "in/" + string(r.Body), Time: time.UnixMilli(1700000000000),
			InboundMessage: &provider.InboundMessage{From: message.Recipient{Kind: message.RecipientPhone, Address: "+491551"}, To: "49100", Message: []byte(`{"type":"text"}`)},
		}, provider.Event{ID: "t", TemplateStatus: &provider.TemplateStatus{TemplateName: "x"}}, provider.Event{ID: "n", ChannelNotice: &provider.ChannelNotice{}})
		return response, err
	}}
	w := newWorld(t, providers, nil)
	for range 2 {
		status, _, _ := w.call(t, "POST", channelPath(), "v1")
		require.Equal(t, 200, status)
	}
	got := <-w.seen
	got.Took = 0
	require.Equal(t, Access{Provider: "p.eu", Status: 200, Authenticated: true, Statuses: 1, Messages: 1}, got)
	require.Equal(t, 2, (<-w.seen).Repeated)
	require.Len(t, w.recorded, 1)
	notices, err := w.store.Notices(t.Context(), store.Position{}, 10)
	require.NoError(t, err)
	require.Len(t, notices, 1, "the status waits for a message with its id")
	in := notices[0].Inbound
	require.Equal(t, []string{"p.eu", "p.first", "102030", "49100", "+491551"}, []string{in.Scope, in.Channel, in.Sender, in.Recipient, in.From.Address})
	contact, err := w.store.Contact(t.Context(), "102030", in.From)
	require.NoError(t, err)
	require.Equal(t, int64(1700000000000), contact.LastInbound.UnixMilli())
}

// What is not proven to be the vendor's is not recorded, and kept without its content.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &fakeProviders{respond: func(r provider.WebhookRequest) (provider.WebhookResponse, error) {
		response, err := delivered(r)
		response.Authenticated, response.Problem = false, "the signature is not right"
		return response, err
	}}, nil)
	for range keptRefusals + 3 {
		status, _, _ := w.call(t, "POST", channelPath(), "secret text")
		require.Equal(t, 401, status)
	}
	total, last := w.Refused()
	require.Equal(t, []int{keptRefusals + 3, keptRefusals}, []int{total, len(last)})
	require.NotContains(t, fmt.Sprint(last), "secret text")
	require.Equal(t, []any{"p.eu", "p.first", "POST", 11, "the signature is not right"}, []any{last[0].Provider, last[0].Channel, last[0].Method, last[0].Bytes, last[0].Problem})
	require.Empty(t, w.recorded)
}

// A vendor is asked to call again while something is away.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		respond func(provider.WebhookRequest) (provider.WebhookResponse, error)
		change  func(*Options)
	}{
		"provider": {func(provider.WebhookRequest) (provider.WebhookResponse, error) {
			return provider.WebhookResponse{}, errors.New("it is being restarted")
		}, nil},
		"store": {nil, func(o *Options) { o.Recorder = brokenRecorder{o.Recorder} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, &fakeProviders{respond: test.respond}, test.change)
			status, body, header := w.call(t, "POST", channelPath(), "v1")
			require.Equal(t, []any{503, "5"}, []any{status, header.Get("Retry-After")})
			require.NotContains(t, body, "disk")
		})
	}
}

// Requests that come during calls travel together, and one that fails does not fail the others.
func TestRequestsTravelTogether(t *testing.T) {
	t.Parallel()
	providers := &fakeProviders{called: make(chan int), proceed: make(chan struct{}), respond: func(r provider.WebhookRequest) (provider.WebhookResponse, error) {
		if string(r.Body) == "poison" {
			return provider.WebhookResponse{}, errors.New("no")
		}
		return delivered(r)
	}}
	w := newWorld(t, providers, nil)
	statuses := make(chan int, 100)
	post := func(body string) {
		go func() {
			r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, channelPath(), strings.NewReader(body))
			answer := httptest.NewRecorder()
			w.ServeHTTP(answer, r)
			statuses <- answer.Code
		}()
	}
	for i := range maxCalls {
		post(fmt.Sprint("v", i))
		require.Equal(t, 1, <-providers.called)
	}
	const late = 20
	for i := range late - 1 {
		post(fmt.Sprint("late", i))
	}
	post("poison")
	q := w.queues["p.eu"]
	require.Eventually(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return len(q.waiting) == late
	}, patience, time.Millisecond)
	providers.proceed <- struct{}{}
	require.Equal(t, late, <-providers.called)
	go func() {
		for range providers.called {
			providers.proceed <- struct{}{}
		}
	}()
	providers.proceed <- struct{}{}
	providers.proceed <- struct{}{}
	counts := map[int]int{}
	for range maxCalls + late {
		counts[<-statuses]++
	}
	close(providers.called)
	require.Equal(t, map[int]int{200: maxCalls + late - 1, 503: 1}, counts)
}

// A provider that hangs fills the queue up to its bound, and a vendor that gives up is not waited for.
func TestAQueueIsBounded(t *testing.T) {
	t.Parallel()
	providers := &fakeProviders{called: make(chan int, 2*maxWaiting), proceed: make(chan struct{}), respond: delivered}
	q := newQueue("p", providers)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range maxCalls {
		wg.Go(func() { _, _ = q.handle(ctx, provider.WebhookRequest{}) })
		<-providers.called
	}
	for range maxWaiting {
		wg.Go(func() { _, _ = q.handle(ctx, provider.WebhookRequest{}) })
	}
	require.Eventually(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return len(q.waiting) == maxWaiting
	}, patience, time.Millisecond)
	_, err := q.handle(ctx, provider.WebhookRequest{})
	require.ErrorIs(t, err, errBusy)
	cancel()
	wg.Wait()
	close(providers.proceed)
	require.Eventually(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return q.calls == 0
	}, patience, time.Millisecond)
}

func FuzzFind(f *testing.F) {
	w, err := New(Options{Config: &config.Config{Channels: []config.Channel{{Addr: first, ProviderID: "p.eu"}}}, Secret: secret})
	if err != nil {
		f.Fatal(err)
	}
	right := map[string]bool{channelPath(): true, strings.TrimPrefix(ProviderURL("x", secret, "p.eu"), "x"): true}
	f.Add(channelPath())
	f.Add("/hooks/p.eu/first/")
	f.Add("/hooks//")
	f.Fuzz(func(t *testing.T, path string) {
		if _, ok := w.find(path); ok != right[path] {
			t.Errorf("%q: %v", path, ok)
		}
	})
}
