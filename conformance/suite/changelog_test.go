// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/verify"
)

// TestReleases compares the changelog with the catalogue that verifies certificates.
func TestReleases(t *testing.T) {
	t.Parallel()
	releases := suite.Releases()
	require.Equal(t, suite.Version, releases[0].Version, "the newest version has an entry")
	since := map[string]string{}
	for i, r := range releases {
		assert.NotEmpty(t, r.Summary, r.Version)
		first := i == len(releases)-1
		assert.False(t, first && len(r.Changes) > 0, "the first version changes nothing")
		for _, c := range r.Changes {
			assert.NotEmpty(t, c.Why, "%s: %s", r.Version, c.ID)
			if c.Kind != suite.Removed && since[c.ID] == "" {
				since[c.ID] = r.Version
			}
		}
	}
	major, _, _ := strings.Cut(suite.Version, ".")
	require.Contains(t, verify.Majors(), major)
	for _, c := range verify.CatalogueOf(1).Checks() {
		if !strings.HasSuffix(c.ID, "/*") {
			assert.Equal(t, since[c.ID], c.Since, "%s: Check.Since and the changelog differ", c.ID)
		}
	}
}
