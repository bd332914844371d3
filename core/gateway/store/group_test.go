// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeTx collects the names of the changes of one commit.
type fakeTx struct{ names []string }

// fakeLog commits changes to a list.
type fakeLog struct {
	commits [][]string
	tried   chan int // gets the number of changes of each commit before it is made
	proceed chan struct{}
}

func (f *fakeLog) commit(ops []Op[*fakeTx]) error {
	if f.tried != nil {
		f.tried <- len(ops)
		<-f.proceed
	}
	tx := &fakeTx{}
	for _, op := range ops {
		if err := op.Apply(tx); err != nil {
			return err
		}
	}
	f.commits = append(f.commits, tx.names)
	return nil
}

func named(name string) Op[*fakeTx] {
	return Op[*fakeTx]{Messages: 1, Bytes: 10, Apply: func(tx *fakeTx) error {
		tx.names = append(tx.names, name)
		return nil
	}}
}

// queue calls Do in the background, and returns when the change waits.
func queue(g *Group[*fakeTx], wg *sync.WaitGroup, op Op[*fakeTx], waiting int) {
	wg.Go(func() { _ = g.Do(op) })
	for {
		g.mu.Lock()
		n := len(g.waiting)
		g.mu.Unlock()
		if n == waiting {
			return
		}
		runtime.Gosched()
	}
}

func TestChangesGatherDuringACommit(t *testing.T) {
	t.Parallel()
	log := &fakeLog{tried: make(chan int), proceed: make(chan struct{})}
	g := NewGroup(log.commit)
	var wg sync.WaitGroup
	wg.Go(func() { _ = g.Do(named("first")) })
	require.Equal(t, 1, <-log.tried)
	for i := range 3 {
		queue(g, &wg, named(fmt.Sprint(i)), i+1)
	}
	log.proceed <- struct{}{}
	require.Equal(t, 3, <-log.tried)
	log.proceed <- struct{}{}
	wg.Wait()
	g.Close()
	require.Equal(t, [][]string{{"first"}, {"0", "1", "2"}}, log.commits)
	require.ErrorIs(t, g.Do(named("late")), ErrClosed)
}

func TestACommitIsBounded(t *testing.T) {
	t.Parallel()
	for name, op := range map[string]Op[*fakeTx]{"messages": {Messages: groupMessages / 2}, "bytes": {Bytes: groupBytes / 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op.Apply = func(*fakeTx) error { return nil }
			log := &fakeLog{tried: make(chan int), proceed: make(chan struct{})}
			g := NewGroup(log.commit)
			var wg sync.WaitGroup
			wg.Go(func() { _ = g.Do(named("first")) })
			require.Equal(t, 1, <-log.tried)
			for i := range 5 {
				queue(g, &wg, op, i+1)
			}
			var sizes []int
			for range 3 {
				log.proceed <- struct{}{}
				sizes = append(sizes, <-log.tried)
			}
			log.proceed <- struct{}{}
			wg.Wait()
			g.Close()
			require.Equal(t, []int{2, 2, 1}, sizes)
		})
	}
}

// A change that cannot be made fails alone, and the others are made once.
func TestAFailureIsAlone(t *testing.T) {
	t.Parallel()
	log := &fakeLog{}
	g := NewGroup(func(ops []Op[*fakeTx]) error { return log.commit(ops) })
	poisoned := errors.New("poisoned")
	results := make([]error, 20)
	var wg sync.WaitGroup
	for i := range results {
		op := named(fmt.Sprint(i))
		if i == 7 {
			op.Apply = func(*fakeTx) error { return poisoned }
		}
		wg.Go(func() { results[i] = g.Do(op) })
	}
	wg.Wait()
	g.Close()
	for i, err := range results {
		if i == 7 {
			require.ErrorIs(t, err, poisoned)
			continue
		}
		require.NoError(t, err)
	}
	all := slices.Concat(log.commits...)
	require.Len(t, all, 19)
	slices.Sort(all)
	require.Len(t, slices.Compact(all), 19)
}
