// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds the wait for an event.
const patience = 2 * time.Minute

var first = addr.Channel{Provider: "p", Name: "first"}

// vendor stands for providers and their vendors. It sees each attempt.
type vendor struct {
	state atomic.Pointer[catalog.Snapshot]
	// answer is called for each delivery, from several goroutines. A zero outcome means that there is no answer.
	answer func(d message.Delivery) outcome.Outcome
	mu     sync.Mutex
	seen   []message.Delivery
	at     []time.Time
	passed []string // addresses in the order in which the dispatcher got their messages
}

func (v *vendor) Snapshot() *catalog.Snapshot { return v.state.Load() }

func (v *vendor) Send(_ context.Context, _ addr.Channel, batches []message.Batch, handedOver func() error, answer func(outcome.Outcome)) error {
	if err := handedOver(); err != nil {
		return &dispatch.NotAttemptedError{Cause: err}
	}
	for _, b := range batches {
		for _, d := range b.Deliveries {
			v.mu.Lock()
			v.seen, v.at = append(v.seen, d), append(v.at, time.Now())
			v.mu.Unlock()
			o := v.answer(d)
			if o.Accepted == nil && o.Rejected == nil && o.Unknown == nil {
				continue
			}
			o.DeliveryID = d.DeliveryID
			answer(o)
		}
	}
	return nil
}

// sent returns the addresses that the vendor saw, in order.
func (v *vendor) sent() (all []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, d := range v.seen {
		all = append(all, d.To.Address)
	}
	return all
}

// running is a dispatcher as the engine needs it.
type running struct {
	*dispatch.Dispatcher

	vendor *vendor
}

func (r running) StopWaiting() { r.Close() }

func (r running) Submit(ctx context.Context, req dispatch.Request, done func(dispatch.Result)) {
	r.vendor.mu.Lock()
	r.vendor.passed = append(r.vendor.passed, req.To.Address)
	r.vendor.mu.Unlock()
	r.Dispatcher.Submit(ctx, req, done)
}

// world is an engine with a store and a vendor.
type world struct {
	*Engine
	vendor *vendor
	store  store.Store
	path   string
	// wrap returns the store that the engine gets. It may be nil.
	wrap    func(store.Store) store.Store
	config  *config.Config
	caps    capability.Capabilities
	inDoubt int
	// policy is that of all numbers. It may be changed while the engine runs.
	policy atomic.Pointer[policy.Policy]
	// counted is how many messages waited at the last count.
	counted atomic.Int64
}

func newWorld(t *testing.T, w *world) *world {
	t.Helper()
	if w.vendor == nil {
		w.vendor = &vendor{}
	}
	if w.vendor.answer == nil {
		w.vendor.answer = func(d message.Delivery) outcome.Outcome { return outcome.Accept("v" + d.DeliveryID) }
	}
	if w.config == nil {
		w.config = &config.Config{}
	}
	w.config.MaxSendAhead = time.Hour
	if len(w.config.Channels) == 0 {
		w.config.Channels = []config.Channel{{Addr: first, ProviderID: "p"}}
	}
	w.config.Routes = []config.Route{{Name: "all", Channels: []addr.Channel{first}}}
	w.caps.Kinds = []capability.Kind{{Kind: "text"}}
	w.vendor.state.Store(catalog.NewSnapshot(map[addr.Channel]catalog.Channel{first: {Checker: capability.NewChecker(w.caps), Sender: "+49100"}}))
	w.path = filepath.Join(t.TempDir(), "wahost.db")
	w.openStore(t)
	w.start(t)
	t.Cleanup(func() { w.end(t) })
	return w
}

func (w *world) openStore(t *testing.T) {
	t.Helper()
	var err error
	w.store, err = sqlite.Open(context.Background(), w.path)
	require.NoError(t, err)
	if w.wrap != nil {
		w.store = w.wrap(w.store)
	}
}

func (w *world) start(t *testing.T) {
	t.Helper()
	options := DispatchOptions
	options.FirstBackoff, options.BreakerPause = time.Millisecond, 10*time.Millisecond
	d := running{dispatch.New(w.config, w.vendor, options), w.vendor}
	var err error
	w.Engine, w.inDoubt, err = Start(context.Background(), Options{Store: w.store, Dispatcher: d, Config: w.config, Policy: func(string) (*policy.Policy, bool) { return w.policy.Load(), true },
		Waiting: func(messages int) { w.counted.Store(int64(messages)) },
	})
	require.NoError(t, err)
}

// end stops the engine in an orderly way and closes the store. It may be called again.
func (w *world) end(t *testing.T) {
	t.Helper()
	if w.Engine == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	require.Zero(t, w.Close(ctx))
	w.Engine = nil
	require.NoError(t, w.store.Close())
}

func (w *world) restart(t *testing.T) {
	t.Helper()
	w.end(t)
	w.openStore(t)
	w.start(t)
}

// newMessage returns a text to a recipient as the front door makes it.
func newMessage(to int, text string) (*store.NewMessage, *message.Message) {
	m := &message.Message{Type: "text", Text: &message.Text{Body: text}, To: fmt.Sprintf("+49155%07d", to)}
	body, err := message.Marshal(m)
	if err != nil {
		panic(err)
	}
	return &store.NewMessage{
		ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: m.GetTo()}, Body: body, APIKey: "shop",
	}, m
}

// text accepts a text to a recipient.
func (w *world) text(t *testing.T, to int, text string) ids.ID {
	t.Helper()
	n, m := newMessage(to, text)
	return w.take(t, n, m)
}

// take accepts a message as the front door does.
func (w *world) take(t *testing.T, n *store.NewMessage, m *message.Message) ids.ID {
	t.Helper()
	rejected, err := w.Plan(t.Context(), n, m)
	require.NoError(t, err)
	require.Nil(t, rejected)
	results, err := w.store.Accept(t.Context(), []*store.NewMessage{n})
	require.NoError(t, err)
	require.Equal(t, store.New, results[0].Verdict)
	w.Offer(n, m)
	return n.ID
}

// life waits until a message is in a state, and returns what is known of it.
func (w *world) life(t *testing.T, id ids.ID, state store.State) *store.Life {
	t.Helper()
	var l *store.Life
	require.Eventually(t, func() bool {
		var err error
		l, err = w.store.Get(t.Context(), id)
		require.NoError(t, err)
		return l.State == state
	}, patience, 2*time.Millisecond, "%v", state)
	return l
}
