// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/hclbound"
	"github.com/wahost/wahost/internal/hclmeter"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
)

// Sources are where the values of variables come from. Later ones win: Env, Files, Flags.
type Sources struct {
	// Env is the environment, as os.Environ returns it.
	Env []string
	// Files are the variables files, in order. Each variable may be in one of them only.
	Files []VariablesFile
	// Flags are the values of --var, each NAME=VALUE.
	Flags []string
}

// VariablesFile is a parsed file of values.
type VariablesFile struct {
	Name string
	Body hcl.Body
}

// given is the value of a variable from outside the configuration, before conversion.
type given struct {
	text  string         // from the environment or a flag
	expr  hcl.Expression // from a variables file
	at    *hcl.Range
	where string
}

// gather returns the values of the declared variables, by name.
func (s Sources) gather(declared map[string]*variable) (map[string]given, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	values := map[string]given{}
	unknown := func(name, where string, at *hcl.Range) {
		d := Error("Value for an unknown variable", fmt.Sprintf(
			"There is no variable %q, but %s sets it.%s", name, where,
			suggest.SentenceOr(name, sortedNames(declared), fmt.Sprintf(" Declare it with a block: variable %q {}", name))))
		d.Subject = at
		diags = append(diags, d)
	}
	var others []string // the variables of the environment that are not declared
	for _, pair := range s.Env {
		key, text, _ := strings.Cut(pair, "=")
		name, ours := strings.CutPrefix(key, config.EnvPrefix)
		switch {
		case !ours || name == "":
		case declared[name] == nil:
			others = append(others, name)
		default:
			values[name] = given{text: text, where: "the environment variable " + key}
		}
	}
	diags = append(diags, warnOfEnvironment(others, sortedNames(declared))...)
	places := map[string]hcl.Range{}
	for _, file := range s.Files {
		attrs, d := file.Body.JustAttributes()
		diags = append(diags, d...)
		for _, name := range sortedNames(attrs) {
			attr := attrs[name]
			previous, twice := places[name]
			switch {
			case declared[name] == nil:
				unknown(name, "this file", attr.NameRange.Ptr())
			case twice:
				diags = append(diags, ErrorAt(attr.NameRange, "Variable set twice", fmt.Sprintf(
					"The variable %q is set in two files: here, and at %s. Remove one of the two. To replace a value for one run, use --var.",
					name, NewRange(previous))))
			default:
				places[name] = attr.NameRange
				values[name] = given{expr: attr.Expr, at: attr.NameRange.Ptr(), where: "the file " + file.Name}
			}
		}
	}
	for _, pair := range s.Flags {
		name, text, ok := strings.Cut(pair, "=")
		switch {
		case !ok:
			// The text may be a secret without its name, so it is not quoted.
			diags = append(diags, Error("Invalid --var", "Write --var NAME=VALUE."))
		case declared[name] == nil:
			unknown(name, "--var", nil)
		default:
			values[name] = given{text: text, where: "--var"}
		}
	}
	return values, diags
}

// warnOfEnvironment returns the warnings about environment variables that set variables which are not declared. They may be
// another configuration's, so they are not errors.
func warnOfEnvironment(names, declared []string) hcl.Diagnostics {
	const summary = "Environment variable without effect"
	var diags hcl.Diagnostics
	var rest []string
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		similar := suggest.Sentence(name, declared)
		if similar == "" {
			rest = append(rest, config.EnvPrefix+name)
			continue
		}
		diags = append(diags, Warning(summary, fmt.Sprintf(
			"The environment variable %s%s is set, but there is no variable %q.%s", config.EnvPrefix, name, name, similar)))
	}
	if len(rest) > 0 {
		diags = append(diags, Warning(summary, fmt.Sprintf(
			"This configuration declares no variables for: %s. Unset them if they are not for another configuration.", suggest.List(rest))))
	}
	return diags
}

// evaluate returns the value of the variable, marked if it is sensitive. After an error the value is unknown.
func (v *variable) evaluate(g given, isGiven bool) (cty.Value, hcl.Diagnostics) {
	value, diags := v.choose(g, isGiven)
	if v.sensitive {
		value = value.Mark(sensitive)
	}
	return value, diags
}

// choose returns the given value or the default.
func (v *variable) choose(g given, isGiven bool) (cty.Value, hcl.Diagnostics) {
	if !isGiven {
		if v.fallback != cty.NilVal {
			return v.fallback, nil
		}
		return cty.UnknownVal(v.ty.WithoutOptionalAttributesDeep()), hcl.Diagnostics{ErrorAt(v.declRange, "No value for variable", fmt.Sprintf(
			"The variable %q has no default and no value was given. Set the environment variable %s%s, "+
				"write it into %s or a file that --var-file names, or use --var %s=VALUE.", v.name, config.EnvPrefix, v.name, config.AutoVarsFile, v.name))}
	}
	at := v.declRange
	if g.at != nil {
		at = *g.at
	}
	raw, err := g.value(v.ty)
	if err == nil {
		raw, err = v.convert(raw)
		if err == nil {
			return raw, nil
		}
		err = fmt.Errorf("%s", v.explain(err))
	}
	return cty.UnknownVal(v.ty.WithoutOptionalAttributesDeep()), hcl.Diagnostics{ErrorAt(at, "Invalid value for variable", fmt.Sprintf(
		"The value that %s gives for the variable %q does not fit: %s.", g.where, v.name, err))}
}

// value evaluates the given text or expression. Its errors quote nothing of it.
func (g given) value(ty cty.Type) (cty.Value, error) {
	expr := g.expr
	if expr == nil {
		if err := message.CheckUTF8([]byte(g.text)); err != nil {
			return cty.NilVal, fmt.Errorf("it is not UTF-8: %w", err)
		}
		if ty.IsPrimitiveType() || ty == cty.DynamicPseudoType {
			return cty.StringVal(g.text), nil
		}
		src := []byte(g.text)
		if d := hclbound.Check(src, ""); d != nil {
			return cty.NilVal, fmt.Errorf("%s", strings.ToLower(d.Summary))
		}
		parsed, diags := hclsyntax.ParseExpression(src, "", hcl.InitialPos)
		if diags.HasErrors() {
			return cty.NilVal, fmt.Errorf("it must be an expression of the type %s", typeexpr.TypeString(ty))
		}
		hclmeter.Limit(parsed)
		expr = parsed
	}
	v, diags := expr.Value(nil)
	if diags.HasErrors() {
		return cty.NilVal, fmt.Errorf("it must be a constant, without references, function calls and for expressions")
	}
	return v, nil
}
