// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://providers.example.com":          "",
		"https://providers.example.com/a/":       "",
		"http://127.0.0.1:8080/":                 "",
		"http://localhost/":                      "",
		"http://[::1]:80/":                       "",
		"http://providers.example.com/":          "is not the URL of a server with HTTPS",
		"ftp://providers.example.com/":           "is not the URL of a server with HTTPS",
		"/srv/providers":                         "is not the URL of a server with HTTPS",
		"https://u:canary@providers.example.com": "has a user",
		"https://providers.example.com/?a=b":     "a query",
	} {
		u, err := url.Parse(text)
		require.NoError(t, err)
		err = CheckURL(u)
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "canary")
	}
}

func TestRepository(t *testing.T) {
	t.Parallel()
	address := Address{Host: "example.com:8443", Namespace: "acme", Name: "mmlite"}
	for text, want := range map[string]struct{ repository, err string }{
		"registry.example.com/providers/{namespace}/{name}": {repository: "registry.example.com/providers/acme/mmlite"},
		"registry.example.com/{host}/{namespace}-{name}":    {repository: "registry.example.com/example.com_8443/acme-mmlite"},
		"http://127.0.0.1:5000/{name}":                      {repository: "127.0.0.1:5000/mmlite"},
		"http://registry.example.com/{name}":                {err: "only a registry on the loopback interface"},
		"https://registry.example.com/{name}":               {err: "leave out what is before the host"},
		"registry.example.com/{type}":                       {err: "{type} stands for nothing"},
		"registry.example.com/${name}":                      {err: "characters that the name of a repository cannot have"},
		"registry.example.com/{name}:latest":                {err: "or it has a tag"},
		"registry.example.com/Acme/{name}":                  {err: "characters"},
		"registry.example.com/all":                          {err: "it has no {name}"},
		"providers/{name}":                                  {err: "it does not begin with the host of a registry"},
		"":                                                  {err: "it does not begin with the host"},
	} {
		r, err := ParseRepository(text)
		if want.err != "" {
			require.ErrorContains(t, err, want.err, text)
			continue
		}
		require.NoError(t, err, text)
		require.Equal(t, want.repository, r.Of(address))
		require.Equal(t, text, r.String())
	}
}
