// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestReach(t *testing.T) {
	t.Parallel()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, tt := range map[string]struct {
		endpoint, check, found string
		level                  Level
	}{
		"an unknown authority": {secure.URL + "/secret-path", "tls", "TLS fails", Error},
		"no TLS on loopback":   {plain.URL, "tls", "has no TLS", OK},
		"nobody listens":       {closed.URL, "tcp", "No connection: ", Error},
		"no such name":         {"https://nowhere.invalid", "dns", "The name cannot be resolved: ", Error},
		"not a URL":            {"://", "endpoint", "not a URL", Error},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			found := reach(ctx, tt.endpoint, []string{"acme.main"}, time.Now())
			last := found[len(found)-1]
			require.Equal(t, tt.check, last.Check, "%+v", found)
			require.Equal(t, tt.level, last.Level, "%+v", found)
			require.Contains(t, last.Found, tt.found)
			for _, f := range found {
				require.NotContains(t, f.Where+f.Found, "secret-path")
			}
		})
	}
}

// TestSideBySide examines servers that accept connections and never answer. The time of one limit is enough for all of them.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	var looks []func(context.Context) []Finding
	for range 30 {
		looks = append(looks, func(ctx context.Context) []Finding {
			return reach(ctx, "https://"+listener.Addr().String(), nil, time.Now())
		})
	}
	begin := time.Now()
	found := sideBySide(t.Context(), time.Second, looks)
	require.Less(t, time.Since(begin), 20*time.Second, "thirty limits of a second, at the same time")
	silent := 0
	for _, f := range found {
		if f.Check == "tls" {
			silent++
			require.Equal(t, "TLS fails: nothing was answered in time.", f.Found)
		}
	}
	require.Equal(t, 30, silent)
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
