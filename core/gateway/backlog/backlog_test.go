// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package backlog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

func to(n int) message.Recipient {
	return message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprint("+", n)}
}

func flowOf(class store.Class, key string) store.Flow { return store.Flow{Class: class, APIKey: key} }

// take takes up to n messages and ends each of them immediately.
func take(l *Lane[string], n int) string {
	var all []string
	for range n {
		e := l.Take(nil)
		if e == nil {
			break
		}
		all = append(all, e.Value)
		l.Done(e)
	}
	return strings.Join(all, " ")
}

func TestUrgentClassesComeMoreOften(t *testing.T) {
	t.Parallel()
	l := NewLane[string]()
	for i := range 100 {
		l.Add(flowOf(store.ClassMarketing, "k"), to(i), "m")
		l.Add(flowOf(store.ClassTransactional, "k"), to(i), "t")
		l.Add(flowOf(store.ClassAuthentication, "k"), to(i), "a")
	}
	round := strings.Repeat("a ", 16) + "t t t t m"
	require.Equal(t, round+" "+round, take(l, 42))
}

// While others wait, a code is the next message.
func TestACodeDoesNotWait(t *testing.T) {
	t.Parallel()
	l := NewLane[string]()
	for i := range 1000 {
		l.Add(flowOf(store.ClassMarketing, "k"), to(i), "m")
	}
	for i := range 20 {
		require.Equal(t, "m", take(l, 1))
		l.Add(flowOf(store.ClassAuthentication, "k"), to(i), "a")
		require.Equal(t, "a", take(l, 1))
	}
}

// A code is the next message also if many codes came one by one before, as long as others were sent in between.
func TestACodeAfterManyDoesNotWait(t *testing.T) {
	t.Parallel()
	l := NewLane[string]()
	for i := range 1000 {
		l.Add(flowOf(store.ClassTransactional, "k"), to(i), "t")
	}
	for i := range 100 {
		if i%5 == 0 {
			require.Equal(t, "t", take(l, 1))
		}
		l.Add(flowOf(store.ClassAuthentication, "k"), to(i), "a")
		require.Equal(t, "a", take(l, 1), "code %d", i)
	}
}

func TestFlowsTakeTurns(t *testing.T) {
	t.Parallel()
	l := NewLane[string]()
	for i := range 6 {
		l.Add(flowOf(store.ClassMarketing, "large"), to(i), fmt.Sprint("l", i))
	}
	l.Add(flowOf(store.ClassMarketing, "small"), to(10), "s0")
	l.Add(flowOf(store.ClassMarketing, "small"), to(11), "s1")
	require.Equal(t, "l0 s0 l1 s1 l2 l3 l4 l5", take(l, 100))
	require.True(t, l.Empty())
}

func TestARecipientGetsOneAtATime(t *testing.T) {
	t.Parallel()
	l := NewLane[string]()
	f := flowOf(store.ClassTransactional, "k")
	l.Add(f, to(1), "1a")
	l.Add(flowOf(store.ClassTransactional, "another key"), to(1), "1b")
	l.Add(f, to(1), "1c")
	l.Add(f, to(2), "2a")
	l.Add(flowOf(store.ClassAuthentication, "k"), to(1), "code")
	code, first := l.Take(nil), l.Take(nil)
	require.Equal(t, "code 1a", code.Value+" "+first.Value, "the order is one within a class")
	second := l.Take(nil)
	require.Equal(t, "2a", second.Value)
	require.Nil(t, l.Take(nil))
	l.Done(code)
	require.Nil(t, l.Take(nil))
	l.Return(first)
	require.Equal(t, 1, l.Ready())
	first = l.Take(nil)
	require.Equal(t, "1a", first.Value, "it is sent again before those that wait for it")
	l.Done(first)
	require.Equal(t, "1b 1c", take(l, 10))
	l.Done(second)
	require.True(t, l.Empty())
}

func TestAddTaken(t *testing.T) {
	t.Parallel()
	l := NewLane[string]()
	f := flowOf(store.ClassTransactional, "k")
	retry := l.AddTaken(f, to(1), "retry")
	require.Nil(t, l.AddTaken(f, to(1), "another"))
	l.Add(f, to(1), "next")
	require.Zero(t, l.Ready())
	l.Return(retry)
	require.Equal(t, "retry next", take(l, 10))
}

// Whatever happens, each message is taken once, and those of a class to a recipient in the order in which they were added.
func TestOrderHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type value struct{ class, to, n int }
		l := NewLane[value]()
		var taken []*Entry[value]
		last, open := map[[2]int]int{}, map[[2]int]bool{}
		added, done := 0, 0
		end := func() {
			i := rapid.IntRange(0, len(taken)-1).Draw(t, "which")
			e := taken[i]
			taken = append(taken[:i], taken[i+1:]...)
			key := [2]int{e.Value.class, e.Value.to}
			open[key] = false
			if rapid.IntRange(0, 3).Draw(t, "again") == 0 {
				last[key] = e.Value.n - 1
				l.Return(e)
				return
			}
			done++
			l.Done(e)
		}
		get := func() bool {
			e := l.Take(nil)
			if e == nil {
				return false
			}
			key := [2]int{e.Value.class, e.Value.to}
			require.False(t, open[key])
			require.Greater(t, e.Value.n, last[key])
			last[key], open[key] = e.Value.n, true
			taken = append(taken, e)
			return true
		}
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				added++
				v := value{rapid.IntRange(0, 2).Draw(t, "class"), rapid.IntRange(0, 4).Draw(t, "to"), added}
				l.Add(flowOf(store.Class(v.class), rapid.StringMatching("[ab]").Draw(t, "key")), to(v.to), v)
			case 1:
				get()
			case 2:
				if len(taken) > 0 {
					end()
				}
			}
		}
		for get() || len(taken) > 0 {
			if len(taken) > 0 {
				end()
			}
		}
		require.Equal(t, added, done)
		require.True(t, l.Empty())
		require.Zero(t, l.Ready())
	})
}

// A campaign that is held is passed by others of its class and key, also to the same recipient, and goes on where it was.
func TestHeldCampaigns(t *testing.T) {
	t.Parallel()
	l := NewLane[string]()
	campaign := store.Flow{Class: store.ClassMarketing, APIKey: "k", Campaign: "spring"}
	for i := range 3 {
		l.Add(campaign, to(i), fmt.Sprint("c", i))
	}
	l.Add(campaign, to(0), "c0 again")
	l.Add(flowOf(store.ClassMarketing, "k"), to(0), "m0")
	l.Add(flowOf(store.ClassMarketing, "k"), to(1), "m1")
	held := true
	next := func() string {
		e := l.Take(func(name string) bool {
			require.Equal(t, "spring", name)
			return held
		})
		if e == nil {
			return ""
		}
		l.Done(e)
		return e.Value
	}
	require.Equal(t, []string{"m0", "m1", "", ""}, []string{next(), next(), next(), next()})
	require.Equal(t, 3, l.Ready())
	held = false
	l.Add(flowOf(store.ClassMarketing, "k"), to(2), "m2")
	require.Equal(t, []string{"c0", "m2", "c1", "c2", "c0 again", ""}, []string{next(), next(), next(), next(), next(), next()})
	require.True(t, l.Empty())
}
