// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/keys"
)

// open lets all requests in.
type open struct{ Door }

func (open) Admit(*http.Request) (*keys.Key, error) { return &keys.Key{}, nil }

func (open) Body(http.ResponseWriter, *http.Request) ([]byte, error) { return nil, nil }

// A panic is answered with a problem, unless a part of the answer was written: then the connection breaks, since the caller would take what
// follows for a part of it.
func TestPanic(t *testing.T) {
	t.Parallel()
	s := New(Options{Door: open{}})
	s.mux.HandleFunc("GET /v1/first", func(http.ResponseWriter, *http.Request) { panic("at once") })
	s.mux.HandleFunc("GET /v1/later", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "data: 1\n\n")
		_ = http.NewResponseController(w).Flush()
		panic("after a part")
	})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	get := func(path string) (int, string, error) {
		answer, err := server.Client().Get(server.URL + path)
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return answer.StatusCode, string(text), err
	}
	status, text, err := get("/v1/first")
	require.NoError(t, err)
	require.Equal(t, http.StatusInternalServerError, status)
	require.Contains(t, text, "the gateway failed on this request")
	status, text, err = get("/v1/later")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, []any{http.StatusOK, "data: 1\n\n"}, []any{status, text})
}
