// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// pair is a server with a standby that gets its changes later.
type pair struct {
	*testing.T
	server, standby *testpostgres.Server
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{T: t, server: testpostgres.Start(t)}
	p.server.Exec(t, `CREATE DATABASE gateway`)
	p.standby = p.server.Standby(t)
	return p
}

// node opens the database of the pair, and joins as a node that has a lane. It returns how many messages are in doubt.
func (p *pair) node(name, holder, lane string) (s *postgres.Store, e store.Epoch, inDoubt int) {
	p.Helper()
	url := "postgres:///gateway?host=" + p.server.Dir() + "," + p.standby.Dir() + "&target_session_attrs=read-write&user=" + testpostgres.User
	s, err := postgres.Open(p.Context(), url)
	require.NoError(p, err)
	p.Cleanup(func() { require.NoError(p, s.Close()) })
	e, err = s.JoinAs(p.Context(), name, holder)
	require.NoError(p, err)
	renewed, err := s.Renew(p.Context(), e, store.Renewal{Parts: map[string]string{lane: name}})
	require.NoError(p, err)
	return s, e, renewed.InDoubt
}

// failOver loses the server. The standby takes its place without what was recorded since StopReceiving.
func (p *pair) failOver() {
	p.Helper()
	p.server.Kill()
	p.standby.Promote(p.T)
}

func (p *pair) accept(s *postgres.Store, lane string) ids.ID {
	p.Helper()
	m := &store.NewMessage{ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: lane, APIKey: "shop"}
	_, err := s.Accept(p.Context(), []*store.NewMessage{m})
	require.NoError(p, err)
	return m.ID
}

func (p *pair) begin(s *postgres.Store, e store.Epoch, seq int64, id ids.ID) {
	p.Helper()
	gone, err := s.Begin(p.Context(), e, &store.Handover{Seq: seq, Channel: "cloudapi.main", Attempts: []store.Attempt{{ID: id, N: 1}}, Began: time.Now()})
	require.NoError(p, err)
	require.Empty(p, gone)
}

func accepted(id ids.ID, seq int64) store.Settlement {
	return store.Settlement{
		Attempt: store.Attempt{ID: id, N: 1}, Handover: seq, Ends: true, State: store.StateAccepted, Tries: 1, Channel: "cloudapi.main", At: time.Now(), Began: time.Now(),
		Outcome: store.OutcomeAccepted, Scope: "cloudapi", Correlations: []store.Correlation{{Key: id.String()}},
	}
}

func (p *pair) state(s *postgres.Store, id ids.ID) store.State {
	p.Helper()
	life, err := s.Get(p.Context(), id)
	require.NoError(p, err)
	return life.State
}

// available calls a function until the database can be reached.
func (p *pair) available(f func() error) error {
	p.Helper()
	var err error
	require.Eventually(p, func() bool {
		err = f()
		return err == nil || !errors.Is(err, store.ErrUnavailable)
	}, time.Minute, 20*time.Millisecond)
	return err
}

