// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/reference"
)

func TestLookedUp(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lines []string
		want  []string
	}{
		"nothing":              {[]string{"INFO started"}, nil},
		"one":                  {[]string{"INFO go package net: hostLookupOrder(localhost) = files,dns"}, []string{"localhost"}},
		"sorted, once":         {[]string{"hostLookupOrder(b.example) = dns", "hostLookupOrder(a.example) = dns hostLookupOrder(b.example) = dns"}, []string{"a.example", "b.example"}},
		"rooted and capitals":  {[]string{"hostLookupOrder(A.Example.) = dns"}, []string{"a.example"}},
		"broken by a log line": {[]string{`hostLookupOrder({"level":"info","msg":"x"}`, `a.example) = dns`}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, lookedUpIn(tt.lines))
		})
	}
}

func TestByName(t *testing.T) {
	t.Parallel()
	d, diags := dialect.LoadFS(reference.Dialect, "dialect.hcl")
	require.False(t, diags.HasErrors(), "%v", diags)
	emu, err := emulator.Start(t.Context(), d, emulator.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = emu.Close() })
	changes := byName(emu, emu.ProviderConfig())
	require.Contains(t, changes, "endpoint")
	assert.Regexp(t, `^http://localhost:\d+$`, changes["endpoint"].AsString())
	assert.Len(t, changes, 1, "the rest stays as it is")
	odd := map[string]cty.Value{"null": cty.NullVal(cty.String), "unknown": cty.UnknownVal(cty.String), "number": cty.NumberIntVal(1)}
	assert.Empty(t, byName(emu, odd))
}
