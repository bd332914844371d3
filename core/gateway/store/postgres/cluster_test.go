// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
)

// node is a store that has joined as a node.
type node struct {
	*postgres.Store
	t     *testing.T
	url   string
	epoch store.Epoch
}

func joinAs(t *testing.T, url, name string) *node {
	t.Helper()
	s, err := postgres.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	n := &node{Store: s, t: t, url: url}
	n.epoch, err = s.JoinAs(t.Context(), name, "1")
	require.NoError(t, err)
	return n
}

// renew renews the lease with parts that are groups of their own, and returns those that the node has.
func (n *node) renew(parts string, released ...string) *store.Renewed {
	n.t.Helper()
	r := store.Renewal{Parts: map[string]string{}, Released: released}
	for _, p := range strings.Fields(parts) {
		r.Parts[p] = p
	}
	done, err := n.Renew(n.t.Context(), n.epoch, r)
	require.NoError(n.t, err)
	return done
}

// expire lets the lease of a node run out.
func (n *node) expire() {
	testpostgres.Text(n.t, n.url, `UPDATE node SET until = 1 WHERE id = `+strconv.Itoa(n.epoch.Node))
}

func (n *node) accept(lane string) ids.ID {
	n.t.Helper()
	m := &store.NewMessage{
		ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: lane, APIKey: "shop",
	}
	_, err := n.Accept(n.t.Context(), []*store.NewMessage{m})
	require.NoError(n.t, err)
	return m.ID
}

func (n *node) begin(seq int64, id ids.ID) (gone []ids.ID, err error) {
	return n.Begin(n.t.Context(), n.epoch, &store.Handover{Seq: seq, Channel: "p.first", Attempts: []store.Attempt{{ID: id, N: 1}}, Began: time.Now()})
}

const manyParts = "a b c d e f g h i j k l m n o p"

// Each part is that of one node. A node that comes gets its share as soon as others release it, and one that goes leaves all.
func TestPartsAreDivided(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one := joinAs(t, url, "one")
	all := strings.Fields(manyParts)
	first := one.renew(manyParts)
	require.Equal(t, all, first.Parts)
	require.Empty(t, first.Unwanted)
	require.Equal(t, []string{"one"}, first.Nodes)
	require.False(t, first.Asynchronous, "there is no other node")
	two := joinAs(t, url, "two")
	require.Empty(t, two.renew(manyParts).Parts, "the other node has them all")
	second := one.renew(manyParts)
	require.Equal(t, all, second.Parts)
	require.NotEmpty(t, second.Unwanted)
	require.Less(t, len(second.Unwanted), len(all))
	require.Equal(t, []string{"one", "two"}, second.Nodes)
	require.True(t, second.Asynchronous)
	third := one.renew(manyParts, second.Unwanted...)
	require.Equal(t, len(all)-len(second.Unwanted), len(third.Parts))
	require.Equal(t, second.Unwanted, two.renew(manyParts).Parts)

	require.NoError(t, two.Leave(t.Context(), two.epoch))
	require.Equal(t, all, one.renew(manyParts).Parts)
	_, err := two.Renew(t.Context(), two.epoch, store.Renewal{})
	require.ErrorIs(t, err, store.ErrFenced)
	require.NoError(t, one.Leave(t.Context(), one.epoch))
}

// A part that only one node can do is that of this node, and parts of a group stay together.
func TestPartsOfAGroup(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one, two := joinAs(t, url, "one"), joinAs(t, url, "two")
	group := store.Renewal{Parts: map[string]string{"a": "g", "b": "g", "c": "g"}}
	has := func(n *node) []string {
		done, err := n.Renew(t.Context(), n.epoch, group)
		require.NoError(t, err)
		return done.Parts
	}
	has(one)
	parts := [][]string{has(two), has(one)}
	slices.SortFunc(parts, func(a, b []string) int { return len(a) - len(b) })
	require.Equal(t, [][]string{nil, {"a", "b", "c"}}, parts)
	require.Contains(t, two.renew("only").Parts, "only")
}

