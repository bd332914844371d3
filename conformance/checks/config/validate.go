// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/suite"
)

func missingRequired(ctx context.Context, e *suite.Env) {
	for _, b := range blocks(e) {
		b.valid(ctx, e)
		for _, a := range required(b.schema) {
			found, _ := about(b.check(ctx, e, map[string]cty.Value{a.Name: cty.NilVal}), a.Name)
			if len(found) == 0 {
				e.Failf(b.name+"."+a.Name, "an error at this argument when it is missing", "none")
			}
		}
	}
}

func wrongValue(ctx context.Context, e *suite.Env) {
	for _, b := range blocks(e) {
		b.valid(ctx, e)
		for _, a := range b.schema.Attributes {
			if len(a.Allowed) == 0 {
				continue
			}
			found, others := about(b.check(ctx, e, map[string]cty.Value{a.Name: cty.StringVal("not-" + a.Allowed[0])}), a.Name)
			if len(found) == 0 {
				e.Failf(b.name+"."+a.Name, "an error for a value that is not allowed", "none")
			}
			if len(others) > 0 {
				e.Failf(b.name+"."+a.Name, "errors at this argument only", "%v", others.Err())
			}
		}
	}
}

// mistake is a wrong value of an argument.
type mistake struct {
	name  string
	value cty.Value
}

// mistakes returns the mistakes that a provider refuses one by one: first those that the schema forbids, then those
// that the provider's own rules forbid.
func (b block) mistakes(ctx context.Context, e *suite.Env) (forbidden, bad []mistake) {
	refused := func(m mistake) bool {
		found, _ := about(b.check(ctx, e, map[string]cty.Value{m.name: m.value}), m.name)
		return len(found) > 0
	}
	for _, a := range b.schema.Attributes {
		if m := (mistake{a.Name, cty.NilVal}); a.Required && refused(m) {
			forbidden = append(forbidden, m)
		}
		if m := (mistake{a.Name, cty.StringVal(" \x01 no value \n")}); a.Type == cty.String && refused(m) {
			if len(a.Allowed) > 0 || a.Pattern != "" {
				forbidden = append(forbidden, m)
			} else {
				bad = append(bad, m)
			}
		}
	}
	return forbidden, bad
}

// allErrors makes two mistakes of the same kind, if possible, so that a provider may check the schema before its own
// rules.
func allErrors(ctx context.Context, e *suite.Env) {
	tried := false
	for _, b := range blocks(e) {
		b.valid(ctx, e)
		forbidden, bad := b.mistakes(ctx, e)
		for _, pair := range [][]mistake{forbidden, bad} {
			if len(pair) < 2 {
				continue
			}
			first, second := pair[0], pair[len(pair)-1]
			if first.name == second.name {
				continue
			}
			tried = true
			diags := b.check(ctx, e, map[string]cty.Value{first.name: first.value, second.name: second.value})
			for _, m := range []mistake{first, second} {
				if found, _ := about(diags, m.name); len(found) == 0 {
					e.Failf(b.name+"."+m.name, "an error for each of two mistakes", "only: %v", diags.Err())
				}
			}
		}
	}
	if !tried {
		e.Untested("no two mistakes of one kind are possible")
	}
}

func unknownValues(ctx context.Context, e *suite.Env) {
	for _, b := range blocks(e) {
		changes := map[string]cty.Value{}
		for _, a := range b.schema.Attributes {
			one := map[string]cty.Value{a.Name: cty.UnknownVal(a.Type)}
			changes[a.Name] = cty.UnknownVal(a.Type)
			if diags := b.check(ctx, e, one); diags.HasErrors() {
				e.Failf(b.name+"."+a.Name, "no error for a value that is not known yet", "%v", diags.Err())
			}
		}
		for _, inner := range b.schema.Blocks {
			changes[inner.Name] = cty.UnknownVal(inner.ImpliedType())
			if diags := b.check(ctx, e, map[string]cty.Value{inner.Name: changes[inner.Name]}); diags.HasErrors() {
				e.Failf(b.name+"."+inner.Name, "no error for blocks that are not known yet", "%v", diags.Err())
			}
		}
		if diags := b.check(ctx, e, changes); diags.HasErrors() {
			e.Failf(b.name, "no error when nothing is known yet", "%v", diags.Err())
		}
	}
}

func noSecret(ctx context.Context, e *suite.Env) {
	for _, b := range blocks(e) {
		for _, a := range b.schema.Attributes {
			if !a.Sensitive || a.Type != cty.String {
				continue
			}
			for _, form := range []string{"%", " % ", "%\n", "\x01%", "%😀\t"} {
				secret := "hidden-" + strings.ReplaceAll(a.Name, "_", "-") + "-52c9e0d417"
				e.AddSecret(secret)
				diags := b.check(ctx, e, map[string]cty.Value{a.Name: cty.StringVal(strings.ReplaceAll(form, "%", secret))})
				for _, d := range diags {
					if leak := e.FindSecret(d.String()); leak != "" {
						e.Failf(b.name+"."+a.Name, "a diagnostic without the value", "%s: %s", leak, d)
					}
				}
			}
		}
	}
}

func badURL(ctx context.Context, e *suite.Env) {
	b := blocks(e)[0]
	b.valid(ctx, e)
	name := b.schema.Endpoint()
	for _, bad := range []string{
		"ftp://api.example.com", "api.example.com", "http://", "https://api.example .com", "https://user:word@api.example.com", "::", "",
	} {
		if found, _ := about(b.check(ctx, e, map[string]cty.Value{name: cty.StringVal(bad)}), name); len(found) == 0 {
			e.Failf("provider."+name, "an error at validation for "+quoted(bad), "none")
		}
	}
}

func quoted(s string) string { return "\"" + s + "\"" }
