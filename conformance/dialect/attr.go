// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/gocty"

	"github.com/wahost/wahost/internal/suggest"
)

func (r *reader) add(at hcl.Range, summary, detail string) {
	r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
}

// sentence returns the text of an error as a sentence.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func (r *reader) unique(block, name string, seen *[]string, at hcl.Range) {
	if slices.Contains(*seen, name) {
		r.add(at, "Duplicate "+block+" block", fmt.Sprintf("There is another %s %q. Names must be different.", block, name))
	}
	*seen = append(*seen, name)
}

func (r *reader) expr(a *hcl.Attribute, variables ...string) Expr {
	x, _ := r.exprValue(a, variables...)
	return x
}

func (r *reader) exprValue(a *hcl.Attribute, variables ...string) (Expr, cty.Value) {
	if a == nil {
		return Expr{}, cty.NullVal(cty.DynamicPseudoType)
	}
	x, v, diags := newExpr(a.Expr, variables...)
	r.diags = append(r.diags, diags...)
	if diags.HasErrors() {
		return x, cty.DynamicVal
	}
	return x, v
}

// literal decodes the value of an attribute into target. The value may use neither variables nor functions. If it
// cannot be decoded, literal adds a diagnostic and returns false.
func (r *reader) literal(a *hcl.Attribute, target any, want string) bool {
	v, diags := a.Expr.Value(nil)
	r.diags = append(r.diags, diags...)
	if diags.HasErrors() {
		return false
	}
	if !v.IsWhollyKnown() || v.IsNull() || gocty.FromCtyValue(v, target) != nil {
		r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf("The argument %s must be %s.", a.Name, want))
		return false
	}
	return true
}

// text returns a string attribute, which must not be empty if it is present. It returns "" if the attribute is absent.
func (r *reader) text(a *hcl.Attribute) string {
	var s string
	if a != nil && r.literal(a, &s, "a string") && strings.TrimSpace(s) == "" {
		r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf("The argument %s must not be empty.", a.Name))
	}
	return s
}

func (r *reader) oneOf(a *hcl.Attribute, allowed []string) string {
	s := r.text(a)
	if s != "" && !slices.Contains(allowed, s) {
		r.add(a.Expr.Range(), "Incorrect value",
			fmt.Sprintf("The argument %s must be one of: %s.%s", a.Name, strings.Join(allowed, ", "), suggest.Sentence(s, allowed)))
	}
	return s
}

func (r *reader) method(a *hcl.Attribute) string { return r.oneOf(a, methods) }

func (r *reader) status(a *hcl.Attribute) int {
	var n int
	if r.literal(a, &n, "a number") && (n < http.StatusOK || n > 599) {
		r.add(a.Expr.Range(), "Incorrect value", "The status must be from 200 to 599.")
	}
	return n
}

func (r *reader) errorName(a *hcl.Attribute) string {
	name := r.text(a)
	if name != "" && !slices.Contains(r.errors, name) {
		r.add(a.Expr.Range(), "Unknown error row",
			fmt.Sprintf("There is no error %q in this dialect.%s", name, suggest.Sentence(name, r.errors)))
	}
	return name
}

func (r *reader) path(a *hcl.Attribute) Path {
	text := r.text(a)
	if text == "" {
		return Path{}
	}
	return r.parsePath(a, text)
}

// parsePath parses a path that is in the value of an attribute.
func (r *reader) parsePath(a *hcl.Attribute, text string) Path {
	p, err := ParsePath(text)
	if err != nil {
		r.add(a.Expr.Range(), "Incorrect path", err.Error()+".")
	}
	return p
}

// typeRules returns the rules of the argument type_at: a path, a list of paths, or an object that maps each kind to a
// path whose presence means the kind.
func (r *reader) typeRules(a *hcl.Attribute) []TypeRule {
	if a == nil {
		return nil
	}
	v, diags := a.Expr.Value(nil)
	r.diags = append(r.diags, diags...)
	if diags.HasErrors() {
		return nil
	}
	const want = "The argument type_at must be a path, a list of paths, or an object of kind = path."
	var rules []TypeRule
	rule := func(kind string, v cty.Value) {
		var text string
		if v.IsNull() || gocty.FromCtyValue(v, &text) != nil {
			r.add(a.Expr.Range(), "Incorrect value", want)
			return
		}
		rules = append(rules, TypeRule{At: r.parsePath(a, text), Kind: kind})
	}
	switch t := v.Type(); {
	case v.IsNull() || !v.IsWhollyKnown():
		r.add(a.Expr.Range(), "Incorrect value", want)
	case t.IsTupleType():
		for _, item := range v.AsValueSlice() {
			rule("", item)
		}
	case t.IsObjectType():
		for it := v.ElementIterator(); it.Next(); {
			key, item := it.Element()
			rule(key.AsString(), item)
		}
	default:
		rule("", v)
	}
	return rules
}

// schema compiles a JSON Schema from the folder of the file that names it. References may only refer to files of that folder.
func (r *reader) schema(a *hcl.Attribute) *jsonschema.Schema {
	name := r.text(a)
	if name == "" {
		return nil
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(loader{r, path.Dir(a.Expr.Range().Filename)})
	s, err := c.Compile(schemaBase + name)
	if err != nil {
		r.add(a.Expr.Range(), "Incorrect schema", fmt.Sprintf("The schema %s cannot be used: %s.", name, err))
		return nil
	}
	return s
}

// schemaBase is the base URL of the dialect's folder for the schema compiler.
const schemaBase = "dialect:///"

type loader struct {
	r   *reader
	dir string
}

// Load returns the decoded schema at a URL. It implements jsonschema.URLLoader.
func (l loader) Load(url string) (any, error) {
	name, ok := strings.CutPrefix(url, schemaBase)
	if !ok || !fs.ValidPath(name) {
		return nil, fmt.Errorf("%s is outside of the dialect's folder", url)
	}
	data, err := l.r.read(path.Join(l.dir, name))
	if err != nil {
		return nil, errors.New(withoutPath(err))
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	// White space in a schema does not change the digest.
	canonical, err := json.Marshal(doc)
	l.r.digest.Write(canonical)
	return doc, err
}
