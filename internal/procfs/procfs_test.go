// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package procfs

import (
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProcesses(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		assert.Zero(t, PeakMemory(os.Getpid()))
		assert.Nil(t, Family(os.Getpid()))
		assert.Empty(t, State(os.Getpid()))
		assert.Nil(t, Peers(os.Getpid()))
		return
	}
	assert.Positive(t, PeakMemory(os.Getpid()))
	assert.Zero(t, PeakMemory(-1))
	assert.Contains(t, Family(os.Getppid()), os.Getpid())
	assert.Contains(t, []string{"R", "S"}, State(os.Getpid()))
	assert.Empty(t, State(-1))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	assert.True(t, slices.ContainsFunc(Peers(os.Getpid()), func(peer string) bool { return strings.HasPrefix(peer, "0100007F:") }))
}
