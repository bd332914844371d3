// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// componentsFile has the schemas that others refer to.
const componentsFile = "schemas/components.json"

// componentPrefix begins the references to them in a document.
const componentPrefix = "#/components/schemas/"

// schemas converts the schemas of a document to JSON Schema 2020-12.
type schemas struct {
	doc *openapi3.T
	// files are the schemas by file, and components the converted components by name.
	files      map[string]any
	components map[string]any
	// remarks are what was left out.
	remarks []string
}

func newSchemas(doc *openapi3.T) *schemas {
	return &schemas{doc: doc, files: map[string]any{}, components: map[string]any{}}
}

// add converts the schema of a request and returns the name of its file.
func (s *schemas) add(name, source string, ref *openapi3.SchemaRef) string {
	converted := s.convert(ref)
	root := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "$comment": source}
	if object, ok := converted.(map[string]any); ok {
		maps.Copy(root, object)
	}
	file := "schemas/" + name + ".json"
	s.files[file] = root
	return file
}

// encode returns all files.
func (s *schemas) encode() (map[string][]byte, error) {
	if len(s.components) > 0 {
		s.files[componentsFile] = map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": s.components}
	}
	out := map[string][]byte{}
	for name, schema := range s.files {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(schema); err != nil {
			return nil, err
		}
		out[name] = b.Bytes()
	}
	return out, nil
}

func (s *schemas) convert(ref *openapi3.SchemaRef) any {
	if ref == nil {
		return true
	}
	data, err := json.Marshal(ref)
	if err != nil {
		return true
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if d.Decode(&tree) != nil {
		return true
	}
	return s.schema(tree)
}

// Keywords of OpenAPI that JSON Schema does not have, or that are examples.
var foreign = []string{"nullable", "discriminator", "xml", "externalDocs", "example", "examples", "readOnly", "writeOnly"}

// Keywords whose values are schemas, lists of schemas, and objects of schemas.
var (
	oneSchema   = []string{"items", "not", "additionalProperties", "contains", "if", "then", "else", "propertyNames", "unevaluatedProperties", "unevaluatedItems"}
	someSchemas = []string{"allOf", "anyOf", "oneOf", "prefixItems"}
	namedOnes   = []string{"properties", "patternProperties", "$defs", "dependentSchemas"}
)

// schema converts a schema and everything in it.
func (s *schemas) schema(v any) any {
	in, ok := v.(map[string]any)
	if !ok {
		return v // true or false
	}
	out := map[string]any{}
	for name, value := range in {
		switch {
		case strings.HasPrefix(name, "x-") || slices.Contains(foreign, name):
		case name == "$ref":
			out[name] = s.reference(value)
		case slices.Contains(oneSchema, name):
			out[name] = s.schema(value)
		case slices.Contains(someSchemas, name):
			list, _ := value.([]any)
			converted := make([]any, 0, len(list))
			for _, item := range list {
				converted = append(converted, s.schema(item))
			}
			if len(converted) > 0 {
				out[name] = converted
			}
		case slices.Contains(namedOnes, name):
			members, _ := value.(map[string]any)
			converted := map[string]any{}
			for key, member := range members {
				converted[key] = s.schema(member)
			}
			out[name] = converted
		case name == "pattern":
			if text, _ := value.(string); s.usable(text) {
				out[name] = value
			}
		default:
			out[name] = value
		}
	}
	bounds(in, out)
	required(in, out)
	return nullable(in, out)
}

// usable reports whether a pattern can be used. Go has no look-ahead.
func (s *schemas) usable(pattern string) bool {
	if _, err := regexp.Compile(pattern); err != nil {
		s.remarks = append(s.remarks, "The pattern "+pattern+" cannot be used, and is left out.")
		return false
	}
	return true
}

// reference returns the reference to a component, which it converts.
func (s *schemas) reference(v any) any {
	text, _ := v.(string)
	name, ok := strings.CutPrefix(text, componentPrefix)
	if !ok {
		s.remarks = append(s.remarks, "The reference "+text+" is to no component, and is left out.")
		return "#/$defs/unknown"
	}
	if _, done := s.components[name]; !done {
		s.components[name] = true // a component may refer to itself
		if component := s.doc.Components.Schemas[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)]; component != nil {
			s.components[name] = s.convert(component)
		}
	}
	return "components.json#/$defs/" + name
}

// bounds converts the exclusive bounds of OpenAPI 3.0, which are booleans.
func bounds(in, out map[string]any) {
	for exclusive, bound := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
		is, ok := in[exclusive].(bool)
		if !ok {
			continue
		}
		delete(out, exclusive)
		if limit, ok := in[bound]; ok && is {
			out[exclusive] = limit
			delete(out, bound)
		}
	}
}

// required removes the members that only answers have.
func required(in, out map[string]any) {
	names, _ := in["required"].([]any)
	members, _ := in["properties"].(map[string]any)
	names = slices.DeleteFunc(slices.Clone(names), func(name any) bool {
		text, _ := name.(string)
		member, _ := members[text].(map[string]any)
		return member["readOnly"] == true
	})
	if delete(out, "required"); len(names) > 0 {
		out["required"] = names
	}
}

// nullable returns the schema, or one that allows null too where OpenAPI 3.0 says so.
func nullable(in, out map[string]any) any {
	if in["nullable"] != true {
		return out
	}
	kind, ok := out["type"].(string)
	if !ok {
		return map[string]any{"anyOf": []any{out, map[string]any{"type": "null"}}}
	}
	out["type"] = []any{kind, "null"}
	if values, ok := out["enum"].([]any); ok && !slices.Contains(values, nil) {
		out["enum"] = append(slices.Clone(values), nil)
	}
	return out
}
