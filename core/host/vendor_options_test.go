// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

func TestOptionsCheck(t *testing.T) {
	t.Parallel()
	check := newVendorOptions(&config.Config{Required: map[string]config.Requirement{"acme": {}, "other": {}}}, map[string]provider.Schema{
		"acme":    {Options: schema.Schema{Attributes: []schema.Attribute{{Name: "priority", Type: cty.String, Allowed: []string{"high", "low"}}, {Name: "tag", Type: cty.String}}}},
		"other":   {},
		"earlier": {},
	})
	for name, test := range map[string]struct{ vendor, want string }{
		"none":                      {`{}`, ""},
		"known":                     {`{"acme": {"priority": "high"}, "other": {}}`, ""},
		"unknown option":            {`{"acme": {"priorty": "high"}}`, `wahost.vendor.acme.priorty: The provider acme has no such option. Did you mean "priority"? It has: priority, tag.`},
		"value that is not allowed": {`{"acme": {"priority": "urgent"}}`, `wahost.vendor.acme.priority: The argument "priority" must be one of: high, low. It is "urgent".`},
		"no options":                {`{"other": {"x": 1}}`, `wahost.vendor.other.x: The provider other has no options of a message.`},
		"misspelt provider":         {`{"acne": {"priority": "high"}}`, `wahost.vendor.acne: The configuration requires no provider "acne". Did you mean "acme"? It requires: acme, other.`},
		"no longer required":        {`{"earlier": {}}`, `wahost.vendor.earlier: The configuration requires no provider "earlier". It requires: acme, other.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := message.Parse([]byte(`{"type": "text", "text": {"body": "x"}, "wahost": {"vendor": ` + test.vendor + `}}`))
			require.NoError(t, err)
			got := check.Check(m)
			if test.want == "" {
				assert.Nil(t, got)
				return
			}
			require.NotNil(t, got)
			assert.Equal(t, test.want, got.Path+": "+got.Detail)
		})
	}
	nobody := newVendorOptions(&config.Config{}, nil)
	m, err := message.Parse([]byte(`{"type": "text", "text": {"body": "x"}, "wahost": {"vendor": {"acme": {}}}}`))
	require.NoError(t, err)
	assert.Equal(t, `The configuration requires no provider "acme". It requires none.`, nobody.Check(m).Detail)
}
