// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

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
