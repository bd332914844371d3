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

// A vendor that takes its time has as many requests under way as it and the operator allow, whether or not it takes several recipients
// in one request.
func TestCampaignAtASlowVendor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		channel     string
		bound       string
		rows        int
		least, most int
	}{
		"the provider's bound":         {"pushwoosh.eu", "", 900, 65, 1024},
		"a bound of its own":           {"pushwoosh.eu", "max_concurrency = 12", 100, 12, 12},
		"groups, the provider's bound": {"innopaas.main", "", 900, 65, 1024},
		"groups, a bound of its own":   {"innopaas.main", "max_concurrency = 12", 100, 12, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCampaign(t, test.rows, test.channel)
			c.write(test.channel, true)
			text := strings.NewReplacer(`  application =`, test.bound+"\n  application =", `  waba_id `, test.bound+"\n  waba_id ").Replace(campaignConfig)
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
