// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

const (
	sent      = outcome.StatusSent
	delivered = outcome.StatusDelivered
	read      = outcome.StatusRead
)

// notice returns a status of a message.
func notice(key string, s outcome.Status) Notice {
	return Notice{
		ID: key + "-" + string(s), Key: key, Number: number, At: start,
		Status: &Status{WAMID: "wamid." + key, To: message.Recipient{Kind: message.RecipientPhone, Address: "+16505551234"}, Status: s},
	}
}

func what(key string, s outcome.Status) string { return fmt.Sprintf("wamid.%s %s", key, s) }

func TestNoticesOfAMessageAreInOrderAndOthersDoNotWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outbox.add(notice("a", sent), notice("a", delivered), notice("b", sent))
	r, stop := w.run(t)
	first, second := w.receiver.next(t), w.receiver.next(t)
	if first.what(t) != what("a", sent) {
		first, second = second, first
	}
	require.Equal(t, what("a", sent), first.what(t))
	require.Equal(t, what("b", sent), second.what(t))
	second.ok()
	require.NoError(t, <-w.posted)
	w.outbox.add(notice("b", delivered))
	w.wake(r)
	w.receiver.expect(t, what("b", delivered), 200)
	require.NoError(t, <-w.posted)
	w.receiver.none(t) // a waits for its first one
	first.ok()
	w.receiver.expect(t, what("a", delivered), 204)
	require.NoError(t, <-w.posted)
	require.NoError(t, <-w.posted)
	require.NoError(t, stop())
	assert.Equal(t, int64(4), w.outbox.cursor["shop"].Seq)
	assert.Empty(t, w.outbox.retries)
}

func TestTheCursorFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outbox.add(notice("a", sent))
	w.run(t)
	w.receiver.expect(t, what("a", sent), 200)
	require.NoError(t, <-w.posted)
	w.clock.advance(advanceTime)
	w.outbox.until(t, "the cursor", func() bool { return w.outbox.cursor["shop"].Seq == 1 })
}

func TestAFailedNoticeIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outbox.add(notice("a", sent), notice("a", delivered))
	_, stop := w.run(t)
	waits := []time.Duration{5 * time.Second, 20 * time.Second, 80 * time.Second, 320 * time.Second, 1280 * time.Second, 5120 * time.Second, 20480 * time.Second, 12 * time.Hour}
	at := w.clock.Now()
	for i, wait := range waits {
		w.receiver.expect(t, what("a", sent), 500)
		require.ErrorContains(t, <-w.posted, "HTTP 500")
		w.outbox.until(t, "the retry", func() bool { return w.outbox.retries["a-sent"].Tries == i+1 })
		leader := w.outbox.retries["a-sent"]
		assert.Equal(t, wait, leader.Due.Sub(at), i)
		assert.Equal(t, start, leader.First)
		assert.Equal(t, "the endpoint answered HTTP 500", leader.Error)
		assert.Equal(t, leader.Due, w.outbox.retries["a-delivered"].Due, "it waits for the other")
		w.clock.advance(wait - time.Nanosecond)
		w.outbox.add(notice("b", outcome.Status(fmt.Sprint(i))))
		w.receiver.expect(t, what("b", outcome.Status(fmt.Sprint(i))), 200) // and nothing of a
		require.NoError(t, <-w.posted)
		w.clock.advance(time.Nanosecond)
		at = w.clock.Now()
	}
	w.receiver.expect(t, what("a", sent), 200)
	w.receiver.expect(t, what("a", delivered), 200)
	require.NoError(t, <-w.posted)
	require.NoError(t, <-w.posted)
	w.outbox.until(t, "the end of the retries", func() bool { return len(w.outbox.retries) == 0 })
	require.NoError(t, stop())
	assert.Equal(t, int64(2+len(waits)), w.outbox.cursor["shop"].Seq)
}

func TestANoticeThatWasErasedIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outbox.add(notice("a", sent), notice("a", delivered))
	_, stop := w.run(t)
	w.receiver.expect(t, what("a", sent), 500)
	require.Error(t, <-w.posted)
	w.outbox.until(t, "the retries", func() bool { return len(w.outbox.retries) == 2 })
	w.outbox.mu.Lock()
	w.outbox.erased = w.outbox.notices[0].ID
	w.outbox.mu.Unlock()
	w.clock.advance(firstRetry)
	w.receiver.expect(t, what("a", delivered), 200)
	require.NoError(t, <-w.posted)
	require.NoError(t, stop())
	require.Empty(t, w.outbox.retries)
	w.receiver.none(t)
}

func TestANoticeDiesAfterThreeDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outbox.add(notice("a", sent), notice("a", delivered))
	_, stop := w.run(t)
	tries := 0
	for dead := false; !dead; {
		require.Equal(t, what("a", sent), func() string {
			got := w.receiver.next(t)
			got.answer <- answer{status: 404}
			return got.what(t)
		}())
		tries++
		require.Error(t, <-w.posted)
		w.outbox.until(t, "the record", func() bool { return w.outbox.retries["a-sent"].Tries == tries })
		dead = w.outbox.retries["a-sent"].Dead
		if !dead {
			w.clock.advance(w.outbox.retries["a-sent"].Due.Sub(w.clock.Now()))
		}
	}
	assert.Equal(t, 13, tries)
	assert.Less(t, w.clock.Now().Sub(start), giveUp)
	assert.Greater(t, w.clock.Now().Sub(start), giveUp-longestRetry)
	w.clock.advance(longestPause)
	w.receiver.expect(t, what("a", delivered), 200) // the next one has its own three days
	require.NoError(t, <-w.posted)

	require.NoError(t, stop())
}

func TestTheEndpointMaySayWhen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after string
		want  time.Duration
	}{
		"seconds": {"60", time.Minute},
		"sooner":  {"1", 5 * time.Second},
		"never":   {"99999999999", 5 * time.Second}, // not a number of seconds that anybody means
		"days":    {"999999", longestRetry},
		"a date":  {"Thu, 26 Nov 2026 10:02:00 GMT", 2 * time.Minute},
		"nothing": {"soon", 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.outbox.add(notice("a", sent))
			w.run(t)
			w.receiver.next(t).answer <- answer{503, test.after}
			w.outbox.until(t, "the retry", func() bool { return len(w.outbox.retries) == 1 })
			if name == "never" {
				assert.GreaterOrEqual(t, w.outbox.retries["a-sent"].Due.Sub(start), test.want)
				return
			}
			assert.Equal(t, test.want, w.outbox.retries["a-sent"].Due.Sub(start))
		})
	}
}

func TestAnEndpointThatIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outbox.add(notice("a", sent), notice("b", sent))
	_, stop := w.run(t)
	w.receiver.next(t).answer <- answer{status: 410}
	w.receiver.next(t).ok()
	<-w.posted
	<-w.posted
	w.outbox.until(t, "the record", func() bool { return w.outbox.disabled != "" })
	require.ErrorIs(t, stop(), ErrDisabled)
	assert.Len(t, w.outbox.retries, 1, "it is there when the endpoint is enabled again")
}

// TestAnEndpointThatIsDown checks that one request at a time is made until it works again.
func TestAnEndpointThatIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 100
	for i := range many {
		w.outbox.add(notice(fmt.Sprint(i), sent))
	}
	_, stop := w.run(t)
	for tried := 0; tried < maxInFlight || w.inFlight > 0; tried++ { // until the runner has learned it, more are posted
		w.receiver.next(t).answer <- answer{status: 502}
		require.Error(t, <-w.posted)
	}
	probes := 0
	for at := w.clock.Now(); probes < 5; probes++ {
		w.receiver.none(t)
		w.clock.advance(longestPause)
		got := w.receiver.next(t)
		w.receiver.none(t)
		got.answer <- answer{status: 502}
		require.Error(t, <-w.posted)
		assert.LessOrEqual(t, w.clock.Now().Sub(at), time.Hour)
	}
	w.clock.advance(longestPause)
	w.receiver.next(t).ok()
	require.NoError(t, <-w.posted)
	w.clock.advance(longestRetry)
	for range many - 1 {
		w.receiver.next(t).ok()
		require.NoError(t, <-w.posted)
	}
	w.outbox.until(t, "the end of the retries", func() bool { return len(w.outbox.retries) == 0 })
	require.NoError(t, stop())
	assert.Equal(t, int64(many), w.outbox.cursor["shop"].Seq)
}

