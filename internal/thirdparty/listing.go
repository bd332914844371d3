// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package thirdparty

import (
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
	var b strings.Builder
	fmt.Fprintf(&b, preamble, Update)
	for _, m := range modules {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.path, m.version, strings.Join(m.licences, ", "))
	}
	b.WriteString("| Go's standard library | of the toolchain | BSD-3-Clause |\n" + sources)
	for _, m := range modules {
		if slices.Contains(m.licences, "MPL-2.0") {
			fmt.Fprintf(&b, "- %s: `go mod download %s@%s`; repository https://%s\n", m.path, m.path, m.version, repository(m.path))
		}
	}
	standard, err := standardLibrary(ctx, root)
	if err != nil {
		return "", err
	}
	writeTexts(&b, append(modules, standard))
	return b.String(), nil
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
func standardLibrary(ctx context.Context, root string) (module, error) {
	m := module{path: "Go's standard library"}
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
func writeTexts(b *strings.Builder, modules []module) {
	for _, section := range []struct {
		title  string
		wanted func(text) bool
	}{
		{"Notices", func(t text) bool { return isNotice.MatchString(filepath.Base(t.name)) }},
		{"Licences", func(t text) bool { return !isNotice.MatchString(filepath.Base(t.name)) }},
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
				owners[t.content] = append(owners[t.content], m.path+" ("+t.name+")")
			}
		}
		for _, content := range contents {
			fmt.Fprintf(b, "\n%s:\n\n~~~~text\n%s\n~~~~\n", strings.Join(owners[content], ", "), content)
		}
	}
}
