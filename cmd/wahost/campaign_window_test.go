// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slowVendor makes the vendor of a campaign answer after a time, and returns the most requests that it had at a time.
func slowVendor(c *campaign, latency time.Duration) (peak func() int) {
	var mu sync.Mutex
	now, most := 0, 0
	answer := c.vendor.Config.Handler
	c.vendor.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		defer func() {
			mu.Lock()
			now--
			mu.Unlock()
		}()
		select {
		case <-time.After(latency):
			answer.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
	return func() int {
		mu.Lock()
		defer mu.Unlock()
		return most
	}
}

// A vendor that takes its time has as many requests under way as it and the operator allow.
func TestCampaignAtASlowVendor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bound       string
		rows        int
		least, most int
	}{
		"the provider's bound": {"", 1500, 65, 1024},
		"a bound of its own":   {"\n  max_concurrency = 12\n", 200, 12, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCampaign(t, test.rows, "pushwoosh.eu")
			text := strings.Replace(campaignConfig, `  application = "00000-AAAAA"`, `  application = "00000-AAAAA"`+test.bound, 1)
			require.NoError(t, os.WriteFile(c.path("main.wahost.hcl"), []byte(text), 0o600))
			peak := slowVendor(c, 100*time.Millisecond)
			run := c.start()
			r := run.wait()
			require.Equal(t, 0, r.code, r.stderr)
			c.requireOnce(nil)
			require.LessOrEqual(t, peak(), test.most)
			require.GreaterOrEqual(t, peak(), test.least)
		})
	}
}
