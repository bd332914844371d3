// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package engine sends the messages of a store. It keeps the next messages of each lane in memory, hands them to the dispatcher in
// the right order, records each call to a provider before it is made, and decides from the outcome what becomes of a message.
//
// The store is the truth. The engine may be killed at any time: what it had not begun is sent by the next engine, and what may have
// reached a vendor is unknown and not sent again.
package engine

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/cluster"
	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// onlyNode is the number of a gateway that has its store for itself.
const onlyNode = 1

// DispatchOptions are the options of a dispatcher under an engine. Whatever takes longer than a second waits in the store, where a
// restart does not lose it. The gateway that ran before may have used the burst of a rate limit.
var DispatchOptions = dispatch.Options{MaxWait: time.Second, StartEmpty: true}

// Dispatcher is what the engine needs of the dispatcher. *host.Host is one.
type Dispatcher interface {
	Record(r dispatch.Recorder)
	Prepare(m *message.Message) *dispatch.Content
	Decide(c *dispatch.Content, to message.Recipient, d *route.Decision) *outcome.Rejected
	Submit(ctx context.Context, req dispatch.Request, done func(dispatch.Result))
	// Snapshot returns the state of the channels.
	Snapshot() *catalog.Snapshot
	// Windows returns how many requests to vendors the open channels may have under way.
	Windows() map[addr.Channel]dispatch.Window
	// SpendBurst lets the rate limit of a lane begin without a burst.
	SpendBurst(lane string)
	// Delay returns how long the rate limit of a lane delays its next message.
	Delay(lane string) time.Duration
	// StopWaiting ends what was not given to a provider, and waits for what was.
	StopWaiting()
}

// Options are the parts of an engine.
type Options struct {
	Store      store.Store
	Dispatcher Dispatcher
	// Config is the configuration of the dispatcher.
	Config *config.Config
	// Policy returns what is demanded of the messages of a phone number id, and whether opt-outs count. It may be nil, and may return nil.
	Policy func(number string) (p *policy.Policy, optOuts bool)
	// Limiter counts what policies bound. It may be shared with the engine whose place this one takes. Nil stands for a new one.
	Limiter *policy.Limiter
	// Sent is called with the outcome of each attempt and how long it took. It may be nil, and must not block.
	Sent func(ch addr.Channel, o outcome.Outcome, took time.Duration)
	// Attempted is called with each attempt and its outcome, and when it began and ended. It may be nil, and must not block.
	Attempted func(of store.Attempt, a dispatch.Attempt, began, ended time.Time)
	// Waiting is called every few seconds with the number of messages of the store that wait or are under way. It may be nil, and must not block.
	Waiting func(messages int)
	// Member makes the gateway one of several that share the store: the engine sends from the lanes that the node has, and is a worker of the
	// member. Without it, which may be nil, the engine sends from all lanes.
	Member *cluster.Member
	// Log may be nil.
	Log hclog.Logger
}

// Engine sends messages. It is safe for concurrent use.
type Engine struct {
	Options
	channels map[addr.Channel]config.Channel
	epoch    store.Epoch
	records  *records
	loops    sync.WaitGroup
	ctx      context.Context // ends when the engine is closed
	cancel   context.CancelFunc
	feed     chan struct{} // a lane may have a message to send
	load     chan struct{} // a flow may have messages to load
	failed   chan struct{} // closed when failure is set
	failOnce sync.Once

	// setting is held while settings change.
	setting sync.Mutex

	mu       sync.Mutex
	failure  error
	stopped  bool // nothing is begun any more
	resident map[ids.ID]*entry
	lanes    map[string]*lane
	flows    map[store.Flow]*flow
	later    timers
	// returning are messages that are to be sent again once the end of their last attempt is recorded.
	returning map[ids.ID]*store.Ready
	// paused are the lanes from which nothing is sent now, with the reasons.
	paused map[string]string
	// has are the lanes that the node has, with whether their messages are loaded. It is nil if the engine sends from all lanes.
	has map[string]bool
	// leaving are the lanes that the node had, and that messages are under way of.
	leaving map[string]bool
	// campaigns are those of the store, by their names. strange is set if there are messages of another one. paced is when the next message may
	// go to the dispatcher that waits for the pace of its campaign or the rate of its lane, or zero.
	campaigns map[string]*campaign
	strange   bool
	paced     time.Time
	// version is that of the settings in memory.
	version int64
	// suppressed are the addresses that get no messages, without "+".
	suppressed map[string]struct{}
	snapshot   *catalog.Snapshot // that the rooms of the lanes are of
	open       int               // calls to providers whose outcomes are not all known
	idle       sync.Cond         // open is 0
	seq        int64             // of the last handover
	pause      time.Time         // nothing is handed over before, because the store failed
}

