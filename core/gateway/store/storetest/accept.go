// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// A message is found as it was accepted.
func testAccept(t *testing.T, w *world) {
	m := newMessage(1)
	m.Due, m.Expires = time.Now().Add(time.Hour).Truncate(time.Millisecond), time.Now().Add(2*time.Hour).Truncate(time.Millisecond)
	id := w.accept(t, m)
	l := w.life(t, id)
	require.Equal(t, *m, l.NewMessage)
	require.Equal(t, store.StateReady, l.State)
	require.Empty(t, l.Status)
	require.Empty(t, l.History)
	require.False(t, l.InHandover)
	require.WithinDuration(t, time.Now(), l.Accepted, time.Minute)
	_, err := w.Get(t.Context(), ids.New())
	require.ErrorIs(t, err, store.ErrNotFound)
	counts, err := w.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[store.State]int{store.StateReady: 1}, counts)
	require.NoError(t, w.Ping(t.Context()))
}

// A request that is repeated after a lost connection does nothing.
func testAcceptAgain(t *testing.T, w *world) {
	m := newMessage(1)
	m.Idempotency = &store.Idempotency{Key: "k", BodyHash: [32]byte{1}, Expires: time.Now().Add(time.Hour)}
	w.accept(t, m)
	results, err := w.Accept(t.Context(), []*store.NewMessage{m})
	require.NoError(t, err)
	require.Equal(t, m.ID, results[0].ID)
	m = newMessage(2)
	w.accept(t, m)
	w.accept(t, m)
	counts, err := w.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[store.State]int{store.StateReady: 2}, counts)
}

func testIdempotency(t *testing.T, w *world) {
	with := func(key, apiKey string, hash byte, expires time.Duration) *store.NewMessage {
		m := newMessage(1)
		m.APIKey = apiKey
		m.Idempotency = &store.Idempotency{Key: key, BodyHash: [32]byte{hash}, Expires: time.Now().Add(expires)}
		return m
	}
	first := w.accept(t, with("k", "shop", 1, time.Hour))
	w.accept(t, with("k", "other", 2, time.Hour))
	w.accept(t, with("other", "shop", 2, time.Hour))
	old := w.accept(t, with("old", "shop", 1, -time.Hour))
	for _, c := range []struct {
		m    *store.NewMessage
		want store.AcceptResult
	}{
		{with("k", "shop", 1, time.Hour), store.AcceptResult{Verdict: store.Same, ID: first}},
		{with("k", "shop", 2, time.Hour), store.AcceptResult{Verdict: store.Conflict, ID: first}},
		{with("k", "third", 1, time.Hour), store.AcceptResult{}},
		{with("new", "shop", 1, time.Hour), store.AcceptResult{}},
		{with("old", "shop", 1, time.Hour), store.AcceptResult{}},
	} {
		got, err := w.Repeated(t.Context(), c.m.APIKey, c.m.Idempotency)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%s of %s", c.m.Idempotency.Key, c.m.APIKey)
	}
	results, err := w.Accept(t.Context(), []*store.NewMessage{
		with("k", "shop", 1, time.Hour), with("k", "shop", 2, time.Hour), with("new", "shop", 3, time.Hour), with("new", "shop", 3, time.Hour), with("old", "shop", 2, time.Hour),
	})
	require.NoError(t, err)
	require.Equal(t, store.AcceptResult{Verdict: store.Same, ID: first}, results[0])
	require.Equal(t, store.AcceptResult{Verdict: store.Conflict, ID: first}, results[1])
	require.Equal(t, store.New, results[2].Verdict)
	require.Equal(t, store.AcceptResult{Verdict: store.Same, ID: results[2].ID}, results[3], "within one call")
	require.Equal(t, store.New, results[4].Verdict, "the key had expired")
	require.NotEqual(t, old, results[4].ID)
	counts, err := w.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[store.State]int{store.StateReady: 6}, counts)
}

// load returns the recipients of all ready messages of a query, page by page.
func (w *world) load(t *testing.T, q store.LoadQuery) (found []string) {
	t.Helper()
	for {
		page, err := w.Load(t.Context(), q)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), q.Limit)
		for _, r := range page {
			found = append(found, r.To.Address)
			q.After = r.Key()
		}
		if len(page) < q.Limit {
			return found
		}
	}
}

// flow returns the flow of the messages of newMessage that have a class.
func flow(class store.Class) store.Flow {
	return store.Flow{Lane: "+49100", Class: class, APIKey: "shop"}
}

