// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// FunctionDoc describes one function for the reference.
type FunctionDoc struct {
	Name string
	// Signature is the call with the names of the parameters, such as "join(separator, lists...)".
	Signature string
	// Description says what the function returns.
	Description string
	// Example is a call with constants, and Result is its value.
	Example, Result string
}

// DescribeFunctions returns all functions by name. It returns an error if one has no description or no example, or if an
// example fails.
func DescribeFunctions() ([]FunctionDoc, error) {
	all := withoutMeter()
	out := make([]FunctionDoc, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d := FunctionDoc{Name: name, Signature: signature(name, all[name]), Description: descriptionOf(name, all[name]), Example: functionExamples[name]}
		if d.Description == "" || d.Example == "" {
			return nil, fmt.Errorf("the function %s has no description or no example", name)
		}
		result, err := evaluateExample(d.Example)
		if err != nil {
			return nil, fmt.Errorf("the example of the function %s: %w", name, err)
		}
		d.Result = result
		out = append(out, d)
	}
	return out, nil
}

func signature(name string, f function.Function) string {
	var params []string
	for _, p := range f.Params() {
		params = append(params, p.Name)
	}
	if p := f.VarParam(); p != nil {
		params = append(params, p.Name+"...")
	}
	return name + "(" + strings.Join(params, ", ") + ")"
}

func descriptionOf(name string, f function.Function) string {
	if text := functionDescriptions[name]; text != "" {
		return text
	}
	return f.Description()
}

// evaluateExample returns the value of an expression as it would be written.
func evaluateExample(text string) (string, error) {
	expr, diags := hclsyntax.ParseExpression([]byte(text), "example.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		return "", diags
	}
	v, diags := NewScope().Eval(expr)
	switch {
	case diags.HasErrors():
		return "", diags
	case IsSensitive(v):
		return "(sensitive value)", nil
	case v.Type().IsSetType(): // a set is written as the list that makes it
		return "toset(" + string(hclwrite.TokensForValue(cty.TupleVal(v.AsValueSlice())).Bytes()) + ")", nil
	}
	return string(hclwrite.TokensForValue(v).Bytes()), nil
}

// FactDoc describes one thing that a condition can ask about.
type FactDoc struct {
	// Name is the reference, such as "message.text.body".
	Name string
	// Type is the type as it is written in a variable block, or the name of a fact of the same type.
	Type string
	// Description is set for facts that are not simply a field as the caller wrote it.
	Description string
}

// DescribeFacts returns what conditions can refer to: the derived facts, and then the fields of the message. The fields of
// an object follow it; a list of objects is written with [*].
func DescribeFacts() []FactDoc {
	var derived, out []FactDoc
	for _, name := range slices.Sorted(maps.Keys(derivedFacts)) {
		derived = append(derived, FactDoc{"message." + name, typeexpr.TypeString(cty.String), derivedFacts[name]})
	}
	var visit func(path string, ty cty.Type)
	media := messageType().AttributeType("image")
	visit = func(path string, ty cty.Type) {
		switch {
		case ty.Equals(media) && path != "message.image": // a dozen times
			out = append(out, FactDoc{Name: path, Type: "as message.image"})
		case ty.IsObjectType():
			for _, name := range sortedNames(ty.AttributeTypes()) {
				visit(path+"."+name, ty.AttributeType(name))
			}
		case ty.IsListType() && ty.ElementType().IsObjectType():
			visit(path+"[*]", ty.ElementType())
		default:
			out = append(out, FactDoc{Name: path, Type: typeexpr.TypeString(ty), Description: fieldFacts[path]})
		}
	}
	visit("message", messageType())
	return append(derived, out...)
}

// derivedFacts describes the facts that are not fields of the message.
var derivedFacts = map[string]string{
	factKind:     "`type`, or `interactive.type` of an interactive message",
	factCategory: "`marketing`, `utility`, `authentication`, or `service` for all that is not a template; empty for a template whose category nobody gave",
	factCountry:  "the recipient's country in two letters of ISO 3166, by libphonenumber; empty if it is not known or the recipient is not a phone number",
}

// fieldFacts describes fields of the message that hold something else than what the caller wrote.
var fieldFacts = map[string]string{
	"message.to":             "the recipient of this message: a phone number in E.164 with `+`, or the id of a group; empty if the recipient is a user id",
	"message.recipient":      "the business-scoped user id, or empty if the recipient is a phone number or a group",
	"message.recipient_type": "`individual` or `group`",
	"message.template.name":  "the name as the message has it, before the vendor's name replaces it",
}
