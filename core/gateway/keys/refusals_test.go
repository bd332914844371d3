// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRefusalsByAddress(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 10, 0, 59, 0, time.UTC)
	var r Refusals
	require.Zero(t, r.Wait("192.0.2.1:1000", now))
	for range RefusalsPerMinute {
		require.Zero(t, r.Add("192.0.2.1:1000", now))
		require.Zero(t, r.Add("[2001:db8::1]:1000", now))
		require.Zero(t, r.Add("not an address", now))
	}
	require.Equal(t, time.Second, r.Add("[::ffff:192.0.2.1]:2000", now), "the same address, written as IPv6")
	require.Equal(t, time.Second, r.Add("[2001:db8::2]:2000", now), "the same network")
	require.Equal(t, time.Second, r.Wait("192.0.2.1:1000", now))
	require.Zero(t, r.Wait("192.0.2.2:1000", now))
	require.Zero(t, r.Add("192.0.2.2:1000", now))
	require.Zero(t, r.Add("192.0.2.1:1000", now.Add(time.Second)), "another minute")
	for i := range maxAddresses + 10 {
		r.Add(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255), now)
	}
	require.LessOrEqual(t, len(r.counts), maxAddresses)
}
