// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// declared is a constant or variable of a package, as its source has it.
type declared struct {
	name  string
	value ast.Expr
	doc   string
}

// declarations returns the constants and variables of the package in a folder, without its tests, in order.
func declarations(t *testing.T, dir string) []declared {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, dir)
	var all []declared
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				v, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				doc := v.Doc.Text()
				if doc == "" {
					doc = v.Comment.Text()
				}
				for i, name := range v.Names {
					one := declared{name: name.Name, doc: strings.Join(strings.Fields(doc), " ")}
					if i < len(v.Values) {
						one.value = v.Values[i]
					}
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// valueOf returns the number or the time of the constant or variable with the name, of the package in a folder.
func valueOf(t *testing.T, dir, name string) constant.Value {
	t.Helper()
	for _, d := range declarations(t, dir) {
		if d.name == name && d.value != nil {
			v := evaluate(d.value)
			require.NotEqual(t, constant.Unknown, v.Kind(), "%s in %s is not a number or time", name, dir)
			return v
		}
	}
	t.Fatalf("there is no %s in %s", name, dir)
	return nil
}

// durationOf is valueOf for a time.
func durationOf(t *testing.T, dir, name string) time.Duration {
	t.Helper()
	n, ok := constant.Int64Val(valueOf(t, dir, name))
	require.True(t, ok)
	return time.Duration(n)
}

var units = map[string]time.Duration{
	"Nanosecond": time.Nanosecond, "Microsecond": time.Microsecond, "Millisecond": time.Millisecond,
	"Second": time.Second, "Minute": time.Minute, "Hour": time.Hour,
}

// evaluate returns the value of an expression of literals, operators and units of time, and an unknown value for any other.
func evaluate(expr ast.Expr) constant.Value {
	switch e := expr.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.ParenExpr:
		return evaluate(e.X)
	case *ast.SelectorExpr:
		if pkg, ok := e.X.(*ast.Ident); ok && pkg.Name == "time" && units[e.Sel.Name] > 0 {
			return constant.MakeInt64(int64(units[e.Sel.Name]))
		}
	case *ast.BinaryExpr:
		x, y := evaluate(e.X), evaluate(e.Y)
		if x.Kind() == constant.Unknown || y.Kind() == constant.Unknown {
			return constant.MakeUnknown()
		}
		if e.Op == token.SHL {
			n, _ := constant.Uint64Val(y)
			return constant.Shift(x, token.SHL, uint(n))
		}
		return constant.BinaryOp(x, e.Op, y)
	}
	return constant.MakeUnknown()
}