// The messages that an ended node had begun are unknown before another node gets its lanes, and what it still does is refused.
func TestALeaseRunsOut(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one := joinAs(t, url, "one")
	require.Equal(t, []string{"+49100"}, one.renew("+49100").Parts)
	begun, waiting := one.accept("+49100"), one.accept("+49100")
	gone, err := one.begin(1, begun)
	require.NoError(t, err)
	require.Empty(t, gone)
	two := joinAs(t, url, "two")
	require.Empty(t, two.renew("+49100").Parts)
	for _, id := range []ids.ID{begun, waiting} {
		gone, err = two.begin(1, id)
		require.NoError(t, err)
		require.Equal(t, []ids.ID{id}, gone, "the lane is that of the other node")
	}
	// While the database was away, nobody could renew a lease.
	one.expire()
	two.expire()
	require.Empty(t, two.renew("+49100").Parts)
	one.renew("+49100")
	one.expire()
	done := two.renew("+49100")
	require.Equal(t, []string{"+49100"}, done.Parts)
	require.Equal(t, 1, done.InDoubt)
	_, err = one.begin(2, waiting)
	require.ErrorIs(t, err, store.ErrFenced)
	l, err := two.Get(t.Context(), begun)
	require.NoError(t, err)
	require.Equal(t, store.StateUnknown, l.State)
	gone, err = two.begin(1, waiting)
	require.NoError(t, err)
	require.Empty(t, gone)
	again, err := one.JoinAs(t.Context(), "one", "1")
	require.NoError(t, err)
	require.Greater(t, again.Number, one.epoch.Number)
}

// A process that joins as a node takes the place of an earlier one, which cannot take it back.
func TestANameIsTaken(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	old := joinAs(t, url, "one")
	_, err := old.JoinAs(t.Context(), "one", "2")
	require.NoError(t, err)
	_, err = old.Renew(t.Context(), old.epoch, store.Renewal{})
	require.ErrorIs(t, err, store.ErrFenced)
	_, err = old.JoinAs(t.Context(), "one", "1")
	var taken *store.NameTakenError
	require.ErrorAs(t, err, &taken)
	require.ErrorContains(t, err, "--node")
}

// The node of a lane is told what others accept and change, once and in order.
func TestArrivals(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one, two := joinAs(t, url, "one"), joinAs(t, url, "two")
	one.renew("+49100")
	arrivals := func(n *node, done ...ids.ID) (ready, gone []ids.ID) {
		t.Helper()
		found, gone, err := n.Arrivals(t.Context(), n.epoch, done, 10)
		require.NoError(t, err)
		for _, r := range found {
			ready = append(ready, r.ID)
		}
		return ready, gone
	}
	one.accept("+49100")
	ready, gone := arrivals(one)
	require.Empty(t, ready, "it knows its own messages")
	require.Empty(t, gone)
	two.accept("+49200") // has no node yet
	first := two.accept("+49100")
	second := one.accept("+49100") // would overtake the first
	third := two.accept("+49100")
	want := []ids.ID{first, second, third}
	ready, _ = arrivals(one)
	require.Equal(t, want, ready)
	ready, _ = arrivals(two)
	require.Empty(t, ready)
	_, err := two.Command(t.Context(), two.epoch, &store.Command{Action: store.ActionCancel, ID: third, At: time.Now()})
	require.NoError(t, err)
	ready, gone = arrivals(one)
	require.Equal(t, []any{want[:2], want[2:]}, []any{ready, gone}, "nothing is forgotten before it is done")
	ready, gone = arrivals(one, want...)
	require.Empty(t, ready)
	require.Empty(t, gone)

	two.renew("+49100 +49200")
	require.NoError(t, one.Move(t.Context(), one.epoch, []ids.ID{first}, "+49200"))
	ready, _ = arrivals(two)
	require.Equal(t, []ids.ID{first}, ready)
}

// Nodes write at the same time. Each message is begun by one of them, and what an application is told has one order.
func TestNodesAtOnce(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	nodes := []*node{joinAs(t, url, "one"), joinAs(t, url, "two"), joinAs(t, url, "three")}
	const messages = 60
	all := make([]ids.ID, messages)
	for i := range all {
		all[i] = nodes[0].accept("+49100")
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	told := 0
	for _, n := range nodes {
		for _, id := range all {
			wg.Go(func() {
				results, err := n.Events(t.Context(), []store.Event{{Scope: "p", Key: id.String(), Attempt: id.Attempt(1), Status: "sent"}})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if results[0].Effect == store.Applied {
					told++
				}
			})
		}
	}
	seen := map[ids.ID]bool{}
	var at store.Position
	for len(seen) < messages && !t.Failed() {
		notices, err := nodes[1].Notices(t.Context(), at, 10)
		require.NoError(t, err)
		for _, notice := range notices {
			require.False(t, seen[notice.ID])
			seen[notice.ID], at = true, notice.Position
		}
	}
	wg.Wait()
	require.Equal(t, messages, told)
}
