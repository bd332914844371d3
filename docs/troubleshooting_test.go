// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var symptom = regexp.MustCompile(`(?m)^### "(.*)"$`)

// TestTroubleshooting checks that each symptom of the page is a text that the program has, whole or as the beginning of an outcome
// and its reason.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("operating/troubleshooting.md")
	require.NoError(t, err)
	texts := strings.Join(literals(t), "\n")
	found := symptom.FindAllStringSubmatch(string(src), -1)
	require.Greater(t, len(found), 20)
	for _, m := range found {
		text, _ := strings.CutPrefix(m[1], "rejected ") // an outcome is printed before its reason
		assert.True(t, strings.Contains(texts, text), "operating/troubleshooting.md: nothing prints %q", text)
	}
}

// literals returns the texts in the source of the host and the SDK. Texts that are added up are one.
func literals(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, tree := range []string{"../cmd", "../core", "../sdk", "../internal", "../plugins/internal"} {
		err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && slices.Contains([]string{"testdata", "bench"}, d.Name()) {
				return filepath.SkipDir
			}
			if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".pb.go") {
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				expr, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				text, ok := constantText(expr)
				if ok {
					all = append(all, text)
				}
				return !ok
			})
			return nil
		})
		require.NoError(t, err)
	}
	return all
}

// constantText returns the text of a literal or of a sum of literals.
func constantText(expr ast.Expr) (string, bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		x, okX := constantText(e.X)
		y, okY := constantText(e.Y)
		return x + y, okX && okY && e.Op == token.ADD
	}
	return "", false
}
