// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestScheduleTimesAreToCome(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	for minute := range 24 * 60 {
		now := day.Add(time.Duration(minute) * time.Minute)
		for _, at := range scheduleTimes(now) {
			require.Greater(t, at.Sub(now), 18*time.Hour, "at %s", now)
			require.Less(t, at.Sub(now), 72*time.Hour, "at %s", now)
		}
	}
}
