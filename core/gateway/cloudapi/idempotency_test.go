// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestTheSameKeyAndBodyHaveTheSameAnswer(t *testing.T) {
	t.Parallel()
	const (
		first   = `{"messaging_product":"whatsapp","to":"16505551234","type":"text","text":{"body":"x"}}`
		spaced  = `{ "to":"16505551234", "text":{"body":"x"}, "type":"text", "messaging_product":"whatsapp" }`
		another = `{"messaging_product":"whatsapp","to":"16505551235","type":"text","text":{"body":"x"}}`
	)
	w := newWorld(t, nil)
	a := w.do("POST", messagesPath, first, "Idempotency-Key", "k1")
	require.Equal(t, 200, a.status, a.text)
	assert.Empty(t, a.header.Get("Idempotent-Replayed"))
	for name, r := range map[string]reply{
		"the same":           w.do("POST", messagesPath, first, "Idempotency-Key", "k1"),
		"in quotes":          w.do("POST", messagesPath, first, "Idempotency-Key", `"k1"`),
		"written otherwise":  w.do("POST", messagesPath, spaced, "Idempotency-Key", "k1"),
		"in another version": w.do("POST", "/"+numberID+"/messages", first, "Idempotency-Key", "k1"),
	} {
		require.Equal(t, 200, r.status, name)
		assert.Equal(t, a.text, r.text, name)
		assert.Equal(t, "true", r.header.Get("Idempotent-Replayed"), name)
	}
	for name, r := range map[string]reply{
		"another body":   w.do("POST", messagesPath, another, "Idempotency-Key", "k1"),
		"another number": w.do("POST", "/"+otherID+"/messages", first, "Idempotency-Key", "k1"),
	} {
		require.Equal(t, 409, r.status, name)
		code, details := r.code(t)
		assert.Equal(t, 100, code, name)
		assert.Equal(t, 2.0, r.error(t)["error_subcode"], name)
		assert.Contains(t, details, "idempotency key", name)
	}
	b := w.do("POST", messagesPath, first, "Idempotency-Key", "k2")
	require.Equal(t, 200, b.status)
	assert.NotEqual(t, a.text, b.text)
	c := w.do("POST", messagesPath, first)
	require.Equal(t, 200, c.status)
	assert.Len(t, w.store.order, 3)
	assert.Len(t, w.store.offered, 3, "a repetition is not sent again")
	assert.Equal(t, 24*time.Hour, time.Until(w.store.order[0].Idempotency.Expires).Round(time.Hour))
}

// A repetition has the answer of the first request also if the message would be refused by now.
func TestARepetitionIsNotPlannedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	a := w.do("POST", messagesPath, text("16505551234", "x"), "Idempotency-Key", "k")
	require.Equal(t, 200, a.status, a.text)
	w.plan = func(*store.NewMessage, *message.Message) (*outcome.Rejected, error) {
		return outcome.Reject(outcome.ReasonOptedOut, "to", "the recipient has opted out").Rejected, nil
	}
	assert.Equal(t, a.text, w.do("POST", messagesPath, text("16505551234", "x"), "Idempotency-Key", "k").text)
	assert.Equal(t, 409, w.do("POST", messagesPath, text("16505551234", "y"), "Idempotency-Key", "k").status)
	assert.Equal(t, 400, w.do("POST", messagesPath, text("16505551234", "x"), "Idempotency-Key", "k2").status)
}

func TestTheReferenceMayBeTheKey(t *testing.T) {
	t.Parallel()
	body := func(to, reference string) string {
		return fmt.Sprintf(`{"to":%q,"text":{"body":"x"},"biz_opaque_callback_data":%q}`, to, reference)
	}
	w := newWorld(t, func(w *world) { w.key.IdempotentReference = true })
	a := w.do("POST", messagesPath, body("16505551234", "order 1"))
	require.Equal(t, 200, a.status, a.text)
	assert.Equal(t, a.text, w.do("POST", messagesPath, body("16505551234", "order 1")).text)
	assert.Equal(t, 409, w.do("POST", messagesPath, body("16505551235", "order 1")).status)
	assert.Equal(t, 200, w.do("POST", messagesPath, body("16505551235", "order 2")).status)
	assert.NotEqual(t, a.text, w.do("POST", messagesPath, body("16505551234", "order 1"), "Idempotency-Key", "k").text, "the header comes first")
	assert.NotEqual(t, a.text, w.do("POST", messagesPath, text("16505551234", "x")).text, "without a reference")

	plain := newWorld(t, nil)
	b := plain.do("POST", messagesPath, body("16505551234", "order 1"))
	assert.NotEqual(t, b.text, plain.do("POST", messagesPath, body("16505551234", "order 1")).text, "the key does not say so")
	assert.Equal(t, "order 1", plain.store.order[0].Reference)
}

func TestManyAtOnceWithOneKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	answers := map[string]int{}
	for range 32 {
		wg.Go(func() {
			r := w.do("POST", messagesPath, text("16505551234", "x"), "Idempotency-Key", "k")
			mu.Lock()
			defer mu.Unlock()
			answers[r.text]++
		})
	}
	wg.Wait()
	assert.Len(t, answers, 1)
	assert.Len(t, w.store.order, 1)
}

func TestTheRateOfAKey(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	w := newWorld(t, func(w *world) {
		w.key.Rate = 2
		w.options.Now = func() time.Time { return now }
	})
	for range 2 {
		require.Equal(t, 200, w.do("POST", messagesPath, text("16505551234", "x")).status)
	}
	r := w.do("POST", messagesPath, text("16505551234", "x"))
	require.Equal(t, 429, r.status)
	code, _ := r.code(t)
	assert.Equal(t, 130429, code)
	assert.Equal(t, "1", r.header.Get("Retry-After"))
}

func TestManyWrongKeysFromOneAddress(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	w := newWorld(t, func(w *world) { w.options.Now = func() time.Time { return now } })
	try := func() reply {
		return w.do("POST", messagesPath, "{}", "Authorization", "Bearer "+keys.NewToken().Reveal())
	}
	for range keys.RefusalsPerMinute {
		require.Equal(t, 401, try().status)
	}
	r := try()
	require.Equal(t, 429, r.status)
	assert.Equal(t, "60", r.header.Get("Retry-After"))
	code, _ := r.code(t)
	assert.Equal(t, 190, code, "clients decide by the code")
	assert.Equal(t, 200, w.do("POST", messagesPath, text("16505551234", "x")).status, "a valid key from there is served")
}
