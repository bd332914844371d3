// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckName(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"plain":                 {"acme", ""},
		"dash and digits":       {"my-vendor2", ""},
		"one letter":            {"a", ""},
		"package of Go":         {"http", ""},
		"keyword of Go":         {"func", ""},
		"upper-case":            {"Acme", `Did you mean "acme"?`},
		"underscore":            {"my_vendor", `Did you mean "my-vendor"?`},
		"spaces":                {"My Vendor!", `Did you mean "my-vendor"?`},
		"digit first":           {"360dialog", `Did you mean "dialog"?`},
		"only digits":           {"360", `must start with a lower-case letter`},
		"other script":          {"аcme", `must start with a lower-case letter`},
		"program":               {"wahost-provider-acme", `Did you mean "acme"?`},
		"address":               {"acme/harbour", `"acme/harbour" is a source address, and its name is needed alone. Did you mean "harbour"?`},
		"address with a host":   {"example.com/acme/harbour", `Did you mean "harbour"?`},
		"path":                  {"../acme", `Did you mean "acme"?`},
		"dash at the end":       {"acme-", `must not end with a dash or have two in a row, because registries refuse such names. Did you mean "acme"?`},
		"two dashes":            {"my--vendor", `Did you mean "my-vendor"?`},
		"word of configuration": {"channel", `"channel" is a word of the configuration language. Did you mean "channel-vendor"?`},
		"word of for_each":      {"each", `is a word of the configuration language`},
		"word of a condition":   {"true", `is a word of the configuration language`},
		"long":                  {strings.Repeat("a", 64), "has 64 characters, and at most 63 are allowed"},
		"line break":            {"acme\n", `Did you mean "acme"?`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckName(tt.in)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestCheckModule(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"default":         {DefaultModule("acme"), ""},
		"of a repository": {"github.com/acme/wahost-provider-acme", ""},
		"second version":  {"github.com/acme/wahost-provider-acme/v2", ""},
		"no host":         {"acme", "missing dot in first path element"},
		"URL":             {"https://github.com/acme/x", `Did you mean "github.com/acme/x"?`},
		"space":           {"example.com/a b", "invalid char ' '"},
		"above":           {"example.com/../x", "is not the path of a Go module"},
		"empty":           {"", "is not the path of a Go module"},
		"wahost":          {Host, "is a path of wahost itself"},
		"within wahost":   {Host + "/plugins/acme", "is a path of wahost itself"},
		"quote":           {`example.com/"x`, "is not the path of a Go module"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckModule(tt.in)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestVendorName(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Acme", vendorName("acme"))
	assert.Equal(t, "My Vendor2", vendorName("my-vendor2"))
}
