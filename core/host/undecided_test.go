// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/dispatch"
)

// A condition that fails for each message of a campaign does not fill the log.
func TestUndecidedIsLoggedSeldom(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := newUndecidedLog(hclog.New(&hclog.LoggerOptions{Output: &out, DisableTime: true}))
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	log.now = func() time.Time { return now }
	for i := range 5000 {
		log.Undecided("m1", dispatch.Undecided{Route: "vip", Messages: i + 1, Cause: "the condition at x:1 cannot be evaluated"})
		now = now.Add(5 * time.Millisecond)
	}
	log.Undecided("m2", dispatch.Undecided{Route: "rest", Messages: 1, Cause: "other"})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 4, "at 0, 10 and 20 seconds, and for the other route")
	require.Contains(t, lines[0], `route=vip message=m1 messages=1 cause="the condition at x:1 cannot be evaluated"`)
	require.Contains(t, lines[2], "messages=4001")
	require.Contains(t, lines[3], "route=rest message=m2 messages=1")
}
