// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
)

func TestConfigCheck(t *testing.T) {
	t.Parallel()
	object := func(v cty.Value) cty.Value { return cty.ObjectVal(map[string]cty.Value{"token": v}) }
	for name, test := range map[string]struct {
		value cty.Value
		asked bool
	}{
		"a text":               {object(cty.StringVal("hunter2")), true},
		"empty":                {object(cty.StringVal("")), true},
		"not set":              {object(cty.NullVal(cty.String)), false},
		"not known yet":        {object(cty.UnknownVal(cty.String)), false},
		"no text":              {object(cty.NumberIntVal(1)), false},
		"no such argument":     {cty.EmptyObjectVal, false},
		"no configuration":     {cty.NilVal, false},
		"null configuration":   {cty.NullVal(cty.EmptyObject), false},
		"nothing is known yet": {cty.DynamicVal, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := provider.Config{Value: test.value}
			assert.Empty(t, config.Check("token", func(string) error { return nil }))
			diags := config.Check("token", func(string) error { return errors.New("it is too short") })
			if !test.asked {
				assert.Empty(t, diags)
				return
			}
			if assert.Len(t, diags, 1) {
				assert.Equal(t, "token", diag.FormatPath(diags[0].Path))
				assert.Equal(t, `The argument "token" is not valid: it is too short.`, diags[0].Detail)
			}
		})
	}
}
