// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/schema"
)

const (
	// maxJSON bounds a type or a default value in bytes.
	maxJSON = 64 << 10
	// maxJSONDepth bounds its nesting: an object type takes three levels of JSON for one of the type.
	maxJSONDepth = 3 * schema.MaxTypeDepth
)

// readJSON reads a JSON document of bounded size and depth. Numbers are of the type json.Number.
func readJSON(data []byte) (any, error) {
	if len(data) > maxJSON {
		return nil, fmt.Errorf("%d bytes, at most %d are allowed", len(data), maxJSON)
	}
	if deeper(data) {
		return nil, fmt.Errorf("nested more than %d levels deep", maxJSONDepth)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("not valid JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not valid JSON: more follows the value")
	}
	return v, nil
}

// deeper reports whether lists and objects are nested more than maxJSONDepth levels deep.
func deeper(data []byte) bool {
	level, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if level++; level > maxJSONDepth {
				return true
			}
		case c == ']' || c == '}':
			level--
		}
	}
	return false
}

// typeFromJSON reads cty's JSON form of a type. It accepts the same types as ctyjson.UnmarshalType, within the bounds of a
// schema, and never panics.
func typeFromJSON(data []byte) (cty.Type, error) {
	v, err := readJSON(data)
	if err != nil {
		return cty.NilType, err
	}
	nodes := 0
	return typeOf(v, 1, &nodes)
}

var primitives = map[string]cty.Type{"bool": cty.Bool, "number": cty.Number, "string": cty.String, "dynamic": cty.DynamicPseudoType}

func typeOf(v any, depth int, nodes *int) (cty.Type, error) {
	if *nodes++; *nodes > schema.MaxTypeNodes {
		return cty.NilType, fmt.Errorf("the type has more than %d parts", schema.MaxTypeNodes)
	}
	if depth > schema.MaxTypeDepth {
		return cty.NilType, fmt.Errorf("the type is nested more than %d levels deep", schema.MaxTypeDepth)
	}
	if name, ok := v.(string); ok {
		if t, ok := primitives[name]; ok {
			return t, nil
		}
		return cty.NilType, fmt.Errorf("%q is not the name of a type", cut(name, maxShown))
	}
	list, ok := v.([]any)
	if !ok || len(list) < 2 {
		return cty.NilType, errors.New(`a type is a name, such as "string", or a list, such as ["list","string"]`)
	}
	kind, ok := list[0].(string)
	if !ok {
		return cty.NilType, errors.New("the first item of a type must be the name of its kind")
	}
	if len(list) > 2 && (kind != "object" || len(list) > 3) {
		return cty.NilType, fmt.Errorf("a type of kind %q with %d items", cut(kind, maxShown), len(list))
	}
	switch kind {
	case "list", "set", "map":
		element, err := typeOf(list[1], depth+1, nodes)
		switch {
		case err != nil:
			return cty.NilType, err
		case kind == "list":
			return cty.List(element), nil
		case kind == "set":
			return cty.Set(element), nil
		}
		return cty.Map(element), nil
	case "tuple":
		return tupleOf(list[1], depth, nodes)
	case "object":
		return objectOf(list[1:], depth, nodes)
	}
	return cty.NilType, fmt.Errorf("%q is not the kind of a type", cut(kind, maxShown))
}

func tupleOf(v any, depth int, nodes *int) (cty.Type, error) {
	list, ok := v.([]any)
	if !ok {
		return cty.NilType, errors.New("a tuple type needs the list of its types")
	}
	elements := make([]cty.Type, len(list))
	for i, item := range list {
		var err error
		if elements[i], err = typeOf(item, depth+1, nodes); err != nil {
			return cty.NilType, err
		}
	}
	return cty.Tuple(elements), nil
}

// objectOf reads the attributes of an object type and, if parts has a second item, the names of the optional ones.
func objectOf(parts []any, depth int, nodes *int) (cty.Type, error) {
	members, ok := parts[0].(map[string]any)
	if !ok {
		return cty.NilType, errors.New("an object type needs the object of its attributes")
	}
	attributes := make(map[string]cty.Type, len(members))
	for name, member := range members {
		if len(name) > schema.MaxName {
			return cty.NilType, fmt.Errorf("the name of an attribute has %d bytes, at most %d are allowed", len(name), schema.MaxName)
		}
		t, err := typeOf(member, depth+1, nodes)
		if err != nil {
			return cty.NilType, err
		}
		attributes[cty.NormalizeString(name)] = t
	}
	if len(parts) == 1 {
		return cty.Object(attributes), nil
	}
	names, ok := parts[1].([]any)
	if !ok {
		return cty.NilType, errors.New("the optional attributes of an object type must be a list of names")
	}
	var optional []string
	for _, item := range names {
		name, ok := item.(string)
		if !ok {
			return cty.NilType, errors.New("the optional attributes of an object type must be a list of names")
		}
		if _, ok := attributes[cty.NormalizeString(name)]; !ok {
			return cty.NilType, fmt.Errorf("the object type has no attribute %q that could be optional", cut(name, maxShown))
		}
		optional = append(optional, cty.NormalizeString(name))
	}
	if len(optional) == 0 {
		return cty.Object(attributes), nil
	}
	return cty.ObjectWithOptionalAttrs(attributes, optional), nil
}
