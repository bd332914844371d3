// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/gateway/cluster"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
)

func TestMain(m *testing.M) {
	code := m.Run()
	testpostgres.Stop()
	if err := goleak.Find(); err != nil && code == 0 {
		os.Stderr.WriteString(err.Error() + "\n")
		code = 1
	}
	os.Exit(code)
}

// lane is a worker that can do one lane.
type lane struct{ has chan []string }

func (l lane) Parts(context.Context) (map[string]string, error) {
	return map[string]string{"+49100": "+49100"}, nil
}

func (l lane) Have(_ context.Context, parts []string) ([]string, error) {
	select {
	case l.has <- parts:
	default:
	}
	return nil, nil
}

func join(t *testing.T, s *postgres.Store, name string, inDoubt func(int)) *cluster.Member {
	t.Helper()
	m, err := cluster.Join(t.Context(), cluster.Options{Store: s, Name: name, Holder: "1", InDoubt: inDoubt, Log: hclog.NewNullLogger()})
	require.NoError(t, err)
	return m
}

// The node that takes the place of another one counts the messages that became unknown, and has its lanes.
func TestMessagesInDoubtAreCounted(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	open := func() *postgres.Store {
		s, err := postgres.Open(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	}
	first, second := open(), open()
	dies := join(t, first, "one", nil)
	_, err := first.Renew(t.Context(), dies.Epoch(), store.Renewal{Parts: map[string]string{"+49100": "+49100"}})
	require.NoError(t, err)
	m := &store.NewMessage{
		ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: "+49100", APIKey: "shop",
	}
	_, err = first.Accept(t.Context(), []*store.NewMessage{m})
	require.NoError(t, err)
	gone, err := first.Begin(t.Context(), dies.Epoch(), &store.Handover{Seq: 1, Channel: "p.first", Attempts: []store.Attempt{{ID: m.ID, N: 1}}, Began: time.Now()})
	require.NoError(t, err)
	require.Empty(t, gone)
	testpostgres.Text(t, url, `UPDATE node SET until = 1 WHERE id = `+strconv.Itoa(dies.Epoch().Node))

	inDoubt := 0
	lives := join(t, second, "two", func(messages int) { inDoubt += messages })
	worker := lane{make(chan []string, 1)}
	require.NoError(t, lives.Start(t.Context(), worker))
	require.Equal(t, []string{"+49100"}, <-worker.has)
	require.NoError(t, lives.Close(t.Context(), true))
	require.Equal(t, 1, inDoubt)
	require.NoError(t, dies.Close(t.Context(), true), "a node that was ended has nothing to give back")
}

// warnings are the lines of a log that have a text, as they are written.
type warnings struct {
	about string
	seen  chan string
}

func (w warnings) Write(line []byte) (int, error) {
	if strings.Contains(string(line), w.about) {
		select {
		case w.seen <- string(line):
		default:
		}
	}
	return len(line), nil
}

// Several gateways on a database that may lose what it has recorded say so.
func TestSynchronousStandbyIsMissed(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	log := warnings{about: "synchronous_standby_names", seen: make(chan string, 1)}
	var members []*cluster.Member
	for _, name := range []string{"one", "two"} {
		s, err := postgres.Open(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		m, err := cluster.Join(t.Context(), cluster.Options{Store: s, Name: name, Holder: "1", Log: hclog.New(&hclog.LoggerOptions{Output: log})})
		require.NoError(t, err)
		require.NoError(t, m.Start(t.Context(), lane{make(chan []string, 1)}))
		members = append(members, m)
	}
	require.Contains(t, <-log.seen, "[WARN]")
	for _, m := range members {
		require.NoError(t, m.Close(t.Context(), true))
	}
}
