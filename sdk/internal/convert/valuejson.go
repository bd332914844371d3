// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zclconf/go-cty/cty"
	ctyconvert "github.com/zclconf/go-cty/cty/convert"
)

// maxDefaultNodes is the largest number of values in a default.
const maxDefaultNodes = 1000

// defaultFromJSON reads a default value of the type, as ctyjson.Unmarshal does, within bounds. JSON null means that there
// is no default.
func defaultFromJSON(data []byte, typ cty.Type) (cty.Value, error) {
	v, err := readJSON(data)
	if err != nil || v == nil {
		return cty.NilVal, err
	}
	nodes := 0
	return valueOf(v, typ.WithoutOptionalAttributesDeep(), &nodes)
}

// valueOf makes a value of the type from decoded JSON. The depth of v is bounded already.
func valueOf(v any, t cty.Type, nodes *int) (cty.Value, error) {
	if *nodes++; *nodes > maxDefaultNodes {
		return cty.NilVal, fmt.Errorf("more than %d values", maxDefaultNodes)
	}
	switch {
	case v == nil:
		return cty.NullVal(t), nil
	case t == cty.DynamicPseudoType:
		return dynamicOf(v, nodes)
	case t.IsPrimitiveType():
		return primitiveOf(v, t)
	case t.IsListType(), t.IsSetType(), t.IsTupleType():
		items, ok := v.([]any)
		if !ok {
			return cty.NilVal, errors.New("a list is required")
		}
		if t.IsTupleType() && len(items) != t.Length() {
			return cty.NilVal, fmt.Errorf("a list of %d items is required, not of %d", t.Length(), len(items))
		}
		values := make([]cty.Value, len(items))
		for i, item := range items {
			var element cty.Type
			if t.IsTupleType() {
				element = t.TupleElementType(i)
			} else {
				element = t.ElementType()
			}
			var err error
			if values[i], err = valueOf(item, element, nodes); err != nil {
				return cty.NilVal, fmt.Errorf("item %d: %w", i, err)
			}
		}
		return sequence(t, values)
	}
	members, ok := v.(map[string]any)
	if !ok {
		return cty.NilVal, errors.New("an object is required")
	}
	if t.IsMapType() {
		values := make(map[string]cty.Value, len(members))
		for name, member := range members {
			one, err := valueOf(member, t.ElementType(), nodes)
			if err != nil {
				return cty.NilVal, fmt.Errorf("member %q: %w", cut(name, maxShown), err)
			}
			values[name] = one
		}
		return mapping(t, values)
	}
	values := make(map[string]cty.Value, len(members))
	for name, member := range members {
		name = cty.NormalizeString(name)
		if !t.HasAttribute(name) {
			return cty.NilVal, fmt.Errorf("attribute %q is not expected", cut(name, maxShown))
		}
		one, err := valueOf(member, t.AttributeType(name), nodes)
		if err != nil {
			return cty.NilVal, fmt.Errorf("attribute %q: %w", cut(name, maxShown), err)
		}
		values[name] = one
	}
	for name := range t.AttributeTypes() {
		if _, ok := values[name]; !ok {
			return cty.NilVal, fmt.Errorf("attribute %q is missing", cut(name, maxShown))
		}
	}
	return cty.ObjectVal(values), nil
}

func primitiveOf(v any, t cty.Type) (cty.Value, error) {
	var plain cty.Value
	switch v := v.(type) {
	case bool:
		plain = cty.BoolVal(v)
	case string:
		plain = cty.StringVal(v)
		if t == cty.Number {
			return parseNumber(v)
		}
	case json.Number:
		if t == cty.Number {
			return parseNumber(v.String())
		}
		plain = cty.StringVal(v.String())
	default:
		return cty.NilVal, fmt.Errorf("a %s is required", t.FriendlyName())
	}
	converted, err := ctyconvert.Convert(plain, t)
	if err != nil {
		return cty.NilVal, fmt.Errorf("a %s is required", t.FriendlyName())
	}
	return converted, nil
}

// dynamicOf reads an object that holds a value and its type.
func dynamicOf(v any, nodes *int) (cty.Value, error) {
	members, ok := v.(map[string]any)
	if !ok || len(members) != 2 {
		return cty.NilVal, errors.New("a value with its type is required")
	}
	count := 0
	t, err := typeOf(members["type"], 1, &count)
	if err != nil {
		return cty.NilVal, err
	}
	return valueOf(members["value"], t.WithoutOptionalAttributesDeep(), nodes)
}

// sequence makes a list, set or tuple.
func sequence(t cty.Type, values []cty.Value) (cty.Value, error) {
	if t.IsTupleType() {
		return cty.TupleVal(values), nil
	}
	if len(values) == 0 {
		if t.IsListType() {
			return cty.ListValEmpty(t.ElementType()), nil
		}
		return cty.SetValEmpty(t.ElementType()), nil
	}
	for _, v := range values[1:] {
		if !v.Type().Equals(values[0].Type()) {
			return cty.NilVal, errors.New("all items must be of one type")
		}
	}
	if t.IsListType() {
		return cty.ListVal(values), nil
	}
	return cty.SetVal(values), nil
}

// mapping makes a map.
func mapping(t cty.Type, values map[string]cty.Value) (cty.Value, error) {
	if len(values) == 0 {
		return cty.MapValEmpty(t.ElementType()), nil
	}
	var first cty.Value
	for _, v := range values {
		if first == cty.NilVal {
			first = v
		}
		if !v.Type().Equals(first.Type()) {
			return cty.NilVal, errors.New("all members must be of one type")
		}
	}
	return cty.MapVal(values), nil
}