func TestWhatTheStoreCannotRecordIsRecordedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outbox.add(notice("a", sent), notice("b", sent))
	_, stop := w.run(t)
	first, second := w.receiver.next(t), w.receiver.next(t)
	w.outbox.mu.Lock()
	w.outbox.failing = true
	w.outbox.mu.Unlock()
	first.ok()
	second.answer <- answer{status: 500}
	<-w.posted
	<-w.posted
	w.outbox.mu.Lock()
	w.outbox.failing = false
	w.outbox.mu.Unlock()
	w.clock.advance(storeRetry)
	w.outbox.until(t, "the record", func() bool { return len(w.outbox.retries) == 1 })
	require.NoError(t, stop())
	assert.Equal(t, int64(2), w.outbox.cursor["shop"].Seq)
}

func TestAnEndpointWantsSomeEventsOnly(t *testing.T) {
	t.Parallel()
	inbound := Notice{ID: "in-1", Key: "in-1", Number: number, At: start, Inbound: &Inbound{Message: []byte(`{"id":"wamid.in"}`)}}
	other := notice("other", sent)
	other.Number = "4711"
	for name, test := range map[string]struct {
		events, numbers []string
		want            []string
	}{
		"all":      {nil, nil, []string{what("a", sent), "wamid.in", what("other", sent)}},
		"statuses": {[]string{EventStatuses}, nil, []string{what("a", sent), what("other", sent)}},
		"messages": {[]string{EventMessages}, []string{number}, []string{"wamid.in"}},
		"a number": {nil, []string{"4711"}, []string{what("other", sent)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.options.Endpoint.Events, w.options.Endpoint.Numbers = test.events, test.numbers
			w.outbox.add(notice("a", sent), inbound, other)
			_, stop := w.run(t)
			var got []string
			for range test.want {
				r := w.receiver.next(t)
				got = append(got, r.what(t))
				r.ok()
				require.NoError(t, <-w.posted)
			}
			assert.ElementsMatch(t, test.want, got)
			require.NoError(t, stop())
			assert.Equal(t, int64(3), w.outbox.cursor["shop"].Seq)
			w.receiver.none(t)
		})
	}
}

// TestNothingIsLost lets an endpoint fail and the runner stop at random. Each notice arrives, and those of a message in order.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, seed))
			w := newWorld(t)
			const messages, statuses = 40, 3
			for s := range statuses {
				for m := range messages {
					w.outbox.add(notice(fmt.Sprint("m", m), outcome.Status(fmt.Sprint(s))))
				}
			}
			var mu sync.Mutex
			taken := map[string][]string{} // by message, in the order of the first time
			failed := map[string]int{}
			const most = 5 // after more failures a retry waits for hours, and the clock of the test moves by seconds
			decide := func(r request) int {
				mu.Lock()
				defer mu.Unlock()
				id := r.what(t)
				if failed[id] < most && random.IntN(3) == 0 {
					failed[id]++
					return 500
				}
				if key := id[:len(id)-2]; !slices.Contains(taken[key], id) {
					taken[key] = append(taken[key], id)
				}
				return 200
			}
			w.receiver.decide.Store(&decide)
			lives := 0
			for finished := false; !finished; lives++ {
				require.Less(t, lives, 500)
				_, stop := w.run(t)
				mu.Lock()
				steps := 1 + random.IntN(60)
				mu.Unlock()
				for range steps {
					select {
					case <-w.posted:
					case <-w.clock.asked:
						w.clock.next()
					case <-time.After(patience):
						require.FailNow(t, "nothing happens")
					}
				}
				require.NoError(t, stop())
				finished = len(w.outbox.retries) == 0 && w.outbox.cursor["shop"].Seq == messages*statuses
			}
			require.Len(t, taken, messages)
			for key, ids := range taken {
				require.Len(t, ids, statuses, key)
				for s, id := range ids {
					assert.Equal(t, what(key[len("wamid."):], outcome.Status(fmt.Sprint(s))), id)
				}
			}
			assert.Greater(t, lives, 3)
		})
	}
}
