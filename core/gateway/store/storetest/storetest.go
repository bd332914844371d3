// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package storetest has the tests that every driver of a store passes. A driver calls Exercise in a test of its own.
package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// Database is an empty database. Open opens it; it may be opened again when the store was closed.
type Database interface {
	Open(t *testing.T) store.Store
}

// Exercise tests a driver. create returns a new database each time.
func Exercise(t *testing.T, create func(t *testing.T) Database) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *world){
		"accept":            testAccept,
		"accept again":      testAcceptAgain,
		"idempotency":       testIdempotency,
		"load":              testLoad,
		"load retrying":     testLoadRetrying,
		"begin":             testBegin,
		"fence":             testFence,
		"outcomes":          testOutcomes,
		"decisions":         testDecisions,
		"history":           testHistory,
		"takeover":          testTakeover,
		"reopen":            testReopen,
		"statuses":          testStatuses,
		"early events":      testEarlyEvents,
		"orphans":           testOrphans,
		"failures":          testFailures,
		"shared ids":        testSharedIDs,
		"give up":           testGiveUp,
		"notices":           testNotices,
		"inbound":           testInbound,
		"find inbound":      testFindInbound,
		"wishes":            testWishes,
		"opted out":         testOptedOut,
		"subscriptions":     testSubscriptions,
		"retries":           testRetries,
		"disabled":          testDisabledEndpoints,
		"at once":           testAtOnce,
		"refused change":    testRefusedChange,
		"cancel":            testCancel,
		"cancel at once":    testCancelAtOnce,
		"redrive":           testRedrive,
		"resolve":           testResolve,
		"erase":             testErase,
		"erase opted out":   testEraseOptedOut,
		"doubt":             testDoubt,
		"purge":             testPurge,
		"audit":             testAudit,
		"search":            testSearch,
		"troubles":          testTroubles,
		"backlog":           testBacklog,
		"last notice":       testLastNotice,
		"settings":          testSettings,
		"campaigns":         testCampaigns,
		"campaign messages": testCampaignMessages,
		"campaign at once":  testCampaignAtOnce,
		"campaign purge":    testCampaignPurge,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := create(t)
			w := &world{Store: db.Open(t), db: db}
			t.Cleanup(func() { _ = w.Close() })
			w.join(t)
			test(t, w)
		})
	}
}

// world is a store with an epoch.
type world struct {
	store.Store
	db    Database
	epoch store.Epoch
	seq   int64
}

func (w *world) join(t *testing.T) {
	t.Helper()
	var err error
	w.epoch, err = w.Join(t.Context(), 1)
	require.NoError(t, err)
}

// crash closes the store and opens it again as the next epoch, without settling anything.
func (w *world) crash(t *testing.T) (inDoubt int) {
	t.Helper()
	require.NoError(t, w.Close())
	w.Store = w.db.Open(t)
	w.join(t)
	inDoubt, err := w.Takeover(t.Context(), w.epoch)
	require.NoError(t, err)
	return inDoubt
}

// number returns the recipient with a number.
func number(n int) message.Recipient {
	return message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+49155%07d", n)}
}

// newMessage returns a message to a recipient.
func newMessage(n int) *store.NewMessage {
	return &store.NewMessage{
		ID: ids.New(), Sender: "102030", To: number(n), Body: []byte(`{"type":"text"}`), Lane: "+49100", Class: store.ClassTransactional,
		Category: "utility", APIKey: "shop", Reference: fmt.Sprint("order ", n),
	}
}

// accept accepts a message and returns its id.
func (w *world) accept(t *testing.T, m *store.NewMessage) ids.ID {
	t.Helper()
	results, err := w.Accept(t.Context(), []*store.NewMessage{m})
	require.NoError(t, err)
	require.Equal(t, []store.AcceptResult{{Verdict: store.New, ID: m.ID}}, results)
	return m.ID
}

// begin records a handover of attempts that are all ready, and returns its number.
func (w *world) begin(t *testing.T, attempts ...store.Attempt) int64 {
	t.Helper()
	w.seq++
	gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{Seq: w.seq, Channel: "p.first", Attempts: attempts, Began: time.Now()})
	require.NoError(t, err)
	require.Empty(t, gone)
	return w.seq
}

// settle records an outcome as the last of a handover.
func (w *world) settle(t *testing.T, seq int64, s store.Settlement) {
	t.Helper()
	s.Handover, s.Ends, s.Keep = seq, seq > 0, s.State == store.StateUnknown
	s.At = time.Now()
	require.NoError(t, w.Settle(t.Context(), w.epoch, []store.Settlement{s}))
}

// accepted returns the settlement of an attempt that a vendor accepted with an id.
func accepted(id ids.ID, n int, vendorID string) store.Settlement {
	return store.Settlement{
		Attempt: store.Attempt{ID: id, N: n}, State: store.StateAccepted, Outcome: store.OutcomeAccepted, Route: "all", Channel: "p.first",
		Scope: "p", Correlations: []store.Correlation{{Key: vendorID}},
	}
}

// sent accepts a message, begins and settles it, and returns its id.
func (w *world) sent(t *testing.T, m *store.NewMessage, vendorID string) ids.ID {
	t.Helper()
	id := w.accept(t, m)
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), accepted(id, 1, vendorID))
	return id
}

func (w *world) life(t *testing.T, id ids.ID) *store.Life {
	t.Helper()
	l, err := w.Get(t.Context(), id)
	require.NoError(t, err)
	return l
}

// event records an event and returns what was done with it.
func (w *world) event(t *testing.T, e store.Event) store.EventResult {
	t.Helper()
	e.Scope = "p"
	if e.Key == "" {
		e.Key = ids.New().String()
	}
	results, err := w.Events(t.Context(), []store.Event{e})
	require.NoError(t, err)
	require.Len(t, results, 1)
	return results[0]
}

// told returns the statuses that applications are told, in order.
func (w *world) told(t *testing.T) (all []string) {
	t.Helper()
	notices, err := w.Notices(t.Context(), store.Position{}, 1000)
	require.NoError(t, err)
	for _, n := range notices {
		all = append(all, string(n.Status))
	}
	return all
}
