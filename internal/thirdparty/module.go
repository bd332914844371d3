// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package thirdparty writes THIRD_PARTY_LICENSES.md, which travels with the binaries: the modules that are linked into
// them, with the kinds and texts of their licences. Its test fails if the file is out of date.
package thirdparty

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// systems are the values of GOOS that binaries are built for. Some modules are linked on one of them only.
var systems = []string{"darwin", "freebsd", "linux", "windows"}

// allowed are the licences that may be linked into the binaries. Each of them permits this next to Apache-2.0; what it
// asks for in return is fulfilled by the listing.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unicode-DFS-2016", "Unlicense"}

// Module is a module of which a package is linked into a binary.
type Module struct {
	Path, Version string
	// Licences are SPDX identifiers, sorted. They are empty if no text is recognised.
	Licences []string
	texts    []text
}

// leastRecognised is how many percent of a text have to be those of known licences.
const leastRecognised = 60

// text is a file that the licence asks to pass on.
type text struct{ name, content string }

// isLegal matches the names of files with a licence or a notice.
var isLegal = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|patents)(\.md|\.txt)?$`)

// isNotice matches those that are not licences themselves.
var isNotice = regexp.MustCompile(`(?i)^(notice|patents)`)

// linked returns the modules that are linked into the binaries of the module in root, sorted by path.
func linked(ctx context.Context, root string) ([]Module, error) {
	commands, err := goList(ctx, root, "", `{{if eq .Name "main"}}{{.ImportPath}}{{end}}`, "./cmd/...", "./plugins/...")
	if err != nil {
		return nil, err
	}
	commands = slices.DeleteFunc(commands, func(path string) bool { return strings.Contains(path, "/internal/") })
	// What it writes into a package is from a module, whose licence counts for that package.
	commands = append(commands, "./core/numbers/internal/tablegen")
	folders := map[string]map[string]bool{} // "path version dir" of a module: folders of its packages
	for _, system := range systems {
		const format = `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{"\t"}}{{$.Dir}}{{end}}{{end}}`
		lines, err := goList(ctx, root, system, format, append([]string{"-deps"}, commands...)...)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			mod, folder, _ := strings.Cut(line, "\t")
			if folders[mod] == nil {
				folders[mod] = map[string]bool{}
			}
			folders[mod][folder] = true
		}
	}
	var all []Module
	for key, packages := range folders {
		path, rest, _ := strings.Cut(key, " ")
		version, dir, _ := strings.Cut(rest, " ")
		m := Module{Path: path, Version: version}
		if err := m.read(dir, packages); err != nil {
			return nil, fmt.Errorf("%s@%s: %w", path, version, err)
		}
		if err := m.check(dir); err != nil {
			return nil, fmt.Errorf("%s@%s: %w", path, version, err)
		}
		all = append(all, m)
	}
	sortModules(all)
	return all, nil
}

func sortModules(all []Module) {
	slices.SortFunc(all, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
}

// goList runs `go list` and returns its lines that are not empty. The system is a GOOS, or empty for this one.
func goList(ctx context.Context, root, system, format string, args ...string) ([]string, error) {
	var env []string
	if system != "" {
		env = []string{"GOOS=" + system, "GOARCH=amd64"}
	}
	return goCommand(ctx, root, env, append([]string{"list", "-f", format}, args...)...)
}

// goCommand runs the go command and returns its lines that are not empty.
func goCommand(ctx context.Context, root string, env []string, args ...string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = root, append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, stderr.Bytes())
	}
	return slices.DeleteFunc(strings.Split(string(out), "\n"), func(line string) bool { return line == "" }), nil
}

// read reads the licences and notices in the folders of the linked packages and in those above them, up to dir.
func (m *Module) read(dir string, packages map[string]bool) error {
	folders := map[string]bool{dir: true}
	for folder := range packages {
		for ; folder != dir && strings.HasPrefix(folder, dir); folder = filepath.Dir(folder) {
			folders[folder] = true
		}
	}
	for folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.IsDir() || !isLegal.MatchString(e.Name()) {
				continue
			}
			data, err := os.ReadFile(filepath.Join(folder, e.Name()))
			if err != nil {
				return err
			}
			name, err := filepath.Rel(dir, filepath.Join(folder, e.Name()))
			if err != nil {
				return err
			}
			m.texts = append(m.texts, text{filepath.ToSlash(name), strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n"))})
		}
	}
	slices.SortFunc(m.texts, func(a, b text) int { return strings.Compare(a.name, b.name) })
	for _, t := range m.texts {
		m.Licences = append(m.Licences, t.licences()...)
	}
	slices.Sort(m.Licences)
	m.Licences = slices.Compact(m.Licences)
	return nil
}

// check fails if a licence is not recognised or not allowed.
func (m *Module) check(dir string) error {
	for _, t := range m.texts {
		if t.isNotice() {
			continue
		}
		found := t.licences()
		if len(found) == 0 {
			return fmt.Errorf("%s is not recognised as a licence", t.name)
		}
		for _, id := range found {
			if !slices.Contains(allowed, id) {
				return fmt.Errorf("%s is the licence %s, which is not one of the allowed ones: %s", t.name, id, strings.Join(allowed, ", "))
			}
		}
	}
	if len(m.Licences) == 0 {
		return fmt.Errorf("no licence found in %s", dir)
	}
	return nil
}

// isNotice reports whether a text is not a licence itself.
func (t text) isNotice() bool { return isNotice.MatchString(filepath.Base(t.name)) }

// licences returns the SPDX identifiers of the licences in a text, or nil if the text is not recognised.
func (t text) licences() []string {
	if t.isNotice() {
		return nil
	}
	found := licensecheck.Scan([]byte(t.content))
	if found.Percent < leastRecognised {
		return nil
	}
	var ids []string
	for _, match := range found.Match {
		ids = append(ids, match.ID)
	}
	return ids
}
