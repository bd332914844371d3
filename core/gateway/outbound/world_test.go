// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/gateway/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	number   = "102030405060708"
	secret   = "the secret of the webhook"
	patience = 30 * time.Second // bounds a hang
)

var (
	start    = time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	loopback = Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}
)

// senders know one number.
type senders struct{}

func (senders) Sender(id string) (display, account string) {
	if id == number {
		return "+49 151 12345678", "900000000000001"
	}
	return "", ""
}

// fakeClock is a clock that a test moves.
type fakeClock struct {
	mu      sync.Mutex
	now     time.Time
	waiting map[chan struct{}]time.Time
	asked   chan struct{} // has something after each At
}

func newClock() *fakeClock {
	return &fakeClock{now: start, waiting: map[chan struct{}]time.Time{}, asked: make(chan struct{}, 1)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) At(t time.Time) (reached <-chan struct{}, stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := make(chan struct{})
	if !t.After(c.now) {
		close(w)
		return w, func() {}
	}
	c.waiting[w] = t
	select {
	case c.asked <- struct{}{}:
	default:
	}
	return w, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting, w)
	}
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for w, t := range c.waiting {
		if !t.After(c.now) {
			close(w)
			delete(c.waiting, w)
		}
	}
}

// next moves the clock to the first time that somebody waits for.
func (c *fakeClock) next() {
	c.mu.Lock()
	var first time.Time
	for _, t := range c.waiting {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	now := c.now
	c.mu.Unlock()
	if !first.IsZero() {
		c.advance(first.Sub(now))
	}
}

// outbox is a log with retries in memory.
type outbox struct {
	mu       sync.Mutex
	notices  []Notice
	cursor   map[string]store.Position
	retries  map[string]Retry
	disabled string
	erased   string // the id of a notice
	failing  bool
	changed  chan struct{} // has something after each change
}

func newOutbox() *outbox {
	return &outbox{cursor: map[string]store.Position{}, retries: map[string]Retry{}, changed: make(chan struct{}, 1)}
}

func (o *outbox) add(notices ...Notice) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range notices {
		n.Position.Seq = int64(len(o.notices) + 1)
		o.notices = append(o.notices, n)
	}
}

func (o *outbox) tell() {
	select {
	case o.changed <- struct{}{}:
	default:
	}
}

var errAway = errors.New("the store is away")

func (o *outbox) Notices(_ context.Context, after store.Position, n int) ([]Notice, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failing {
		return nil, errAway
	}
	rest := slices.DeleteFunc(slices.Clone(o.notices[after.Seq:]), func(n Notice) bool { return n.ID == o.erased })
	return rest[:min(n, len(rest))], nil
}

func (o *outbox) Cursor(_ context.Context, endpoint string) (store.Position, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.cursor[endpoint], nil
}

func (o *outbox) Advance(_ context.Context, endpoint string, upTo store.Position) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failing {
		return errAway
	}
	if upTo.Seq < o.cursor[endpoint].Seq {
		panic("the cursor goes back")
	}
	o.cursor[endpoint] = upTo
	o.tell()
	return nil
}

func (o *outbox) Pending(context.Context, string) ([]Retry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failing {
		return nil, errAway
	}
	var list []Retry
	for _, r := range o.retries {
		if !r.Dead {
			list = append(list, r)
		}
	}
	return list, nil
}

func (o *outbox) Record(_ context.Context, _ string, changes []Retry) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failing {
		return errAway
	}
	for _, r := range changes {
		if r.Done {
			delete(o.retries, r.Notice.ID)
			continue
		}
		o.retries[r.Notice.ID] = r
	}
	o.tell()
	return nil
}

func (o *outbox) Disable(_ context.Context, _, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.disabled = reason
	return nil
}

// until waits until a condition holds, which is asked after each change.
func (o *outbox) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		o.mu.Lock()
		ok := holds()
		o.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-o.changed:
		case <-deadline:
			require.FailNow(t, "nothing more happens", "waiting for %s", what)
		}
	}
}

