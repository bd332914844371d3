// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
)

// maxInstances is the largest number of instances of one block.
const maxInstances = 10_000

// Instance is one instance of a block: a block without for_each has one, without a key.
type Instance struct {
	// Key is each.key, or empty without for_each.
	Key string
	// Scope is what the expressions in the block may refer to: each.key and each.value too, if it has a key.
	Scope *Scope
}

// Instances returns the instances of a block in the order of their keys. The attribute is its for_each, or nil. What is the
// kind of the block, such as "channel". The result is false if it is not known which instances there are.
func (s *Scope) Instances(attr *hcl.Attribute, what string) ([]Instance, bool, hcl.Diagnostics) {
	if attr == nil {
		return []Instance{{Scope: s}}, true, nil
	}
	at := attr.Expr.Range()
	var diags hcl.Diagnostics
	if what == "channel" {
		if d := s.checkNoChannels(attr.Expr); d != nil {
			return nil, false, hcl.Diagnostics{d}
		}
		diags = append(diags, s.evaluateLocalsOf(attr.Expr)...)
	}
	v, d := s.Eval(attr.Expr)
	diags = append(diags, d...)
	if d.HasErrors() {
		return nil, false, diags
	}
	fail := func(detail string) ([]Instance, bool, hcl.Diagnostics) {
		return nil, false, append(diags, ErrorAt(at, "Invalid for_each", detail))
	}
	secret := v.IsMarked()
	v, _ = v.Unmark()
	ty := v.Type()
	switch {
	case secret:
		return fail("The keys of for_each are part of names that are shown in output, so they must not be sensitive. " +
			"If they are safe to show, make an object with them, such as { for k in nonsensitive(keys(var.x)) : k => var.x[k] }, " +
			"or write nonsensitive(...) around the whole value.")
	case v.IsNull():
		return fail("The value is null. for_each is a map, an object or a set of strings. For no " + what + " at all, write {}.")
	case !v.IsKnown():
		return nil, false, diags // because of another error
	case ty.IsListType() || ty.IsTupleType():
		return fail("for_each is a map, an object or a set of strings, and this is a list. Write toset(...) around a list of strings.")
	case ty.IsSetType() && ty.ElementType() != cty.String && v.LengthInt() > 0:
		return fail(fmt.Sprintf("for_each is a map, an object or a set of strings, and this is a set of %s.", ty.ElementType().FriendlyName()))
	case !ty.IsSetType() && !ty.IsMapType() && !ty.IsObjectType():
		return fail(fmt.Sprintf("for_each is a map, an object or a set of strings, and this is a %s.", ty.FriendlyName()))
	case v.LengthInt() > maxInstances:
		return fail(fmt.Sprintf("A block has at most %d instances, and this would be %d.", maxInstances, v.LengthInt()))
	}
	out := []Instance{}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if ty.IsSetType() {
			key = value
		}
		if !key.IsKnown() {
			return nil, false, diags // because of another error
		}
		if key.IsNull() {
			return fail("One of the elements is null.")
		}
		if err := addr.CheckKey(key.AsString()); err != nil {
			diags = append(diags, ErrorAt(at, "Invalid for_each", Sentence(err)+" Keys are part of names."))
			continue
		}
		out = append(out, Instance{Key: key.AsString(), Scope: s.withEach(attr.Expr, key, value)})
	}
	diags = append(diags, s.duplicateKeys(attr.Expr)...)
	return out, !diags.HasErrors(), diags
}

// withEach returns a scope with each.
func (s *Scope) withEach(from hcl.Expression, key, value cty.Value) *Scope {
	inner := *s
	inner.eachFrom = from
	inner.each = cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})
	return &inner
}

// duplicateKeys returns an error for each key that an object written in the configuration has twice: HCL would take the
// last one without a word.
func (s *Scope) duplicateKeys(expr hcl.Expression) hcl.Diagnostics {
	pairs, d := hcl.ExprMap(s.Definition(expr))
	if d.HasErrors() {
		return nil
	}
	var diags hcl.Diagnostics
	seen := map[string]hcl.Range{}
	for _, pair := range pairs {
		key, d := s.Eval(pair.Key)
		if d.HasErrors() || key.IsMarked() || !key.IsKnown() || key.IsNull() || key.Type() != cty.String {
			continue
		}
		if previous, ok := seen[key.AsString()]; ok {
			diags = append(diags, Duplicate(pair.Key.Range(), "key", fmt.Sprintf("%q", key.AsString()), previous))
			continue
		}
		seen[key.AsString()] = pair.Key.Range()
	}
	return diags
}

// checkNoChannels returns an error if an expression refers to channels, directly or through local values. The for_each of a
// channel decides which channels there are, so it cannot depend on them.
func (s *Scope) checkNoChannels(expr hcl.Expression) *hcl.Diagnostic {
	seen := map[string]bool{}
	var visit func(hcl.Expression, string) string
	visit = func(expr hcl.Expression, through string) string {
		for _, t := range expr.Variables() {
			names := Steps(t)
			switch {
			case t.RootName() == "channel":
				return through
			case t.RootName() != "local" || len(names) == 0 || seen[names[0]]:
				continue
			}
			seen[names[0]] = true
			if referred := s.localNames[names[0]]; referred != nil {
				if found := visit(referred, "through local."+names[0]); found != "" {
					return found
				}
			}
		}
		return ""
	}
	found := visit(expr, "here")
	if found == "" {
		return nil
	}
	return ErrorAt(expr.Range(), "Invalid for_each", fmt.Sprintf(
		"The for_each of a channel decides which channels there are, so it cannot refer to channels, as it does %s.", found))
}

// checkEach returns an error for a reference to each that has no meaning here.
func (s *Scope) checkEach(t hcl.Traversal) *hcl.Diagnostic {
	at := t.SourceRange()
	if s.each == cty.NilVal {
		return ErrorAt(at, "Invalid reference", "There is nothing called each here: each.key and each.value are known in blocks with for_each only, "+
			"which channel and route blocks can have.")
	}
	names := Steps(t)
	if len(names) == 0 {
		return ErrorAt(at, "Invalid reference", "Write each.key or each.value.")
	}
	plain, _ := s.each.UnmarkDeep()
	if names[0] != "key" && names[0] != "value" {
		return ErrorAt(at, "Unknown field", fmt.Sprintf("There is no %q in each.%s", names[0],
			suggest.SentenceOr(names[0], []string{"key", "value"}, " It has: key, value.")))
	}
	return checkFields(at, "each", plain.Type(), names)
}
