// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/emulator"
)

// TestRefuseLeavesNoConnection sends right after connections are refused, on a client that kept one open: the client
// must never meet a connection that was about to be closed.
func TestRefuseLeavesNoConnection(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	for range 50 {
		resp, err := http.Post(c.server.URL()+"/nowhere", "text/plain", strings.NewReader("x"))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.NoError(t, c.server.Script("", emulator.MustFault("refuse")))
		open, _ := c.server.Connections()
		require.Zero(t, open)
		_, err = http.Post(c.server.URL()+"/nowhere", "text/plain", strings.NewReader("x"))
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		require.NoError(t, c.server.Reset())
	}
}

// TestCloseWhileClientsConnect closes emulators to which clients are connecting at that moment.
func TestCloseWhileClientsConnect(t *testing.T) {
	t.Parallel()
	d := acmeDialect(t)
	for range 200 {
		s, err := emulator.Start(t.Context(), d, emulator.Options{})
		require.NoError(t, err)
		address := strings.TrimPrefix(s.URL(), "http://")
		ctx, stop := context.WithCancel(t.Context()) // another server may get the address
		var dialers sync.WaitGroup
		for range 4 {
			dialers.Go(func() {
				for {
					conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
					if err != nil {
						return
					}
					_ = conn.Close()
				}
			})
		}
		closed := make(chan error, 1)
		go func() { closed <- s.Close() }()
		select {
		case err := <-closed:
			require.NoError(t, err)
		case <-time.After(30 * time.Second):
			require.FailNow(t, "Close does not return")
		}
		stop()
		dialers.Wait()
	}
}
