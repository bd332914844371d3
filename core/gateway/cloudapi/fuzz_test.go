// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/media"
)

// FuzzServe sends requests with and without a key. Each has an answer in JSON that says why, and a message that was taken is stored.
func FuzzServe(f *testing.F) {
	for _, body := range []string{
		text("16505551234", "x"), "", "{", "[]", "null", `{"status":"read","message_id":"wamid.A"}`, `{"typing_indicator":{}}`,
		`{"to":"16505551234","type":"template","template":{"name":"a","language":{"code":"en"}}}`,
		`{"to":"1","wahost":{"send_at":"9999-12-31T23:59:59Z","vendor":{"a":[null]}}}`,
	} {
		f.Add("POST", messagesPath, body, "", true)
		f.Add("POST", "/"+numberID+"/marketing_messages", body, "key", false)
	}
	f.Add("GET", "/v23.0/"+numberID+"?fields=id,,x", "", "", true)
	f.Add("DELETE", "//../%00", "", "", true)
	token := keys.NewToken()
	key := &keys.Key{ID: token.ID(), Name: "fuzz", Secrets: []keys.Secret{{Hash: token.Hash()}}, Scopes: []keys.Scope{keys.ScopeAdmin}}
	f.Fuzz(func(t *testing.T, method, path, body, idempotency string, authorized bool) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://example.com/"+strings.TrimPrefix(path, "/"), strings.NewReader(body))
		if err != nil {
			return
		}
		r.RemoteAddr = "192.0.2.1:1"
		if authorized {
			r.Header.Set("Authorization", "Bearer "+token.Reveal())
		}
		if idempotency != "" {
			r.Header.Set("Idempotency-Key", idempotency)
		}
		w := &world{store: newMemory(), seen: make(chan Access, 1)}
		o := Options{Keys: keys.NewSet(key), Numbers: numbers{}, Planner: w, Accepter: w.store, Signals: w, Observer: w}
		answer := httptest.NewRecorder()
		New(o).ServeHTTP(answer, r)
		var got struct {
			Error *struct {
				Message, Type string
				Code          int
				Trace         string `json:"fbtrace_id"`
			}
			Messages []struct{ ID string }
		}
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &got))
		require.NotEqual(t, http.StatusInternalServerError, answer.Code)
		if answer.Code != http.StatusOK {
			require.NotNil(t, got.Error)
			require.NotEmpty(t, got.Error.Message)
			require.NotEmpty(t, got.Error.Type)
			require.NotEmpty(t, got.Error.Trace)
			require.Empty(t, w.store.order)
			return
		}
		require.Nil(t, got.Error)
		require.True(t, authorized)
		require.Len(t, w.store.order, len(got.Messages))
	})
}

// FuzzUpload sends forms. What is taken can be fetched, and what is refused leaves nothing behind.
func FuzzUpload(f *testing.F) {
	const form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\nabc\r\n--b--\r\n"
	f.Add("multipart/form-data; boundary=b", form)
	f.Add("multipart/form-data; boundary=b", strings.Replace(form, "abc", "abc\r\n--b\r\nContent-Disposition: form-data; name=type\r\n\r\naudio/ogg; codecs=opus", 1))
	f.Add("multipart/mixed; boundary=b", form)
	token := keys.NewToken()
	key := &keys.Key{ID: token.ID(), Name: "fuzz", Secrets: []keys.Secret{{Hash: token.Hash()}}, Scopes: []keys.Scope{keys.ScopeAdmin}}
	dir := f.TempDir()
	folder, err := media.OpenFolder(dir, 1<<20, nil)
	require.NoError(f, err)
	links, err := media.NewLinks([]byte(strings.Repeat("s", 32)))
	require.NoError(f, err)
	s := New(Options{Keys: keys.NewSet(key), Numbers: numbers{}, Media: folder, Links: links})
	serve := func(method, path, kind, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token.Reveal())
		r.Header.Set("Content-Type", kind)
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		return answer
	}
	f.Fuzz(func(t *testing.T, kind, body string) {
		answer := serve("POST", mediaPath, kind, body)
		if answer.Code == http.StatusOK {
			var got struct{ ID, URL string }
			require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &got))
			require.NoError(t, json.Unmarshal(serve("GET", "/"+got.ID, "", "").Body.Bytes(), &got))
			require.Equal(t, http.StatusOK, serve("GET", strings.TrimPrefix(got.URL, "http://example.com"), "", "").Code)
			require.Equal(t, http.StatusOK, serve("DELETE", "/"+got.ID, "", "").Code)
		} else {
			require.Contains(t, answer.Body.String(), `"fbtrace_id"`)
			require.NotEqual(t, http.StatusInternalServerError, answer.Code)
		}
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}
