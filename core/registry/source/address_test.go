// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want Address
		err  string
	}{
		"no host":                 {in: "acme/acme", want: Address{Namespace: "acme", Name: "acme"}},
		"dashes":                  {in: "my-org_2/innopaas-mmlite", want: Address{Namespace: "my-org_2", Name: "innopaas-mmlite"}},
		"host":                    {in: "providers.example.com/acme/acme", want: Address{"providers.example.com", "acme", "acme"}},
		"host with a port":        {in: "localhost:8443/acme/acme", want: Address{"localhost:8443", "acme", "acme"}},
		"localhost":               {in: "localhost/acme/acme", want: Address{"localhost", "acme", "acme"}},
		"address of a machine":    {in: "127.0.0.1:80/acme/acme", want: Address{"127.0.0.1:80", "acme", "acme"}},
		"digits first":            {in: "360dialog/cloudapi", want: Address{Namespace: "360dialog", Name: "cloudapi"}},
		"empty":                   {in: "", err: `"" is not a source address: write NAMESPACE/NAME, such as "acme/acme"`},
		"spaces and slashes":      {in: "a b///c", err: `"a b///c" is not a source address: it has a space`},
		"only a name":             {in: "innopaas", err: `it has no namespace. Write NAMESPACE/NAME, such as "acme/innopaas"`},
		"empty parts":             {in: "a//c", err: "a part between slashes is empty"},
		"empty name":              {in: "acme/", err: "a part between slashes is empty"},
		"empty namespace":         {in: "/acme", err: "a part between slashes is empty"},
		"four parts":              {in: "a.b/c/d/e", err: "it has 4 parts between slashes"},
		"a URL":                   {in: "https://example.com/acme/acme", err: "leave out what is before the host"},
		"a host, no namespace":    {in: "example.com/acme", err: `"example.com" is a host, and no namespace follows it. Write example.com/NAMESPACE/acme`},
		"no host in three":        {in: "example/acme/acme", err: `"example" is not a host: a host has a dot or a port`},
		"upper-case namespace":    {in: "Acme/acme", err: `the namespace "Acme" must have only lower-case letters and digits, with single dashes or underscores between them. Write "acme"`},
		"upper-case name":         {in: "acme/Acme", err: `the provider name "Acme" must start with a lower-case letter`},
		"upper-case host":         {in: "Example.com/acme/acme", err: `the host "Example.com" must be in lower case. Write "example.com"`},
		"port out of range":       {in: "example.com:70000/acme/acme", err: `the port "70000" of the host is not a number from 1 to 65535`},
		"port with a zero":        {in: "example.com:080/acme/acme", err: `the port "080" of the host`},
		"no port":                 {in: "example.com:/acme/acme", err: `the port "" of the host`},
		"parent folder":           {in: "../acme", err: "the namespace"},
		"parent folder as a host": {in: "../acme/acme", err: "is not a host name"},
		"wildcard":                {in: "acme/*", err: `the provider name "*" must start`},
		"a dot in the namespace":  {in: "a_b.c/acme", err: "the namespace"},
		"double dash":             {in: "a--b/acme", err: `the namespace "a--b"`},
		"other script":            {in: "аcme/acme", err: "the namespace"},
		"line break":              {in: "acme/acme\n", err: "it has a space"},
		"long":                    {in: strings.Repeat("a", 300) + "/acme", err: "it is longer than 200 bytes"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(tt.in)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				assert.Less(t, len(err.Error()), 400)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.in, got.String())
			back, err := ParsePath(got.Path())
			require.NoError(t, err)
			require.Equal(t, got, back)
			require.NotContains(t, got.Path(), ":")
		})
	}
}

func TestPattern(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pattern string
		yes, no []string
		wrong   string
	}{
		"any name":         {pattern: "acme/*", yes: []string{"acme/acme", "acme/x"}, no: []string{"evil/acme", "example.com/acme/acme"}},
		"any namespace":    {pattern: "*/acme", yes: []string{"acme/acme", "evil/acme"}, no: []string{"acme/x"}},
		"one address":      {pattern: "acme/acme", yes: []string{"acme/acme"}, no: []string{"acme/acme2"}},
		"everything":       {pattern: "*/*", yes: []string{"a/b"}, no: []string{"example.com/a/b"}},
		"of a host":        {pattern: "example.com/*/*", yes: []string{"example.com/a/b"}, no: []string{"a/b", "example.org/a/b"}},
		"part of a name":   {pattern: "acme/a*", wrong: `"acme/a*" is not a pattern of source addresses, such as "acme/*" or "acme/acme": the provider name "a*" must start`},
		"any host":         {pattern: "*/a/b", wrong: `"*" is not a host`},
		"one part":         {pattern: "*", wrong: "it has no namespace"},
		"empty":            {pattern: "", wrong: "is not a pattern of source addresses"},
		"in brackets":      {pattern: "[a-z]/acme", wrong: `the namespace "[a-z]"`},
		"upper-case":       {pattern: "Acme/*", wrong: `Write "acme"`},
		"several wildcard": {pattern: "**/acme", wrong: `the namespace "**"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := ParsePattern(tt.pattern)
			if tt.wrong != "" {
				require.ErrorContains(t, err, tt.wrong)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.pattern, p.String())
			for want, addresses := range map[bool][]string{true: tt.yes, false: tt.no} {
				for _, text := range addresses {
					a, err := Parse(text)
					require.NoError(t, err)
					require.Equal(t, want, Match([]Pattern{p}, a), text)
				}
			}
		})
	}
}

// FuzzParse looks for texts that Parse accepts and that are not one safe path.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"acme/acme", "example.com:443/a/b", "../a", "a b///c", "localhost/a_b/c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if err != nil {
			return
		}
		require.Equal(t, text, a.String())
		require.NotContains(t, a.Path(), "..")
		require.NotContains(t, a.Path(), `\`)
		back, err := ParsePath(a.Path())
		require.NoError(t, err)
		require.Equal(t, a, back)
	})
}