func testLoad(t *testing.T, w *world) {
	var want []string
	for i := range 7 {
		w.accept(t, newMessage(i))
		want = append(want, number(i).Address)
	}
	later := newMessage(7)
	later.Due = time.Now().Add(time.Hour)
	w.accept(t, later)
	code := newMessage(8)
	code.Class, code.Expires = store.ClassAuthentication, time.Now().Add(time.Minute).Truncate(time.Millisecond)
	w.accept(t, code)
	other := newMessage(9)
	other.Lane = "+49200"
	w.accept(t, other)
	other = newMessage(10)
	other.APIKey = "an other"
	w.accept(t, other)
	done := newMessage(11)
	done.Lane = "+49300"
	w.sent(t, done, "v11")
	flows, err := w.Flows(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.Flow{
		flow(store.ClassAuthentication), {Lane: "+49100", Class: store.ClassTransactional, APIKey: "an other"}, flow(store.ClassTransactional),
		{Lane: "+49200", Class: store.ClassTransactional, APIKey: "shop"},
	}, flows)
	now := time.Now().Add(time.Second)
	for limit := 1; limit < 9; limit++ {
		require.Equal(t, want, w.load(t, store.LoadQuery{Flow: flow(store.ClassTransactional), DueBefore: now, Limit: limit}), "limit %d", limit)
	}
	require.Equal(t, append(want, number(7).Address), w.load(t, store.LoadQuery{Flow: flow(store.ClassTransactional), DueBefore: now.Add(2 * time.Hour), Limit: 3}))
	require.Empty(t, w.load(t, store.LoadQuery{Flow: flow(store.ClassMarketing), DueBefore: now, Limit: 3}))
	found, err := w.Load(t.Context(), store.LoadQuery{Flow: flow(store.ClassAuthentication), DueBefore: now, Limit: 3})
	require.NoError(t, err)
	require.Equal(t, []*store.Ready{{
		Flow: store.Flow{Lane: code.Lane, Class: code.Class, APIKey: code.APIKey}, ID: code.ID, Sender: code.Sender, Category: code.Category, To: code.To, Body: code.Body, Due: code.ID.Time(), Expires: code.Expires, Accepted: code.ID.Time(),
	}}, found)
}

// Messages that are tried again are found apart, however far their due time is away.
func testLoadRetrying(t *testing.T, w *world) {
	var all []ids.ID
	for i := range 5 {
		all = append(all, w.accept(t, newMessage(i)))
	}
	for i := range 3 {
		id := all[i]
		w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
			Attempt: store.Attempt{ID: id, N: 1}, State: store.StateReady, Due: time.Now().Add(time.Hour), Tries: 1, Channel: "p.first", Outcome: store.OutcomeRejected,
		})
	}
	require.Equal(t, []string{number(0).Address, number(1).Address, number(2).Address}, w.load(t, store.LoadQuery{Retrying: true, Limit: 2}))
	require.Len(t, w.load(t, store.LoadQuery{Flow: flow(store.ClassTransactional), DueBefore: time.Now().Add(time.Second), Limit: 10}), 2)
	found, err := w.Load(t.Context(), store.LoadQuery{Retrying: true, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, 1, found[0].Attempts)
	require.Equal(t, 1, found[0].Tries)
}

// Many callers at once each get their own results.
func testAtOnce(t *testing.T, w *world) {
	const callers, each = 16, 25
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := range each {
				m := newMessage(c*each + i)
				results, err := w.Accept(t.Context(), []*store.NewMessage{m})
				if err != nil || results[0].ID != m.ID {
					t.Errorf("%v %v", results, err)
					return
				}
				a := store.Attempt{ID: m.ID, N: 1}
				seq := int64(c*each + i + 1)
				if gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{Seq: seq, Channel: "p.first", Attempts: []store.Attempt{a}, Began: time.Now()}); err != nil || len(gone) > 0 {
					t.Errorf("%v %v", gone, err)
				}
				s := accepted(m.ID, 1, fmt.Sprint("vendor ", seq))
				s.Handover, s.Ends, s.At = seq, true, time.Now()
				if err := w.Settle(t.Context(), w.epoch, []store.Settlement{s}); err != nil {
					t.Error(err)
				}
				if got, err := w.Events(t.Context(), []store.Event{{Scope: "p", Key: fmt.Sprint(seq), VendorID: fmt.Sprint("vendor ", seq), Status: "delivered"}}); err != nil || got[0].ID != m.ID {
					t.Errorf("%v %v", got, err)
				}
			}
		})
	}
	wg.Wait()
	counts, err := w.Counts(t.Context())
	require.NoError(t, err)
	require.Empty(t, counts)
	require.Len(t, w.told(t), callers*each)
	require.Zero(t, w.crash(t))
}

// A change that the database refuses fails alone.
func testRefusedChange(t *testing.T, w *world) {
	var wg sync.WaitGroup
	good := make([]*store.NewMessage, 50)
	for i := range good {
		good[i] = newMessage(i)
		wg.Go(func() {
			results, err := w.Accept(t.Context(), []*store.NewMessage{good[i]})
			if err != nil || results[0].Verdict != store.New {
				t.Errorf("%v %v", results, err)
			}
		})
		if i%10 == 0 {
			bad := newMessage(1000 + i)
			bad.Body = nil // not allowed
			wg.Go(func() {
				if _, err := w.Accept(t.Context(), []*store.NewMessage{bad}); err == nil {
					t.Error("a message without a body was accepted")
				}
			})
		}
	}
	wg.Wait()
	counts, err := w.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[store.State]int{store.StateReady: len(good)}, counts)
}