// Start takes over what an earlier engine of the node left in the store, and begins to send. It returns the number of messages that
// may have reached a vendor and are unknown now.
func Start(ctx context.Context, o Options) (e *Engine, inDoubt int, err error) {
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	if o.Limiter == nil {
		o.Limiter = &policy.Limiter{}
	}
	e = &Engine{
		Options: o, channels: map[addr.Channel]config.Channel{}, feed: make(chan struct{}, 1), load: make(chan struct{}, 1), failed: make(chan struct{}),
		resident: map[ids.ID]*entry{}, lanes: map[string]*lane{}, flows: map[store.Flow]*flow{},
		returning: map[ids.ID]*store.Ready{}, paused: map[string]string{}, suppressed: map[string]struct{}{},
		campaigns: map[string]*campaign{},
	}
	e.idle.L = &e.mu
	for _, c := range o.Config.Channels {
		e.channels[c.Addr] = c
	}
	if o.Member != nil {
		e.epoch, e.has, e.leaving = o.Member.Epoch(), map[string]bool{}, map[string]bool{}
	} else if e.epoch, err = o.Store.Join(ctx, onlyNode); err != nil {
		return nil, 0, err
	}
	if inDoubt, err = o.Store.Takeover(ctx, e.epoch); err != nil {
		return nil, 0, err
	}
	if err := e.loadSettings(ctx); err != nil {
		return nil, 0, err
	}
	if e.has == nil {
		if err := e.loadFirst(ctx); err != nil {
			return nil, 0, err
		}
	}
	e.count(ctx, 0)
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.records = newRecords(e)
	o.Dispatcher.Record(recorder{e})
	e.loops.Go(e.runLoads)
	e.loops.Go(e.runFeeds)
	if e.has != nil {
		e.loops.Go(e.runArrivals)
	}
	return e, inDoubt, nil
}

// Failed is closed when the engine can no longer work. Err returns the reason.
func (e *Engine) Failed() <-chan struct{} { return e.failed }

// Err returns the reason why the engine can no longer work, or nil.
func (e *Engine) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failure
}

// Load returns the number of messages in memory and of calls to providers that are under way.
func (e *Engine) Load() (resident, calls int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.resident), e.open
}

// fail ends the engine: another process has taken over.
func (e *Engine) fail(err error) {
	e.failOnce.Do(func() {
		e.mu.Lock()
		e.failure, e.stopped = err, true
		e.mu.Unlock()
		close(e.failed)
	})
}

// Close hands nothing over any more, waits for the calls that are under way until the context ends, and records their outcomes. It
// returns the number of calls that it did not wait for; their messages are unknown when the next engine starts.
func (e *Engine) Close(ctx context.Context) (abandoned int) {
	e.mu.Lock()
	e.stopped = true
	e.mu.Unlock()
	stop := context.AfterFunc(ctx, func() {
		e.mu.Lock()
		e.idle.Broadcast()
		e.mu.Unlock()
	})
	defer stop()
	e.mu.Lock()
	for e.open > 0 && ctx.Err() == nil {
		e.idle.Wait()
	}
	abandoned = e.open
	e.mu.Unlock()
	e.cancel()
	e.loops.Wait()
	if abandoned == 0 {
		e.Dispatcher.StopWaiting()
	}
	e.records.close()
	return abandoned
}

// wake makes a loop look again.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
