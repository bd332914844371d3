// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNewIDs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	id, first := newIDs(now)
	require.Regexp(t, "^[0-9a-v]{26}$", id)
	require.Equal(t, AttemptID(id, 1), first)
	require.Equal(t, id, MessageID(first))
	require.Less(t, id, newID(now.Add(time.Millisecond)), "ids grow with time")
}
