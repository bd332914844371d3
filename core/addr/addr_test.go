// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package addr

import (
	"strings"
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
		"plain":            {in: "innopaas.in_otp", want: Channel{Provider: "innopaas", Name: "in_otp"}},
		"dashes":           {in: "innopaas-mmlite.eu-1", want: Channel{Provider: "innopaas-mmlite", Name: "eu-1"}},
		"reference":        {in: "channel.pushwoosh.eu", want: Channel{Provider: "pushwoosh", Name: "eu"}},
		"no-dot":           {in: "pushwoosh", err: `channel "pushwoosh": expected PROVIDER.NAME`},
		"three-parts":      {in: "a.b.c", err: "expected PROVIDER.NAME"},
		"empty":            {in: "", err: "expected PROVIDER.NAME"},
		"upper-case":       {in: "Pushwoosh.eu", err: `the provider name "Pushwoosh" must start with a lower-case letter`},
		"bad-name":         {in: "pushwoosh.1", err: `the name "1" must start with a letter`},
		"empty-name":       {in: "pushwoosh.", err: `the name "" must start`},
		"key":              {in: `innopaas.numbers["de"]`, want: Channel{"innopaas", "numbers", "de"}},
		"reference-to-key": {in: `channel.innopaas.numbers["de"]`, want: Channel{"innopaas", "numbers", "de"}},
		"key-unquoted":     {in: "innopaas.numbers[de]", want: Channel{"innopaas", "numbers", "de"}},
		"key-single-quote": {in: "innopaas.numbers['de']", want: Channel{"innopaas", "numbers", "de"}},
		"key-with-dots":    {in: `innopaas.numbers["+49.151 ä"]`, want: Channel{"innopaas", "numbers", "+49.151 ä"}},
		"key-not-closed":   {in: `innopaas.numbers["de"`, err: `the key must end with "]"`},
		"key-empty":        {in: "innopaas.numbers[]", err: "a key must not be empty"},
		"key-half-quoted":  {in: `innopaas.numbers["de]`, err: "must not have quotes"},
		"key-with-bracket": {in: `innopaas.numbers["a"]["b"]`, err: "must not have quotes"},
		"key-control":      {in: "innopaas.numbers[a\x1b]", err: "must have only printable characters"},
		"key-template":     {in: "innopaas.numbers[a${b}]", err: "must not have quotes, backslashes, square brackets, ${ or %{"},
		"key-long":         {in: "innopaas.numbers[" + strings.Repeat("a", 101) + "]", err: "has 101 bytes"},
		"key-without-name": {in: "innopaas[de]", err: "expected PROVIDER.NAME"},
		"path-in-name":     {in: "../x.y", err: "expected PROVIDER.NAME"},
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
