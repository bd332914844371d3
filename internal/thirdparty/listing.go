// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package thirdparty

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const preamble = `# Third-party licences

The binaries of wahost and of its providers contain packages of the modules below and of Go's standard library. This file
is part of each release, so that the licences, copyright lines and notices travel with the binaries. It is generated:
%s.
`

const table = `
| module | version | licence |
|---|---|---|
`

const sources = `
## Source code under the Mozilla Public License 2.0

These modules are used unmodified. The command beside each of them downloads the source of exactly this version.

`

// Update is the command that writes the listing anew.
const Update = "`go test ./internal/thirdparty -update`"

// Listing returns the content of THIRD_PARTY_LICENSES.md for the module in root.
func Listing(ctx context.Context, root string) (string, error) {
	modules, err := linked(ctx, root)
	if err != nil {
		return "", err
	}
	standard, err := standardLibrary(ctx, root)
	if err != nil {
		return "", err
	}
	return listing(fmt.Sprintf(preamble, Update), modules, standard), nil
}

// listing returns the beginning, a table of the modules, and all texts.
func listing(beginning string, modules []Module, standard Module) string {
	var b strings.Builder
	b.WriteString(beginning + table)
	for _, m := range modules {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.Path, m.Version, cmp.Or(strings.Join(m.Licences, ", "), "see its text below"))
	}
	fmt.Fprintf(&b, "| %s | %s | BSD-3-Clause |\n%s", standard.Path, standard.Version, sources)
	for _, m := range modules {
		if slices.Contains(m.Licences, "MPL-2.0") {
			fmt.Fprintf(&b, "- %s: `go mod download %s@%s`; repository https://%s\n", m.Path, m.Path, m.Version, repository(m.Path))
		}
	}
	writeTexts(&b, append(slices.Clone(modules), standard))
	return b.String()
}

// repository returns where a module is developed, without the scheme: for those on GitHub the first three parts of the
// path, for others the path itself.
func repository(path string) string {
	parts := strings.Split(path, "/")
	if parts[0] == "github.com" && len(parts) > 3 {
		parts = parts[:3]
	}
	return strings.Join(parts, "/")
}

// standardLibrary returns the standard library of the toolchain as if it were a module.
func standardLibrary(ctx context.Context, root string) (Module, error) {
	m := Module{Path: "Go's standard library", Version: "of the toolchain"}
	goroot, err := goCommand(ctx, root, nil, "env", "GOROOT")
	if err != nil {
		return m, err
	}
	data, err := os.ReadFile(filepath.Join(goroot[0], "LICENSE"))
	if err != nil {
		return m, fmt.Errorf("the licence of the standard library: %w", err)
	}
	m.texts = []text{{"LICENSE", strings.TrimSpace(string(data))}}
	return m, nil
}

// writeTexts writes each text once, under the modules that it belongs to. Notices come first: there are few of them, and
// their licence asks to display them.
func writeTexts(b *strings.Builder, modules []Module) {
	for _, section := range []struct {
		title  string
		wanted func(text) bool
	}{
		{"Notices", func(t text) bool { return t.isNotice() }},
		{"Licences", func(t text) bool { return !t.isNotice() }},
	} {
		fmt.Fprintf(b, "\n## %s\n", section.title)
		var contents []string
		owners := map[string][]string{}
		for _, m := range modules {
			for _, t := range m.texts {
				if !section.wanted(t) {
					continue
				}
				if owners[t.content] == nil {
					contents = append(contents, t.content)
				}
				owners[t.content] = append(owners[t.content], m.Path+" ("+t.name+")")
			}
		}
		for _, content := range contents {
			fmt.Fprintf(b, "\n%s:\n\n~~~~text\n%s\n~~~~\n", strings.Join(owners[content], ", "), content)
		}
	}
}
