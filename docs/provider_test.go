// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var argumentRow = regexp.MustCompile("^\\| (`[a-z]+`)? ?\\| `([a-z_]+)` \\|([^|]*)\\|")

// providerArgument is what a page or a schema says of one argument.
type providerArgument struct {
	Block, Name         string
	Required, Sensitive bool
}

// TestArgumentsOfProviders compares the table of arguments on the page of each included provider with the schema that the provider
// itself serves, in both directions.
func TestArgumentsOfProviders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pushwoosh", "innopaas", "innopaas-mmlite", "cloudapi", "twilio"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := os.ReadFile(filepath.Join("../plugins", name, "README.md"))
			require.NoError(t, err)
			require.ElementsMatch(t, servedArguments(t, name), describedArguments(string(page)))
		})
	}
}

func describedArguments(page string) []providerArgument {
	_, section, _ := strings.Cut(page, "\n## Arguments\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var all []providerArgument
	block := ""
	for line := range strings.Lines(section) {
		m := argumentRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if m[1] != "" {
			block = strings.Trim(m[1], "`")
		}
		all = append(all, providerArgument{block, m[2], strings.Contains(m[3], "required"), strings.Contains(m[3], "sensitive")})
	}
	return all
}

func servedArguments(t *testing.T, name string) []providerArgument {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "wahost"), "providers", "schema", name, "--json")
	cmd.Dir, cmd.Env = dir, environment(dir)
	out, err := cmd.Output()
	require.NoError(t, err)
	type block struct {
		Attributes []providerArgument `json:"attributes"`
	}
	var schema struct {
		Providers map[string]struct{ Provider, Channel block } `json:"providers"`
	}
	require.NoError(t, json.Unmarshal(out, &schema))
	var all []providerArgument
	for what, b := range map[string]block{"provider": schema.Providers[name].Provider, "channel": schema.Providers[name].Channel} {
		for _, a := range b.Attributes {
			a.Block = what
			all = append(all, a)
		}
	}
	require.NotEmpty(t, all)
	return all
}
