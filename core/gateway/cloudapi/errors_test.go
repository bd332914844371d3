// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

const messagesPath = "/v23.0/" + numberID + "/messages"

// TestErrorsOfRequests has the errors that have nothing to do with the content of a message.
func TestErrorsOfRequests(t *testing.T) {
	t.Parallel()
	ok := text("16505551234", "x")
	tests := map[string]struct {
		method, path, body string
		header             []string
		change             func(*world)
		status, code       int
		details            string
		also               map[string]any // further members of the error
	}{
		"no key":                  {header: []string{"Authorization", ""}, status: 401, code: 190, details: "Authorization: Bearer"},
		"another scheme":          {header: []string{"Authorization", "Basic d2FoOnggIA=="}, status: 401, code: 190},
		"a key of another system": {header: []string{"Authorization", "Bearer EAAG123"}, status: 401, code: 190},
		"an unknown key":          {header: []string{"Authorization", "Bearer " + keys.NewToken().Reveal()}, status: 401, code: 190},
		"an expired key":          {change: func(w *world) { w.key.Expires = time.Unix(1, 0) }, status: 401, code: 190},
		"no key, unknown path":    {header: []string{"Authorization", ""}, path: "/favicon.ico", status: 401, code: 190},
		"a wrong proof":           {change: func(w *world) { w.key.AppSecret = secret }, path: messagesPath + "?appsecret_proof=00", status: 401, code: 190, details: "appsecret_proof"},
		"no proof":                {change: func(w *world) { w.key.AppSecret, w.key.RequireProof = secret, true }, status: 401, code: 190, details: "appsecret_proof"},
		"another number":          {change: func(w *world) { w.key.Numbers = []string{otherID} }, status: 403, code: 200},
		"scope":                   {change: func(w *world) { w.key.Scopes = []keys.Scope{keys.ScopeRead} }, status: 403, code: 200, details: "scope send"},
		"unknown number": {
			path: "/v23.0/1/messages", status: 400, code: 100,
			also: map[string]any{"error_subcode": 33.0, "type": "GraphMethodException", "message": "Unsupported post request. Object with ID '1' does not exist, cannot be loaded due to missing permissions, or does not support this operation."},
		},
		"unknown endpoint": {path: "/v23.0/" + numberID + "/mesages", status: 400, code: 100, also: map[string]any{"error_subcode": 33.0}},
		"the root":         {path: "/", status: 400, code: 100, also: map[string]any{"error_subcode": 33.0}},
		"a version only":   {path: "/v23.0", status: 400, code: 100},
		"a long path":      {path: "/v23.0/a/b/c", status: 400, code: 100},
		"an escaped path":  {path: "/v23.0/%2e%2e/messages", status: 400, code: 100},
		"method":           {method: http.MethodPut, status: 405, code: 100, details: "use POST", also: map[string]any{"message": "Unsupported put request"}},
		"get of messages":  {method: http.MethodGet, status: 405, code: 100},
		"too large":        {body: `{"text":{"body":"` + strings.Repeat("x", maxBody) + `"}}`, status: 413, code: 100},
		"compressed":       {header: []string{"Content-Encoding", "gzip"}, status: 415, code: 100},
		"no body":          {body: " ", status: 400, code: 100, details: "not valid JSON"},
		"not JSON":         {body: `{"to":`, status: 400, code: 100, details: "not valid JSON"},
		"not UTF-8":        {body: "{\"to\":\"\xff\"}", status: 400, code: 100, details: "not UTF-8"},
		"a list":           {body: `[]`, status: 400, code: 100},
		"two keys":         {header: []string{"Idempotency-Key", "é"}, status: 400, code: 100, details: "Idempotency-Key"},
		"a long key":       {header: []string{"Idempotency-Key", strings.Repeat("k", 256)}, status: 400, code: 100, details: "Idempotency-Key"},
		"store away":       {change: func(w *world) { w.store.fail = errors.New("disk full: canary") }, status: 503, code: 2, also: map[string]any{"is_transient": true}},
		"keys away":        {change: func(w *world) { w.options.Keys = away{} }, status: 503, code: 2},
		"a panic": {change: func(w *world) {
			w.plan = func(*store.NewMessage, *message.Message) (*outcome.Rejected, error) { panic("a bug with a canary") }
		}, status: 500, code: 131000},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.change)
			r := w.do(or(test.method, "POST"), or(test.path, messagesPath), or(test.body, ok), test.header...)
			require.Equal(t, test.status, r.status, r.text)
			code, details := r.code(t)
			assert.Equal(t, test.code, code)
			assert.Contains(t, details, test.details)
			e := r.error(t)
			for _, member := range []string{"message", "type", "fbtrace_id"} {
				assert.NotEmpty(t, e[member], member)
			}
			for member, want := range test.also {
				assert.Equal(t, want, e[member], member)
			}
			assert.NotContains(t, r.text, "canary")
			assert.NotContains(t, r.text, secret)
			assert.Equal(t, "application/json; charset=UTF-8", r.header.Get("Content-Type"))
			switch test.status {
			case 401:
				assert.NotEmpty(t, r.header.Get("WWW-Authenticate"))
			case 405:
				assert.Equal(t, "POST", r.header.Get("Allow"))
			case 503:
				assert.Equal(t, "5", r.header.Get("Retry-After"))
			}
			a := <-w.seen
			assert.Equal(t, test.status, a.Status)
			assert.Equal(t, test.code, a.Code)
			assert.Equal(t, e["fbtrace_id"], a.Trace)
			assert.Empty(t, w.store.order)
		})
	}
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// TestErrorsOfMessages has the errors about the content of a message.
func TestErrorsOfMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	tests := map[string]struct {
		body    string
		code    int
		details string
	}{
		"unknown field":      {`{"to":"16505551234","type":"text","text":{"body":"x","preview":true}}`, 100, `text.preview: The field is not known. Did you mean "preview_url"? (The request names v23.0`},
		"field at the top":   {`{"to":"16505551234","text":{"body":"x"},"bogus":1}`, 100, "bogus: The field is not known."},
		"wrong type":         {`{"to":16505551234,"text":{"body":"x"}}`, 100, "to: The value must be a string"},
		"twice":              {`{"to":"1","to":"2","text":{"body":"x"}}`, 100, "to: The field occurs twice"},
		"other product":      {`{"messaging_product":"sms","to":"16505551234","text":{"body":"x"}}`, 100, "messaging_product"},
		"no recipient":       {`{"type":"text","text":{"body":"x"}}`, 131008, "to: The message has no recipient"},
		"bad recipient":      {`{"to":"abc","type":"text","text":{"body":"x"}}`, 131009, "to: A phone number has only digits"},
		"no content":         {`{"to":"16505551234"}`, 131008, "The message has no content"},
		"no body":            {`{"to":"16505551234","type":"text","text":{}}`, 131008, "text.body: The field is required"},
		"no media":           {`{"to":"16505551234","type":"image","image":{}}`, 131008, "image: Set link"},
		"no buttons":         {`{"to":"16505551234","type":"interactive","interactive":{"type":"button","body":{"text":"x"},"action":{}}}`, 131008, "At least one button"},
		"bad link":           {`{"to":"16505551234","type":"image","image":{"link":"ftp://x"}}`, 131009, "image.link"},
		"type and content":   {`{"to":"16505551234","type":"image","text":{"body":"x"}}`, 131009, "type:"},
		"unknown type":       {`{"to":"16505551234","type":"fax","text":{"body":"x"}}`, 131009, "type: The type is not known"},
		"two problems":       {`{"to":"abc","type":"text","text":{}}`, 131008, "text.body: The field is required. to: A phone number has only digits"},
		"signal, no id":      {`{"messaging_product":"whatsapp","status":"read"}`, 131008, "message_id"},
		"signal, bad status": {`{"messaging_product":"whatsapp","status":"delivered","message_id":"wamid.A"}`, 131009, "status"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.do("POST", messagesPath, test.body)
			require.Equal(t, 400, r.status, r.text)
			code, details := r.code(t)
			assert.Equal(t, test.code, code, details)
			assert.Contains(t, details, test.details)
			assert.True(t, strings.HasPrefix(r.error(t)["message"].(string), "(#"+strconv.Itoa(test.code)+") "))
		})
	}
}

