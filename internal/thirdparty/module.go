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

// module is a module of which a package is linked into a binary.
type module struct {
	path, version string
	// licences are SPDX identifiers, sorted.
	licences []string
	texts    []text
}

// text is a file that the licence asks to pass on.
type text struct{ name, content string }

// isLegal matches the names of files with a licence or a notice.
var isLegal = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|patents)(\.md|\.txt)?$`)

// isNotice matches those that are not licences themselves.
var isNotice = regexp.MustCompile(`(?i)^(notice|patents)`)

// linked returns the modules that are linked into the binaries of the module in root, sorted by path.
func linked(ctx context.Context, root string) ([]module, error) {
	commands, err := goList(ctx, root, "", `{{if eq .Name "main"}}{{.ImportPath}}{{end}}`, "./cmd/...", "./plugins/...")
	if err != nil {
		return nil, err
	}
	commands = slices.DeleteFunc(commands, func(path string) bool { return strings.Contains(path, "/internal/") })
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
	var all []module
	for key, packages := range folders {
		path, rest, _ := strings.Cut(key, " ")
		version, dir, _ := strings.Cut(rest, " ")
		m := module{path: path, version: version}
		if err := m.read(dir, packages); err != nil {
			return nil, fmt.Errorf("%s@%s: %w", path, version, err)
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return all, nil
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
func (m *module) read(dir string, packages map[string]bool) error {
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
			t := text{filepath.ToSlash(name), strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n"))}
			if !isNotice.MatchString(e.Name()) {
				if err := m.classify(t); err != nil {
					return err
				}
			}
			m.texts = append(m.texts, t)
		}
	}
	slices.SortFunc(m.texts, func(a, b text) int { return strings.Compare(a.name, b.name) })
	slices.Sort(m.licences)
	m.licences = slices.Compact(m.licences)
	if len(m.licences) == 0 {
		return fmt.Errorf("no licence found in %s", dir)
	}
	return nil
}

// classify adds the kinds of licence in a text. It fails if one is not recognised or not allowed.
func (m *module) classify(t text) error {
	found := licensecheck.Scan([]byte(t.content))
	if found.Percent < 60 || len(found.Match) == 0 {
		return fmt.Errorf("%s is not recognised as a licence (%.0f%% of it is)", t.name, found.Percent)
	}
	for _, match := range found.Match {
		if !slices.Contains(allowed, match.ID) {
			return fmt.Errorf("%s is the licence %s, which is not one of the allowed ones: %s", t.name, match.ID, strings.Join(allowed, ", "))
		}
		m.licences = append(m.licences, match.ID)
	}
	return nil
}
