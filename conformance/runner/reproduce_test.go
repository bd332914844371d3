// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/suite"
)

func TestReproduce(t *testing.T) {
	t.Parallel()
	env := []string{"MODE=fast and loose", "ACME_TOKEN=hunter2"}
	for name, tt := range map[string]struct {
		options Options
		want    string
	}{
		"usual": {Options{}, "wahost conformance run bin/p --dialect acme.hcl --seed 7 send/text/minimal"},
		"every option": {
			Options{DialectPath: "my dialect.hcl", Seed: 9, Env: env, StartTimeout: 30 * time.Second, Isolation: isolation.Namespaces},
			`wahost conformance run bin/p --dialect 'my dialect.hcl' --seed 9 --env 'MODE=fast and loose' --env ACME_TOKEN="$ACME_TOKEN" --start-timeout 30s --isolation namespaces send/text/minimal`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := tt.options
			o.Command, o.Dialect = "bin/p", &dialect.Dialect{Name: "acme"}
			assert.NoError(t, o.check())
			r := &runner{options: o, facts: &suite.Facts{Dialect: o.Dialect}}
			assert.Equal(t, tt.want, r.reproduce("send/text/minimal"))
		})
	}
	assert.Equal(t, []string{"MODE=fast and loose", "ACME_TOKEN"}, recorded(env), "secrets are not written down")
}
