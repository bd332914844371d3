// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package netclose

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestListenerBesideACopy closes a listener whose socket another descriptor holds.
func TestListenerBesideACopy(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	copied, err := l.(*net.TCPListener).File()
	require.NoError(t, err)
	defer func() { require.NoError(t, copied.Close()) }()
	require.NoError(t, Listener(l))
	_, err = (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	require.Error(t, err, "a connection is refused")
	again, err := config.Listen(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, again.Close())
}
