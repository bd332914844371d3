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
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
)

// OptionsPath is the path of the options that messages have for vendors. The name of a provider follows it.
const OptionsPath = "wahost.vendor"

// Options returns the options that a message has for a provider as a value of the schema, with defaults. The problem is nil
// if the message has no options or they conform to the schema. Its path begins with OptionsPath.
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

// CompleteOptions returns the message with the defaults of the options for a provider, as the provider gets it. It returns m
// itself if there is nothing to add or the options do not conform to the schema, and otherwise a copy.
func (s Schema) CompleteOptions(provider string, m *message.Message) *message.Message {
	if s.Empty() {
		return m
	}
	value, problem := s.Options(provider, m)
	if problem != nil {
		return m
	}
	complete, err := optionValue(value)
	if err != nil || len(complete.GetStructValue().GetFields()) == 0 ||
		proto.Equal(complete, m.GetWahost().GetVendor().GetFields()[provider]) {
		return m
	}
	c := proto.CloneOf(m)
	if c.Wahost == nil {
		c.Wahost = &message.Extension{}
	}
	if c.Wahost.GetVendor().GetFields() == nil {
		c.Wahost.Vendor = &structpb.Struct{Fields: map[string]*structpb.Value{}}
	}
	c.Wahost.Vendor.Fields[provider] = complete
	return c
}

// optionValue returns options in the form of a message. Options that are not set are left out.
func optionValue(v cty.Value) (*structpb.Value, error) {
	if v.Type().IsObjectType() && !v.IsNull() {
		fields := map[string]*structpb.Value{}
		for name, inner := range v.AsValueMap() {
			if inner.IsNull() {
				continue
			}
			field, err := optionValue(inner)
			if err != nil {
				return nil, err
			}
			fields[name] = field
		}
		return structpb.NewStructValue(&structpb.Struct{Fields: fields}), nil
	}
	if v.Type().IsListType() && !v.IsNull() {
		list := &structpb.ListValue{}
		for _, inner := range v.AsValueSlice() {
			item, err := optionValue(inner)
			if err != nil {
				return nil, err
			}
			list.Values = append(list.Values, item)
		}
		return structpb.NewListValue(list), nil
	}
	raw, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return nil, err
	}
	var out structpb.Value
	return &out, out.UnmarshalJSON(raw)
}
