// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// responses reads the answers of an operation.
func (im *importer) responses(r *route, where []string, op *openapi3.Operation) {
	r.reply.status = http.StatusOK
	if op.Responses == nil {
		return
	}
	found := op.Responses.Map()
	success := false
	for _, code := range slices.Sorted(maps.Keys(found)) {
		if found[code] == nil || found[code].Value == nil {
			continue
		}
		a := answer{status: statusOf(code), body: "null", pointer: pointer(append(slices.Clone(where), "responses", code)...)}
		a.body = bodyOf(found[code].Value)
		switch {
		case a.status == 0:
			r.remarks = append(r.remarks, fmt.Sprintf("The document has the answer %q, without a status.", code))
		case a.status < 300 && !success:
			r.reply, success = a, true
		case a.status >= 400:
			im.refusal(r, a)
		}
	}
}

// statusOf returns the status of a code such as "404" or "4XX", or 0.
func statusOf(code string) int {
	n, err := strconv.Atoi(strings.NewReplacer("X", "0", "x", "0").Replace(code))
	if err != nil || n < 200 || n > 599 {
		return 0
	}
	return n
}

// refusal adds an answer to the error row of its status.
func (im *importer) refusal(r *route, a answer) {
	name := fmt.Sprintf("http_%d", a.status)
	i := slices.IndexFunc(im.errors, func(e *errorRow) bool { return e.name == name })
	if i < 0 {
		im.errors = append(im.errors, &errorRow{name: name, first: a, answers: map[string]answer{}})
		return
	}
	if e := im.errors[i]; e.first.body != a.body {
		e.answers[r.name], e.order = a, append(e.order, r.name)
	}
}

// bodyOf returns the expression of the body of a response: its example, or values of its schema.
func bodyOf(response *openapi3.Response) string {
	media, ok := mediaOf(response.Content, "application/json")
	if !ok {
		for _, kind := range slices.Sorted(maps.Keys(response.Content)) {
			if strings.HasSuffix(kind, "+json") && response.Content[kind] != nil {
				media = response.Content[kind]
			}
		}
	}
	if media == nil {
		return "null"
	}
	if v, ok := exampleOf(media); ok {
		return literal(v, 0)
	}
	return literal(sampleOf(media.Schema, "", 0), 0)
}

func exampleOf(media *openapi3.MediaType) (any, bool) {
	if media.Example != nil {
		return media.Example, true
	}
	for _, name := range slices.Sorted(maps.Keys(media.Examples)) {
		if e := media.Examples[name]; e != nil && e.Value != nil && e.Value.Value != nil {
			return e.Value.Value, true
		}
	}
	if media.Schema != nil && media.Schema.Value != nil && media.Schema.Value.Example != nil {
		return media.Schema.Value.Example, true
	}
	return nil, false
}

// expression is HCL that is written as it is.
type expression string

// sampleOf returns a value of a schema: a JSON value with expressions in it.
func sampleOf(ref *openapi3.SchemaRef, name string, depth int) any {
	if ref == nil || ref.Value == nil || depth > maxDepth {
		return nil
	}
	s := ref.Value
	switch {
	case s.Example != nil:
		return s.Example
	case s.Const != nil:
		return s.Const
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Default != nil:
		return s.Default
	}
	for _, choice := range slices.Concat(s.OneOf, s.AnyOf) {
		return sampleOf(choice, name, depth+1)
	}
	if len(s.Properties) > 0 || len(s.AllOf) > 0 || s.Type.Is("object") {
		object := map[string]any{}
		for _, part := range s.AllOf {
			if inner, ok := sampleOf(part, name, depth+1).(map[string]any); ok {
				maps.Copy(object, inner)
			}
		}
		for member, schema := range s.Properties {
			object[member] = sampleOf(schema, member, depth+1)
		}
		return object
	}
	switch {
	case s.Type.Includes("array"):
		return []any{sampleOf(s.Items, name, depth+1)}
	case s.Type.Includes("boolean"):
		return true
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		return 1
	case s.Type.Includes("string") && strings.HasSuffix(strings.ToLower(name), "id"):
		return expression(`new_id("XXXXXXXXXXXXXXXX")`)
	case s.Type.Includes("string"):
		return name
	}
	return nil
}

// maxLiteral bounds the nesting of literals.
const maxLiteral = 40

// literal returns a JSON value in HCL.
func literal(v any, depth int) string {
	if depth > maxLiteral {
		return "null"
	}
	switch v := v.(type) {
	case nil:
		return "null"
	case expression:
		return string(v)
	case string:
		return quote(v)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		items := make([]string, 0, len(v))
		for _, item := range v {
			items = append(items, literal(item, depth+1))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case map[string]any:
		if len(v) == 0 {
			return "{}"
		}
		var b strings.Builder
		b.WriteString("{\n")
		for _, name := range slices.Sorted(maps.Keys(v)) {
			key := name
			if !hclsyntax.ValidIdentifier(name) || slices.Contains([]string{"true", "false", "null", "for", "if"}, name) {
				key = quote(name)
			}
			b.WriteString(key + " = " + literal(v[name], depth+1) + "\n")
		}
		return b.String() + "}"
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	if n, err := cty.ParseNumberVal(string(data)); err == nil && len(data) < 100 && !strings.ContainsAny(string(data), "eE") {
		return string(hclwrite.TokensForValue(n).Bytes())
	}
	return quote(string(data))
}

// quote returns a text as a literal of HCL.
func quote(text string) string { return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes()) }
