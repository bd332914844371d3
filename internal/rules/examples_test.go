// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSDKHasExamples checks that each public package of the SDK has an example whose output is checked.
func TestSDKHasExamples(t *testing.T) {
	t.Parallel()
	const root = "../../sdk"
	packages := 0
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "internal" || d.Name() == "testdata" || d.Name() == "proto" {
			return filepath.SkipDir
		}
		sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(sources) == 0 {
			return err
		}
		packages++
		var tests []*ast.File
		for _, path := range sources {
			if !strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			tests = append(tests, file)
		}
		for _, example := range doc.Examples(tests...) {
			if example.Output != "" {
				return nil
			}
		}
		t.Errorf("%s has no example with checked output", dir)
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, packages, 8)
}
