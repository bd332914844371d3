// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/internal/testpostgres"
)

// slow is a worker that takes as long as the test lets it. It returns an error of its context.
type slow struct{ begun, end chan struct{} }

func newSlow() slow {
	return slow{make(chan struct{}, 100), make(chan struct{})}
}

func (s slow) Parts(ctx context.Context) (map[string]string, error) {
	return map[string]string{"+49100": "+49100"}, ctx.Err()
}

func (s slow) Have(ctx context.Context, _ []string) ([]string, error) {
	s.begun <- struct{}{}
	select {
	case <-s.end:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func open(t *testing.T, url, name string) *Member {
	t.Helper()
	s, err := postgres.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := Join(t.Context(), Options{Store: s, Name: name, Holder: "1", Log: hclog.NewNullLogger()})
	require.NoError(t, err)
	return m
}

// renewals waits until the lease was renewed a number of times.
func renewals(t *testing.T, url string, times int) {
	t.Helper()
	until := func() string { return testpostgres.Text(t, url, `SELECT until FROM node`) }
	for last := until(); times > 0; times-- {
		var is string
		require.Eventually(t, func() bool { is = until(); return is != last }, time.Minute, 10*time.Millisecond, "the lease is not renewed")
		last = is
	}
}

// A node keeps its lease while it loads what it has to do, however long that takes, also before it has begun.
func TestTheLeaseDoesNotWaitForWorkers(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	m := open(t, url, "one")
	renewals(t, url, 2)
	worker := newSlow()
	started := make(chan error, 1)
	go func() { started <- m.Start(context.Background(), worker) }()
	<-worker.begun
	renewals(t, url, 2)
	require.Equal(t, "1", testpostgres.Text(t, url, `SELECT count(*) FROM part`), "the parts stay with the node")
	close(worker.end)
	require.NoError(t, <-started)
	require.True(t, m.Valid(time.Second))
	<-worker.begun
	require.NoError(t, m.Close(t.Context(), true))
}

// What a worker asks for and gets no answer to ends, so that it can be asked for with another connection.
func TestWorkEnds(t *testing.T) {
	t.Parallel()
	m := open(t, testpostgres.Database(t), "one")
	m.limit = time.Millisecond
	err := m.Start(t.Context(), newSlow())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, m.Close(t.Context(), true))
}