// TestRefusals has what a planner may say.
func TestRefusals(t *testing.T) {
	t.Parallel()
	reject := func(reason outcome.Reason, change func(*outcome.Rejected)) *outcome.Rejected {
		r := outcome.Reject(reason, "a.path", "a detail").Rejected
		if change != nil {
			change(r)
		}
		return r
	}
	tests := map[string]struct {
		rejected     *outcome.Rejected
		status, code int
		after        string
	}{
		"window":      {reject(outcome.ReasonOutsideServiceWindow, nil), 400, 131047, ""},
		"opted out":   {reject(outcome.ReasonOptedOut, nil), 400, 131050, ""},
		"template":    {reject(outcome.ReasonTemplateUnavailable, nil), 400, 132001, ""},
		"parameters":  {reject(outcome.ReasonTemplateMismatch, nil), 400, 132000, ""},
		"unsupported": {reject(outcome.ReasonUnsupported, nil), 400, 131051, ""},
		"no route":    {reject(outcome.ReasonMisconfigured, nil), 400, 131000, ""},
		"limit": {reject(outcome.ReasonInvalidMessage, func(r *outcome.Rejected) {
			r.Detail = "The text is 5000 characters long, at most 4096 are allowed."
		}), 400, 100, ""},
		"value":       {reject(outcome.ReasonInvalidMessage, nil), 400, 131009, ""},
		"queue":       {reject(outcome.ReasonRateLimited, func(r *outcome.Rejected) { r.RetryAfter = 1500 * time.Millisecond }), 429, 130429, "2"},
		"pair":        {reject(outcome.ReasonRateLimited, func(r *outcome.Rejected) { r.Scope, r.RetryAfter = outcome.ScopeRecipient, time.Hour }), 429, 131056, "3600"},
		"unavailable": {reject(outcome.ReasonVendorUnavailable, func(r *outcome.Rejected) { r.RetryAfter = time.Second }), 503, 131016, "1"},
		"Meta's own":  {reject(outcome.ReasonRecipientUnreachable, func(r *outcome.Rejected) { r.MetaCode = 131049 }), 400, 131049, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(w *world) {
				w.plan = func(*store.NewMessage, *message.Message) (*outcome.Rejected, error) { return test.rejected, nil }
			})
			r := w.do("POST", messagesPath, text("16505551234", "x"))
			require.Equal(t, test.status, r.status, r.text)
			code, details := r.code(t)
			assert.Equal(t, test.code, code)
			assert.Equal(t, "a.path: "+test.rejected.Detail, details)
			assert.Equal(t, test.after, r.header.Get("Retry-After"))
			assert.Empty(t, w.store.order)
		})
	}
}
