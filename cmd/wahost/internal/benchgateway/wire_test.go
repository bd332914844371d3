// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A line goes on after the other side has closed it, and says what another answer than the expected one was.
func TestLine(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	asked := make(chan string, 10)
	s := newServer(l, func(path string) string {
		asked <- path
		return "answer"
	})
	t.Cleanup(s.close)
	var client line
	t.Cleanup(client.close)
	request := func() *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+l.Addr().String()+"/path", strings.NewReader("body"))
		require.NoError(t, err)
		return r
	}
	require.NoError(t, client.do(request(), http.StatusOK))
	s.mu.Lock()
	for conn := range s.conns {
		require.NoError(t, conn.Close())
	}
	s.mu.Unlock()
	require.NoError(t, client.do(request(), http.StatusOK))
	require.Len(t, asked, 2)
	require.EqualError(t, client.do(request(), http.StatusAccepted), "/path answered 200: answer")
	require.Len(t, asked, 3)
}
