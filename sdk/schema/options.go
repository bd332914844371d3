// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
)

// OptionsPath is the path of the options that messages have for vendors. The name of a provider follows it.
const OptionsPath = "wahost.vendor"

// Options returns the options that a message has for a provider as a value of the schema, with defaults. The problem is nil
// if the message has none or they conform to the schema. Its path begins with OptionsPath.
func (s Schema) Options(provider string, m *message.Message) (cty.Value, *message.Problem) {
	path := message.JoinPath(OptionsPath, provider)
	set := m.GetWahost().GetVendor().GetFields()[provider]
	if set == nil {
		value, _ := s.Conform(cty.NilVal)
		return value, nil
	}
	value, problem := s.option(provider, path, set)
	if problem != nil {
		return cty.NilVal, problem
	}
	value, diags := s.Conform(value)
	for _, d := range diags {
		if d.Severity == diag.Error {
			if len(d.Path) > 0 {
				path = message.JoinPath(path, diag.FormatPath(d.Path))
			}
			return cty.NilVal, &message.Problem{Path: path, Detail: d.Detail}
		}
	}
	return value, nil
}

// option returns the value of a body of options, without defaults.
func (s Schema) option(provider, path string, set *structpb.Value) (cty.Value, *message.Problem) {
	problem := func(path, format string, args ...any) (cty.Value, *message.Problem) {
		return cty.NilVal, &message.Problem{Path: path, Detail: fmt.Sprintf(format, args...)}
	}
	object := set.GetStructValue()
	if object == nil {
		return problem(path, "The options of a vendor must be an object.")
	}
	values := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(object.GetFields())) {
		field, at := object.GetFields()[name], message.JoinPath(path, name)
		if b, ok := s.Block(name); ok {
			v, wrong := b.option(provider, at, field)
			if wrong != nil {
				return cty.NilVal, wrong
			}
			values[name] = v
			continue
		}
		a, ok := s.Attribute(name)
		if !ok {
			return problem(at, "%s", s.unknownOption(provider, name))
		}
		raw, err := field.MarshalJSON()
		if err != nil {
			return problem(at, "The option cannot be read.")
		}
		v, err := ctyjson.Unmarshal(raw, a.Type)
		if err != nil {
			return problem(at, "The option must be a %s.", a.Type.FriendlyName())
		}
		values[name] = v
	}
	return cty.ObjectVal(values), nil
}

// option returns the value of the options of a block: an object, or a tuple of objects.
func (b NestedBlock) option(provider, path string, set *structpb.Value) (cty.Value, *message.Problem) {
	if _, null := set.GetKind().(*structpb.Value_NullValue); null {
		return cty.NullVal(cty.DynamicPseudoType), nil
	}
	if b.Nesting != NestingList {
		return b.Schema.option(provider, path, set)
	}
	list := set.GetListValue()
	if list == nil {
		return cty.NilVal, &message.Problem{Path: path, Detail: "The option must be a list of objects."}
	}
	var bodies []cty.Value
	for i, item := range list.GetValues() {
		body, problem := b.Schema.option(provider, message.IndexPath(path, i), item)
		if problem != nil {
			return cty.NilVal, problem
		}
		bodies = append(bodies, body)
	}
	return cty.TupleVal(bodies), nil
}

func (s Schema) unknownOption(provider, name string) string {
	names := s.Names()
	if len(names) == 0 {
		return fmt.Sprintf("The provider %s has no options of a message.", provider)
	}
	return fmt.Sprintf("The provider %s has no such option.%s It has: %s.", provider, suggest.Sentence(name, names), strings.Join(names, ", "))
}
