// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainRoots are the trees, relative to the root of the module, in which comments, texts and documents must be in
// plain English.
var plainRoots = []string{
	"cmd", "configs", "conformance", "core", "docs", "examples", "internal", "plugins", "sdk",
	"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
}

// phrase is an expression that is kept out of the project.
type phrase struct {
	pattern *regexp.Regexp
	instead string
}

// phrases are kept out of comments, string literals and documents.
var phrases = []phrase{
	{regexp.MustCompile(`\b(it|this|that|which|what|one|who) (is|are|was|were) none\b`), `"is not"`},
	{regexp.MustCompile(`\bputs? (it |this |that |them )?right\b`), `"fix"`},
	{regexp.MustCompile(`\b(is|are|was|were) told at once\b`), `"is reported immediately"`},
	{regexp.MustCompile(`\bgoes with [A-Z]\w*\.`), `"is the value of" or "is used with"`},
	{regexp.MustCompile(`\b(empty|nil|zero|0|false|""|none|set) where (an?|no|none|something|nothing|the|it|there)\b`), `"if"`},
	{regexp.MustCompile(`\bwhat (they|it) says?\b`), "the name of the thing"},
	{regexp.MustCompile(`\bin silence\b`), `"silently"`},
}

// commentPhrases are kept out of comments, also those of .proto files. They refer to a thing without its name.
var commentPhrases = []phrase{
	{regexp.MustCompile(`\b(is|are) none\b`), `the name of the thing, as in "if nothing is shown" or "if the text contains no secret"`},
	{regexp.MustCompile(`\bgives one\b`), `"returns" or "has" with the name of the thing`},
}

// givesVerb matches a doc comment that says "Name gives" where Go says "returns".
var givesVerb = regexp.MustCompile(`^(\w+\.)?\w+ gives\b`)

// metaphors are names that the project has retired, and what is used instead.
var metaphors = map[string]string{
	"fly": "call", "keepFlying": "callLoop", "landed": "finish", "hush": "pauseUntil", "silence": "pauseUntil",
	"forgiven": "recovered", "said": "exitWith or the name of the value", "sick": "unhealthy", "barred": "startErrors",
	"sound": "normalizeOutcome", "deathRattle": "exitDetectionDelay", "twins": "proofs", "Unsure": "NewUnknown",
	"flight": "a noun of its own for each thing",
}

// finding is a violation at a position.
type finding struct{ at, text string }

// TestPlainEnglish looks for phrases and names that the project avoids.
func TestPlainEnglish(t *testing.T) {
	t.Parallel()
	for _, root := range plainRoots {
		t.Run(root, func(t *testing.T) {
			t.Parallel()
			files := 0
			err := filepath.WalkDir(filepath.Join("../..", filepath.FromSlash(root)), func(path string, d fs.DirEntry, err error) error {
				if err != nil {
					return err
				}
				var found []finding
				switch {
				case d.IsDir():
					if slices.Contains([]string{"testdata", "node_modules", "rules"}, d.Name()) {
						return filepath.SkipDir // rules quotes the phrases
					}
					return nil
				case strings.HasSuffix(path, ".pb.go"):
					return nil // generated from .proto files, which are looked at
				case strings.HasSuffix(path, ".go"):
					found, err = checkGo(path, nil)
				case strings.HasSuffix(path, ".md"):
					found, err = checkText(path, phrases)
				case strings.HasSuffix(path, ".proto"):
					found, err = checkText(path, slices.Concat(phrases, commentPhrases))
				default:
					return nil
				}
				files++
				for _, f := range found {
					t.Errorf("%s: %s", f.at, f.text)
				}
				return err
			})
			require.NoError(t, err)
			require.Positive(t, files)
		})
	}
}

// checkGo checks the comments, string literals and identifiers of a file. If source is nil, it reads the file.
func checkGo(path string, source any) ([]finding, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var found []finding
	add := func(pos token.Pos, texts ...string) {
		for _, text := range texts {
			found = append(found, finding{set.Position(pos).String(), text})
		}
	}
	for _, group := range file.Comments {
		text := group.Text()
		add(group.Pos(), checkPhrases(text, phrases)...)
		add(group.Pos(), checkPhrases(text, commentPhrases)...)
		if givesVerb.MatchString(text) {
			add(group.Pos(), `a doc comment says "returns", "is" or "has" instead of "gives"`)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				add(n.Pos(), checkPhrases(n.Value, phrases)...)
			}
		case *ast.Ident:
			if instead, retired := metaphors[n.Name]; retired && n.Obj != nil && n.Obj.Pos() == n.Pos() || retired && isMember(file, n) {
				add(n.Pos(), fmt.Sprintf("the name %s is retired: use %s", n.Name, instead))
			}
		}
		return true
	})
	return found, nil
}

// isMember reports whether an identifier is the name of a method or of a field in its declaration.
func isMember(file *ast.File, id *ast.Ident) bool {
	member := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			member = member || n.Name == id
		case *ast.Field:
			member = member || slices.Contains(n.Names, id)
		}
		return !member
	})
	return member
}

// checkText checks a document line by line.
func checkText(path string, avoided []phrase) ([]finding, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var found []finding
	for i, line := range strings.Split(string(data), "\n") {
		for _, text := range checkPhrases(line, avoided) {
			found = append(found, finding{fmt.Sprintf("%s:%d", path, i+1), text})
		}
	}
	return found, nil
}

// checkPhrases returns a text for each of the phrases that is in a comment, a literal or a line.
func checkPhrases(text string, avoided []phrase) []string {
	text = strings.Join(strings.Fields(text), " ")
	var found []string
	for _, p := range avoided {
		if match := p.pattern.FindString(text); match != "" {
			found = append(found, fmt.Sprintf("%q: use %s", match, p.instead))
		}
	}
	return found
}

// TestPlainEnglishFinds checks that the test itself finds what it is for.
func TestPlainEnglishFinds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		source string
		want   int
	}{
		"plain":          {"// Name returns the name.\nfunc Name() {}", 0},
		"gives":          {"// Name gives the name.\nfunc Name() {}", 1},
		"gives later":    {"// Name returns what the vendor gives.\nfunc Name() {}", 0},
		"is none":        {"// a turns it into a success that is\n// none.\nvar a int", 2},
		"there is none":  {"// a returns the id, or \"\" if there is\n// none.\nvar a int", 1},
		"are none":       {"// a lists them. There are none without a file.\nvar a int", 1},
		"none in a text": {"const a = `there is none`", 0},
		"none of":        {"// a is in none of them.\nvar a int", 0},
		"gives one":      {"// a is empty if the vendor gives one.\nvar a int", 1},
		"empty where":    {"// a is the reason; empty where there\n// is no reason.\nvar a int", 1},
		"in a text":      {"const a = `refused before this is put right`", 1},
		"put right":      {"const a = `put it right`", 1},
		"told at once":   {"// health is told at once.\nvar a int", 1},
		"goes with":      {"// RetryAfter goes with RetryLater.\nvar RetryAfter int", 1},
		"local variable": {"func f() { said := 1; _ = said }", 1},
		"method":         {"type t int\nfunc (t) hush() {}", 1},
		"field":          {"type t struct{ sick bool }", 1},
		"use of a name":  {"import \"x\"\nvar a = x.sound", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := checkGo("a.go", "package a\n\n"+test.source)
			require.NoError(t, err)
			assert.Len(t, found, test.want, "%v", found)
		})
	}
}