// A standby takes the place of its server and lacks the last changes. The gateway that made them makes them again before anything else, so
// that nothing that was accepted is lost, and nothing that was sent is sent again.
func TestFailover(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s, e, _ := p.node("one", "1", "+49100")
	before := p.accept(s, "+49100")
	p.standby.StopReceiving(t, p.server)
	after, under := p.accept(s, "+49100"), p.accept(s, "+49100")
	waits := p.accept(s, "+49100")
	p.begin(s, e, 1, before)
	p.begin(s, e, 2, after)
	p.begin(s, e, 3, under)
	require.NoError(t, s.Settle(t.Context(), e, []store.Settlement{accepted(before, 1), accepted(after, 2)}))
	results, err := s.Events(t.Context(), []store.Event{{Scope: "cloudapi", Key: "1", VendorID: after.String(), Status: outcome.StatusDelivered}})
	require.NoError(t, err)
	require.Equal(t, store.Applied, results[0].Effect)
	p.failOver()

	_, err = s.Begin(t.Context(), e, &store.Handover{Seq: 4, Channel: "cloudapi.main", Attempts: []store.Attempt{{ID: waits, N: 1}}})
	if errors.Is(err, store.ErrUnavailable) {
		err = p.available(func() error {
			_, err := s.Begin(t.Context(), e, &store.Handover{Seq: 4, Channel: "cloudapi.main", Attempts: []store.Attempt{{ID: waits, N: 1}}})
			return err
		})
	}
	require.ErrorIs(t, err, store.ErrFenced, "the gateway goes on with what it has in memory")
	require.Equal(t, store.StateAccepted, p.state(s, before))
	require.Equal(t, store.StateAccepted, p.state(s, after))
	require.Equal(t, store.StateReady, p.state(s, waits))
	require.NoError(t, s.Settle(t.Context(), e, []store.Settlement{accepted(under, 3)}), "the outcome of a call that was under way is not recorded")
	require.Equal(t, store.StateAccepted, p.state(s, under))
	life, err := s.Get(t.Context(), after)
	require.NoError(t, err)
	require.Equal(t, outcome.StatusDelivered, life.Status)

	again, err := s.JoinAs(t.Context(), "one", "1")
	require.NoError(t, err)
	inDoubt, err := s.Takeover(t.Context(), again)
	require.NoError(t, err)
	require.Zero(t, inDoubt)
	p.begin(s, again, 1, waits)
}

// A standby that has everything takes the place of its server, and the gateway goes on.
func TestFailoverWithoutLoss(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s, e, _ := p.node("one", "1", "+49100")
	id := p.accept(s, "+49100")
	p.begin(s, e, 1, id)
	p.standby.StopReceiving(t, p.server)
	_, err := postgres.Open(t.Context(), p.standby.URL("gateway"))
	require.ErrorContains(t, err, "the server is a standby, which takes no changes: name the primary server")
	p.failOver()
	require.NoError(t, p.available(func() error { return s.Settle(t.Context(), e, []store.Settlement{accepted(id, 1)}) }))
	_, err = s.Renew(t.Context(), e, store.Renewal{})
	require.NoError(t, err)
}

// The gateway that made the last changes is lost together with the server. What it may have sent is unknown, and not sent again.
func TestFailoverWithoutGateway(t *testing.T) {
	t.Parallel()
	for name, takeover := range map[string]func(p *pair, other *postgres.Store, e store.Epoch) int{
		"the node starts again": func(p *pair, _ *postgres.Store, _ store.Epoch) int {
			_, _, inDoubt := p.node("two", "2", "+49200")
			return inDoubt
		},
		"another node takes its lanes": func(p *pair, s *postgres.Store, e store.Epoch) int {
			parts := store.Renewal{Parts: map[string]string{"+49100": "one", "+49200": "two"}}
			renewed, err := s.Renew(p.Context(), e, parts)
			require.NoError(p, err)
			require.Equal(p, []string{"+49100"}, renewed.Parts, "another node has the lane before the lost one had time to tell what it has sent")
			p.standby.Text(p, "gateway", `UPDATE turn SET since = since - 60000`)
			p.standby.Text(p, "gateway", `UPDATE node SET until = until - 60000 WHERE name = 'two'`)
			p.standby.Text(p, "gateway", `UPDATE delivery SET due = due - 60000, accepted = accepted - 60000`)
			renewed, err = s.Renew(p.Context(), e, parts)
			require.NoError(p, err)
			require.Equal(p, []string{"+49100", "+49200"}, renewed.Parts)
			return renewed.InDoubt
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			one, e, _ := p.node("one", "1", "+49100")
			mine := p.accept(one, "+49100")
			two, lost, _ := p.node("two", "1", "+49200")
			sent := p.accept(one, "+49200")
			p.standby.StopReceiving(t, p.server)
			p.begin(two, lost, 1, sent)
			require.NoError(t, two.Close())
			p.failOver()
			require.NoError(t, p.available(func() error { return one.Ping(t.Context()) }))
			require.Equal(t, store.StateReady, p.state(one, sent), "the standby knows that the message was sent")
			require.Equal(t, 1, takeover(p, one, e))
			require.Equal(t, store.StateUnknown, p.state(one, sent))
			require.Equal(t, store.StateReady, p.state(one, mine))
		})
	}
}
