// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestSignals(t *testing.T) {
	t.Parallel()
	const typing = `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A","typing_indicator":{"type":"text"}}`
	w := newWorld(t, nil)
	r := w.do("POST", messagesPath, typing)
	require.Equal(t, 200, r.status, r.text)
	assert.Equal(t, `{"success":true}`, r.text)
	require.Len(t, w.signals, 1)
	assert.Equal(t, "wamid.A", w.signals[0].GetMessageId())
	assert.Equal(t, "text", w.signals[0].GetTypingIndicator().GetType())
	assert.Empty(t, w.store.order)

	for name, test := range map[string]struct {
		change       func(*world)
		status, code int
	}{
		"nobody passes them on": {func(w *world) { w.options.Signals = nil }, 400, 131051},
		"unsupported": {func(w *world) {
			w.signal = func(*message.Signal) (outcome.Outcome, error) {
				return outcome.Reject(outcome.ReasonUnsupported, "", "no"), nil
			}
		}, 400, 131051},
		"unknown": {func(w *world) {
			w.signal = func(*message.Signal) (outcome.Outcome, error) { return outcome.NewUnknown("lost"), nil }
		}, 500, 131000},
		"away": {func(w *world) {
			w.signal = func(*message.Signal) (outcome.Outcome, error) { return outcome.Outcome{}, io.ErrUnexpectedEOF }
		}, 503, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newWorld(t, test.change).do("POST", messagesPath, typing)
			require.Equal(t, test.status, r.status, r.text)
			code, _ := r.code(t)
			assert.Equal(t, test.code, code)
		})
	}
}

func TestMarketingMessages(t *testing.T) {
	t.Parallel()
	const path = "/v23.0/" + numberID + "/marketing_messages"
	const template = `"type":"template","template":{"name":"spring","language":{"code":"en"}}`
	w := newWorld(t, nil)
	r := w.do("POST", path, `{"to":"16505551234","product_policy":"STRICT",`+template+`}`)
	require.Equal(t, 200, r.status, r.text)
	assert.Equal(t, message.CategoryMarketing, w.store.order[0].Category)
	for name, test := range map[string]struct {
		body string
		code int
	}{
		"a text":           {text("16505551234", "x"), 100},
		"another category": {`{"to":"16505551234","wahost":{"category":"utility"},` + template + `}`, 131055},
		"a group":          {`{"to":"Y2Fw","recipient_type":"group",` + template + `}`, 131009},
		"a signal":         {`{"status":"read","message_id":"wamid.A"}`, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.do("POST", path, test.body)
			require.Equal(t, 400, r.status, r.text)
			code, _ := r.code(t)
			assert.Equal(t, test.code, code)
		})
	}
}

func TestANumberIsDescribed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for path, want := range map[string]string{
		"/v23.0/" + numberID: `{"display_phone_number":"+49 151 12345678","id":"102030405060708","verified_name":"Shop"}`,
		"/" + numberID + "?fields=verified_name,quality_rating": `{"id":"102030405060708","verified_name":"Shop"}`,
		"/" + otherID + "/": `{"id":"102030405060709"}`,
	} {
		r := w.do("GET", path, "")
		assert.Equal(t, 200, r.status, path)
		assert.Equal(t, want, r.text)
	}
	assert.Equal(t, "v23.0", w.do("GET", "/v23.0/"+numberID, "").header.Get("Facebook-Api-Version"))
	assert.Empty(t, w.do("HEAD", "/v23.0/"+numberID, "").text)
	assert.Equal(t, 400, w.do("GET", "/v23.0/4711", "").status)
	assert.Equal(t, 405, w.do("POST", "/v23.0/"+numberID, "").status)
}

// TestABodyThatBreaksOff uses no network, because no client would send such a request.
func TestABodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for name, test := range map[string]struct {
		err    error
		status int
	}{
		"early": {io.ErrUnexpectedEOF, 400},
		"slow":  {slow{}, 408},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, messagesPath, io.MultiReader(strings.NewReader(`{"to":`), broken{test.err}))
			r.Header.Set("Authorization", "Bearer "+w.token.Reveal())
			answer := httptest.NewRecorder()
			New(w.options).ServeHTTP(answer, r)
			require.Equal(t, test.status, answer.Code)
			require.Contains(t, answer.Body.String(), `"code":100`)
			require.Equal(t, "close", answer.Header().Get("Connection"))
		})
	}
}

// TestAChunkedBodyIsBounded sends a body whose length is not in the header.
func TestAChunkedBodyIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body := io.MultiReader(strings.NewReader(`{"to":"16505551234","text":{"body":"`), io.LimitReader(zeros{}, maxBody), strings.NewReader(`"}}`))
	r := w.send("POST", messagesPath, body, "Authorization", "Bearer "+w.token.Reveal())
	require.Equal(t, 413, r.status)
	code, _ := r.code(t)
	assert.Equal(t, 100, code)
	small := w.send("POST", messagesPath, io.MultiReader(strings.NewReader(text("16505551234", strings.Repeat("x", 4000)))), "Authorization", "Bearer "+w.token.Reveal())
	assert.Equal(t, 200, small.status, small.text)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

type slow struct{}

func (slow) Error() string { return "i/o timeout" }
func (slow) Timeout() bool { return true }

// TestBodiesOfClients posts what clients of the Cloud API and Meta's pages put on the wire.
func TestBodiesOfClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	raw, err := os.ReadFile("../../../sdk/message/testdata/clients.jsonl")
	require.NoError(t, err)
	taken, signals := 0, 0
	for line := range strings.Lines(string(raw)) {
		var c struct {
			Source, Kind, Expect string
			Body                 json.RawMessage
		}
		require.NoError(t, json.Unmarshal([]byte(line), &c))
		r := w.do("POST", messagesPath, string(c.Body))
		switch {
		case r.status == http.StatusOK && r.body["success"] == true:
			assert.Contains(t, c.Expect, "read receipt")
			signals++
		case r.status == http.StatusOK:
			taken++
		default:
			code, details := r.code(t)
			assert.Contains(t, []int{100, 131008, 131009}, code)
			// Package message knows two bodies of clients that Meta's pages refuse.
			disputed := strings.HasPrefix(details, "reaction.emoji: ") || strings.HasPrefix(details, "contacts[0].phones[0].phone: ")
			assert.True(t, c.Expect != "accept" || disputed, "%s: %s: %s", c.Source, c.Body, details)
		}
	}
	assert.Greater(t, taken, 150)
	assert.Len(t, w.signals, signals)
	assert.Len(t, w.store.order, taken)
}
