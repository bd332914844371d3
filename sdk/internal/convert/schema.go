// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/schema"
)

// SchemaToProto encodes a schema.
func SchemaToProto(s schema.Schema) (*providerpb.Schema, error) {
	if err := s.CheckBounds(); err != nil {
		return nil, err
	}
	return bodyToProto(s)
}

func bodyToProto(s schema.Schema) (*providerpb.Schema, error) {
	out := &providerpb.Schema{}
	for _, a := range s.Attributes {
		pb, err := attributeToProto(a)
		if err != nil {
			return nil, fmt.Errorf("attribute %q: %w", a.Name, err)
		}
		out.Attributes = append(out.Attributes, pb)
	}
	for _, b := range s.Blocks {
		body, err := bodyToProto(b.Schema)
		if err != nil {
			return nil, fmt.Errorf("block %q: %w", b.Name, err)
		}
		out.Blocks = append(out.Blocks, &providerpb.NestedBlock{
			Name: b.Name, Description: b.Description, Nesting: providerpb.Nesting(b.Nesting), Schema: body,
			MinItems: int32(b.MinItems), MaxItems: int32(b.MaxItems), Deprecated: b.Deprecated,
		})
	}
	for _, group := range s.ExactlyOneOf {
		out.ExactlyOneOf = append(out.ExactlyOneOf, &providerpb.NameGroup{Names: group})
	}
	return out, nil
}

func attributeToProto(a schema.Attribute) (*providerpb.Attribute, error) {
	typ, err := ctyjson.MarshalType(a.Type)
	if err != nil {
		return nil, fmt.Errorf("encode type: %w", err)
	}
	pb := &providerpb.Attribute{
		Name: a.Name, Type: typ, Description: a.Description, Required: a.Required, Sensitive: a.Sensitive,
		Allowed: a.Allowed, Role: providerpb.AttributeRole(a.Role), Deprecated: a.Deprecated,
		ConflictsWith: a.ConflictsWith, Pattern: a.Pattern, PatternHint: a.PatternHint, Minimum: a.Minimum, Maximum: a.Maximum,
	}
	if a.Default != cty.NilVal {
		if pb.DefaultValue, err = ctyjson.Marshal(a.Default, a.Type); err != nil {
			return nil, fmt.Errorf("encode default: %w", err)
		}
	}
	return pb, nil
}

// SchemaFromProto decodes a schema. A schema that is too large, too deep or malformed is an error, and decoding it costs
// little.
func SchemaFromProto(pb *providerpb.Schema) (schema.Schema, error) {
	parts := 0
	if err := checkParts(pb, 0, &parts); err != nil {
		return schema.Schema{}, err
	}
	out, err := bodyFromProto(pb)
	if err != nil {
		return out, err
	}
	return out, out.CheckBounds()
}

// checkParts returns an error if a schema has too many parts or levels. It adds the parts to those counted before.
func checkParts(pb *providerpb.Schema, depth int, parts *int) error {
	if n := len(pb.GetAttributes()); n > schema.MaxAttributes {
		return fmt.Errorf("the block has %d attributes, at most %d are allowed", n, schema.MaxAttributes)
	}
	if *parts += len(pb.GetAttributes()) + len(pb.GetBlocks()); *parts > schema.MaxParts {
		return fmt.Errorf("the schema has more than %d attributes and blocks", schema.MaxParts)
	}
	if n := len(pb.GetExactlyOneOf()); n > schema.MaxGroups {
		return fmt.Errorf("the block has %d groups of which exactly one is set, at most %d are allowed", n, schema.MaxGroups)
	}
	if depth >= schema.MaxBlockDepth && len(pb.GetBlocks()) > 0 {
		return fmt.Errorf("blocks are nested more than %d levels deep", schema.MaxBlockDepth)
	}
	for _, b := range pb.GetBlocks() {
		if err := checkParts(b.GetSchema(), depth+1, parts); err != nil {
			return fmt.Errorf("block %q: %w", cut(b.GetName(), maxShown), err)
		}
	}
	return nil
}

func bodyFromProto(pb *providerpb.Schema) (schema.Schema, error) {
	var out schema.Schema
	for _, a := range pb.GetAttributes() {
		attr, err := attributeFromProto(a)
		if err != nil {
			return out, fmt.Errorf("attribute %q: %w", cut(a.GetName(), maxShown), err)
		}
		out.Attributes = append(out.Attributes, attr)
	}
	for _, b := range pb.GetBlocks() {
		body, err := bodyFromProto(b.GetSchema())
		if err != nil {
			return out, fmt.Errorf("block %q: %w", cut(b.GetName(), maxShown), err)
		}
		out.Blocks = append(out.Blocks, schema.NestedBlock{
			Name: b.GetName(), Description: b.GetDescription(), Nesting: schema.Nesting(b.GetNesting()), Schema: body,
			MinItems: int(b.GetMinItems()), MaxItems: int(b.GetMaxItems()), Deprecated: b.GetDeprecated(),
		})
	}
	for _, group := range pb.GetExactlyOneOf() {
		out.ExactlyOneOf = append(out.ExactlyOneOf, group.GetNames())
	}
	return out, nil
}

func attributeFromProto(a *providerpb.Attribute) (schema.Attribute, error) {
	attr := schema.Attribute{
		Name: a.GetName(), Description: a.GetDescription(), Required: a.GetRequired(), Sensitive: a.GetSensitive(),
		Allowed: a.GetAllowed(), Role: schema.Role(a.GetRole()), Deprecated: a.GetDeprecated(), ConflictsWith: a.GetConflictsWith(),
		Pattern: a.GetPattern(), PatternHint: a.GetPatternHint(), Minimum: a.Minimum, Maximum: a.Maximum,
	}
	var err error
	if attr.Type, err = typeFromJSON(a.GetType()); err != nil {
		return attr, fmt.Errorf("decode type: %w", err)
	}
	if len(a.GetDefaultValue()) > 0 {
		if attr.Default, err = defaultFromJSON(a.GetDefaultValue(), attr.Type); err != nil {
			return attr, fmt.Errorf("decode default: %w", err)
		}
	}
	return attr, nil
}
