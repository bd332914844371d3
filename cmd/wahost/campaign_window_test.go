// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A vendor that takes its time has as many requests under way as it and the operator allow.
func TestCampaignAtASlowVendor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bound       string
		rows        int
		least, most int
	}{
		"the provider's bound": {"", 900, 65, 1024},
		"a bound of its own":   {"\n  max_concurrency = 12\n", 100, 12, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCampaign(t, test.rows, "pushwoosh.eu")
			text := strings.Replace(campaignConfig, `  application = "00000-AAAAA"`, `  application = "00000-AAAAA"`+test.bound, 1)
			require.NoError(t, os.WriteFile(c.path("main.wahost.hcl"), []byte(text), 0o600))
			// The window grows while answers take at most a quarter longer, which a busy machine must not do to them.
			c.vendor.slow(400 * time.Millisecond)
			run := c.start()
			r := run.wait()
			require.Equal(t, 0, r.code, r.stderr)
			c.requireOnce(nil)
			require.LessOrEqual(t, c.vendor.peak(), test.most)
			require.GreaterOrEqual(t, c.vendor.peak(), test.least)
		})
	}
}
