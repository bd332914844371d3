// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAssumed(t *testing.T) {
	t.Parallel()
	d := &Dialect{
		Routes: []Route{{Name: "send", Source: "Not documented: the path is an argument."}, {Name: "token", Source: "page 7"}},
		Errors: []Error{
			{Name: "a", Source: "I9, code 101. The HTTP status is not documented; 200 is chosen here."}, {Name: "b", Source: "documented on page 3"}, {Name: "c"},
			{Name: "d", Source: "I1. Neither its code nor its HTTP status is documented."},
		},
		Webhook: Webhook{Events: []Event{{Name: "e", Source: "its object is assumed"}}},
	}
	var where []string
	for _, a := range d.Assumed() {
		where = append(where, a.Where)
		assert.NotEmpty(t, a.Source)
	}
	assert.Equal(t, []string{`route "send"`, `error "a"`, `error "d"`, `event "e"`}, where)
}

func TestLacks(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"webhooks", "idempotency keys", "a lookup of messages"}, (&Dialect{}).Lacks())
	d := &Dialect{Webhook: Webhook{Events: []Event{{}}}, Lookup: &Lookup{}, Idempotency: Idempotency{Supported: true}}
	assert.Equal(t, []string{"authenticated webhooks", "protection of webhooks against replay"}, d.Lacks())
	d.Webhook.Secrets = []string{"token"}
	assert.Equal(t, []string{"signed webhooks", "protection of webhooks against replay"}, d.Lacks())
	d.Webhook.Signatures = []Signature{{Over: []string{"body"}, Window: time.Minute}}
	assert.Empty(t, d.Lacks())
}

// TestMMLiteAssumes: its path and answer are not documented, and the dialect says so.
func TestMMLiteAssumes(t *testing.T) {
	t.Parallel()
	d, diags := Load("../../plugins/innopaas-mmlite/dialect.hcl")
	require.False(t, diags.HasErrors(), "%v", diags)
	assert.Equal(t, `route "send"`, d.Assumed()[0].Where)
}
