// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
)

// TestBasis: a person who reads only the page or the summary sees what was assumed and what the vendor lacks.
func TestBasis(t *testing.T) {
	t.Parallel()
	r := conformantReport()
	r.Judge()
	assert.Contains(t, strings.Join(r.Basis().Lines, " "), "Every answer and limit of the dialect names a document")
	r.Dialect.Assumed = []verify.Assumption{{Where: `error "bad_number"`, Source: "not documented"}, {Where: "route send", Source: "assumed"}}
	r.Dialect.VendorLacks = []string{"signed webhooks"}
	r.Run.Isolation = verify.IsolationNone
	r.Judge()
	for _, format := range []string{"html", "md"} {
		data, err := r.Render(format)
		require.NoError(t, err)
		for _, want := range []string{"The vendor was emulated", "2 parts of the dialect are assumed", "The vendor lacks: signed webhooks.", "could tell the run from production", "not documented"} {
			assert.Contains(t, string(data), want, format)
		}
	}
}
