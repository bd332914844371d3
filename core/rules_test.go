// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/wahost/wahost"

type listed struct {
	ImportPath, Dir                             string
	Imports, TestImports, XTestImports, GoFiles []string
}

// packages lists all packages of the module.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,TestImports,XTestImports,GoFiles", module+"/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module+"/")
		all = append(all, p)
	}
	require.Greater(t, len(all), 20)
	return all
}

func within(path string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return path == root || strings.HasPrefix(path, root+"/") })
}

// TestImportRules holds the packages to the direction in which data flows.
func TestImportRules(t *testing.T) {
	t.Parallel()
	const (
		hcl    = "github.com/hashicorp/hcl/v2"
		plugin = "github.com/hashicorp/go-plugin"
	)
	for _, p := range packages(t) {
		tests := slices.Concat(p.TestImports, p.XTestImports)
		check := func(imports []string, rule string, allowed func(string) bool) {
			for _, path := range imports {
				if !allowed(strings.TrimPrefix(path, module+"/")) {
					t.Errorf("%s imports %s: %s", p.ImportPath, path, rule)
				}
			}
		}
		own := func(path string) bool { return within(path, "sdk", "core", "plugins", "conformance", "cmd") }
		switch {
		case within(p.ImportPath, "sdk"):
			check(slices.Concat(p.Imports, tests), "sdk imports none of the others", func(s string) bool { return !own(s) || within(s, "sdk") })
		case within(p.ImportPath, "plugins"):
			check(slices.Concat(p.Imports, tests), "a provider imports sdk and plugins/internal only", func(s string) bool {
				return !own(s) || within(s, "sdk", "plugins/internal") || s == path.Dir(p.ImportPath)
			})
		case within(p.ImportPath, "conformance"):
			check(p.Imports, "conformance imports sdk, core/launch and core/registry/verify only", func(s string) bool {
				return !own(s) || within(s, "sdk", "conformance", "core/launch", "core/registry/verify")
			})
		case within(p.ImportPath, "core"):
			check(p.Imports, "the host knows neither providers nor the suite nor its command line", func(s string) bool { return !own(s) || within(s, "sdk", "core") })
		}
		if !within(p.ImportPath, "core/config", "core/diagview", "core/host", "core/registry/lockfile", "conformance/dialect", "cmd") {
			check(p.Imports, "only configuration, lock file, dialect reader and views import HCL", func(s string) bool { return !within(s, hcl) })
		}
		if !within(p.ImportPath, "core/launch", "sdk/serve", "sdk/client", "sdk/internal/handshake", "conformance") {
			check(p.Imports, "only core/launch, sdk/serve, sdk/client and the handshake import go-plugin", func(s string) bool { return !within(s, plugin) })
		}
		if within(p.ImportPath, "core/route") {
			check(p.Imports, "a route is chosen by a pure function", func(s string) bool { return !within(s, "core/supervise", "core/launch", "core/dispatch", "net", "os") })
		}
	}
}

// TestPackagesSayWhatTheyAreFor looks for a package comment in each package.
func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		commented := false
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			require.NoError(t, err)
			commented = commented || file.Doc != nil
		}
		if len(p.GoFiles) > 0 && !commented {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

var header = regexp.MustCompile(`SPDX-FileCopyrightText: \d{4} The wahost Authors\n(//|#) SPDX-License-Identifier: Apache-2\.0\n`)

// TestFilesNameTheirLicence looks at the first lines of all source files.
func TestFilesNameTheirLicence(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "bin" || name == ".git" || name == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains([]string{".go", ".proto", ".hcl", ".mk"}, filepath.Ext(path)) && filepath.Base(path) != "Makefile" || strings.HasSuffix(path, ".pb.go") {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		var head strings.Builder
		lines := bufio.NewScanner(f)
		for i := 0; i < 6 && lines.Scan(); i++ {
			head.WriteString(lines.Text() + "\n")
		}
		if !header.MatchString(head.String()) {
			t.Errorf("%s does not begin with the two SPDX lines", path)
		}
		return nil
	})
	require.NoError(t, err)
}