// receiver is an endpoint.
type receiver struct {
	*httptest.Server
	requests chan request
	// decide answers all webhooks instead, if it is set.
	decide atomic.Pointer[func(request) int]
}

// request is a webhook that waits for its answer.
type request struct {
	header http.Header
	body   []byte
	answer chan answer
}

type answer struct {
	status int
	after  string
}

// what returns what a webhook is about: the id of a message and its status.
func (r request) what(t *testing.T) string {
	t.Helper()
	var body struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Statuses []struct{ ID, Status string }
					Messages []struct{ ID string }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(r.body, &body), "%s", r.body)
	v := body.Entry[0].Changes[0].Value
	if len(v.Messages) > 0 {
		return v.Messages[0].ID
	}
	return v.Statuses[0].ID + " " + v.Statuses[0].Status
}

func (r request) ok() { r.answer <- answer{status: http.StatusOK} }

func newReceiver(t *testing.T) *receiver {
	r := &receiver{requests: make(chan request, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, got *http.Request) {
		body, err := io.ReadAll(got.Body)
		if err != nil {
			return
		}
		waiting := request{got.Header, body, make(chan answer, 1)}
		if decide := r.decide.Load(); decide != nil {
			w.WriteHeader((*decide)(waiting))
			return
		}
		r.requests <- waiting
		select {
		case a := <-waiting.answer:
			if a.after != "" {
				w.Header().Set("Retry-After", a.after)
			}
			w.WriteHeader(a.status)
		case <-got.Context().Done():
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// next returns the next webhook.
func (r *receiver) next(t *testing.T) request {
	t.Helper()
	select {
	case got := <-r.requests:
		return got
	case <-time.After(patience):
		require.FailNow(t, "no webhook comes")
		return request{}
	}
}

// expect answers the next webhook, which must be about something.
func (r *receiver) expect(t *testing.T, what string, status int) {
	t.Helper()
	got := r.next(t)
	require.Equal(t, what, got.what(t))
	got.answer <- answer{status: status}
}

// none checks that no webhook is waiting.
func (r *receiver) none(t *testing.T) {
	t.Helper()
	select {
	case got := <-r.requests:
		require.FailNow(t, "an unexpected webhook", got.what(t))
	default:
	}
}

// world is a runner with its surroundings.
type world struct {
	outbox   *outbox
	clock    *fakeClock
	receiver *receiver
	options  Options
	posted   chan error
	runner   *Runner
	inFlight int // as of the last one of posted
}

func newWorld(t *testing.T) *world {
	w := &world{outbox: newOutbox(), clock: newClock(), receiver: newReceiver(t), posted: make(chan error, 10_000)}
	client := NewClient(loopback, patience)
	t.Cleanup(client.CloseIdleConnections)
	w.options = Options{
		Endpoint: Endpoint{Name: "shop", URL: w.receiver.URL + "/hook", Secrets: []string{secret}},
		Log:      w.outbox, Retries: w.outbox, Numbers: senders{}, Client: client, Observer: w, Clock: w.clock, Jitter: func() float64 { return 0 },
	}
	return w
}

func (w *world) Posted(_ string, _ *Notice, _ int, _ time.Duration, err error) {
	if w.runner != nil {
		w.inFlight = w.runner.inFlight // the goroutine of the runner calls
	}
	w.posted <- err
}

func (w *world) Trouble(string, error) {}

// run starts a runner, and returns it with a function that stops it.
func (w *world) run(t *testing.T) (r *Runner, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r = NewRunner(w.options)
	w.runner = r
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return errors.New("the runner does not stop")
		}
	})
	t.Cleanup(func() { _ = stop() })
	return r, stop
}

// wake tells a runner that there is something new, at a time when it may read the log again.
func (w *world) wake(r *Runner) {
	w.clock.advance(readGap)
	r.Wake()
}
