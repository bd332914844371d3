// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package addr

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseChannel(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want Channel
		err  string
	}{
		"plain":        {in: "innopaas.in_otp", want: Channel{"innopaas", "in_otp"}},
		"dashes":       {in: "innopaas-mmlite.eu-1", want: Channel{"innopaas-mmlite", "eu-1"}},
		"reference":    {in: "channel.pushwoosh.eu", want: Channel{"pushwoosh", "eu"}},
		"no-dot":       {in: "pushwoosh", err: `channel "pushwoosh": expected PROVIDER.NAME`},
		"three-parts":  {in: "a.b.c", err: "expected PROVIDER.NAME"},
		"empty":        {in: "", err: "expected PROVIDER.NAME"},
		"upper-case":   {in: "Pushwoosh.eu", err: `the provider name "Pushwoosh" must start with a lower-case letter`},
		"bad-name":     {in: "pushwoosh.1", err: `the name "1" must start with a letter`},
		"empty-name":   {in: "pushwoosh.", err: `the name "" must start`},
		"path-in-name": {in: "../x.y", err: "expected PROVIDER.NAME"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseChannel(tt.in)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			again, err := ParseChannel(got.String())
			require.NoError(t, err)
			require.Equal(t, got, again)
		})
	}
}

func TestParseProviderConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want ProviderConfig
		err  string
	}{
		"default":            {in: "innopaas", want: ProviderConfig{Name: "innopaas"}},
		"alias":              {in: "innopaas.eu", want: ProviderConfig{Name: "innopaas", Alias: "eu"}},
		"no-alias-after-dot": {in: "innopaas.", err: `the name "" must start`},
		"bad-name":           {in: "inno_paas", err: `the provider name "inno_paas"`},
		"too-many":           {in: "a.b.c", err: `the name "b.c" must start`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseProviderConfig(tt.in)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.in, got.String())
		})
	}
}
