// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/hclmeter"
	"github.com/wahost/wahost/sdk/message"
)

// A condition sees the message with all fields of the Cloud API, empty if they are not set, and three derived fields. The
// recipient fields are those of the recipient that the decision is about, whatever the message has in them.
const (
	factKind     = "kind"
	factCategory = "category"
	factCountry  = "country"

	factTo            = "to"
	factRecipient     = "recipient"
	factRecipientType = "recipient_type"
)

// messageType returns the type of the message in a condition.
var messageType = sync.OnceValue(func() cty.Type { return objectType((&message.Message{}).ProtoReflect().Descriptor(), nil) })

// Condition returns the function that decides the condition of a route. The expression is evaluated once
// with a message of unknown content, so that unknown fields and wrong types are errors now and not with each message.
func (s *Scope) Condition(expr hcl.Expression) (config.Condition, hcl.Diagnostics) {
	sample := map[string]cty.Type{factKind: cty.String, factCategory: cty.String, factCountry: cty.String}
	for name, ty := range messageType().AttributeTypes() {
		sample[name] = ty
	}
	v, diags := s.evalWith(expr, map[string]cty.Value{"message": cty.UnknownVal(cty.Object(sample))}, false)
	if !diags.HasErrors() {
		if _, err := truth(v); err != nil {
			diags = append(diags, ErrorAt(expr.Range(), "Incorrect condition type", Sentence(err)))
		}
	}
	wanted := wantedFields(expr)
	ctx := s.context(nil)
	costly := hclmeter.Needs(expr)
	at := NewRange(expr.Range())
	return func(f *config.Facts) (ok bool, err error) {
		// A panic in a library must fail one match, not the process.
		defer func() {
			if recover() != nil {
				ok, err = false, fmt.Errorf("the condition at %s cannot be evaluated", at)
			}
		}()
		inner := ctx.NewChild()
		inner.Variables = map[string]cty.Value{"message": facts(f, wanted)}
		m := hclmeter.New(maxConditionWork)
		if costly {
			inner.Variables[hclmeter.Name] = m.Value()
		}
		v, diags := expr.Value(inner)
		if !m.Spend(0) {
			return false, fmt.Errorf("the condition at %s computes too much for this message", at)
		}
		if diags.HasErrors() {
			return false, undecided(at, diags[0])
		}
		known, err := truth(v)
		switch {
		case err != nil:
			return false, fmt.Errorf("the condition at %s: %w", at, err)
		case !known.IsKnown():
			return false, fmt.Errorf("the condition at %s has no known result", at)
		}
		return known.True(), nil
	}, diags
}

// truth returns the result of a condition as a known or unknown bool. The string "true" is not a bool.
func truth(v cty.Value) (cty.Value, error) {
	v, _ = v.UnmarkDeep()
	if v.Type() == cty.DynamicPseudoType && !v.IsKnown() {
		return v, nil
	}
	if v.Type() != cty.Bool || v.IsNull() {
		return cty.NilVal, fmt.Errorf("the condition of a route must be true or false")
	}
	return v, nil
}

// wantedFields returns the fields of the message that an expression uses, or nil for all.
func wantedFields(expr hcl.Expression) config.Set {
	wanted := config.Set{}
	for _, t := range expr.Variables() {
		if t.RootName() != "message" {
			continue
		}
		names := Steps(t)
		if len(names) == 0 {
			return nil
		}
		wanted[names[0]] = struct{}{}
	}
	return wanted
}

// facts returns the message as conditions see it, with the wanted fields and the derived ones.
func facts(f *config.Facts, wanted config.Set) cty.Value {
	to, recipient, recipientType := f.Address()
	attrs := map[string]cty.Value{
		factKind: cty.StringVal(f.Kind), factCategory: cty.StringVal(f.Category), factCountry: cty.StringVal(f.Country),
		factTo: cty.StringVal(to), factRecipient: cty.StringVal(recipient), factRecipientType: cty.StringVal(recipientType),
	}
	reflected := f.Message.ProtoReflect()
	fields := reflected.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		name := string(field.Name())
		if _, known := attrs[name]; !known && (wanted == nil || wanted.Has(name)) {
			attrs[name] = fieldValue(reflected, field, messageType().AttributeType(name))
		}
	}
	return cty.ObjectVal(attrs)
}

// objectType returns the type of a protobuf message. A message within a message of the same type is left out: above
// holds the types of the messages around this one.
func objectType(d protoreflect.MessageDescriptor, above []protoreflect.FullName) cty.Type {
	above = append(above[:len(above):len(above)], d.FullName())
	attrs := map[string]cty.Type{}
	fields := d.Fields()
	for i := range fields.Len() {
		if ty := fieldType(fields.Get(i), above); ty != cty.NilType {
			attrs[string(fields.Get(i).Name())] = ty
		}
	}
	return cty.Object(attrs)
}

func fieldType(field protoreflect.FieldDescriptor, above []protoreflect.FullName) cty.Type {
	if field.IsMap() {
		return cty.Map(cty.String) // the only kind of map in the message, as a test checks
	}
	ty := cty.String
	switch field.Kind() {
	case protoreflect.BoolKind:
		ty = cty.Bool
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		ty = cty.Number
	case protoreflect.MessageKind:
		d := field.Message()
		for _, name := range above {
			if name == d.FullName() {
				return cty.NilType
			}
		}
		if !textual(d) {
			ty = objectType(d, above)
		}
	}
	if field.IsList() {
		return cty.List(ty)
	}
	return ty
}

// textual reports whether conditions see messages of this type as strings: free JSON, and times in RFC 3339.
func textual(d protoreflect.MessageDescriptor) bool {
	return d.FullName() == (&structpb.Struct{}).ProtoReflect().Descriptor().FullName() ||
		d.FullName() == (&timestamppb.Timestamp{}).ProtoReflect().Descriptor().FullName()
}

func objectValue(m protoreflect.Message, ty cty.Type) cty.Value {
	attrs := map[string]cty.Value{}
	for name, inner := range ty.AttributeTypes() {
		attrs[name] = fieldValue(m, m.Descriptor().Fields().ByName(protoreflect.Name(name)), inner)
	}
	return cty.ObjectVal(attrs)
}

func fieldValue(m protoreflect.Message, field protoreflect.FieldDescriptor, ty cty.Type) cty.Value {
	v := m.Get(field)
	switch {
	case field.IsMap():
		values := map[string]cty.Value{}
		v.Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
			values[key.String()] = cty.StringVal(value.String())
			return true
		})
		if len(values) == 0 {
			return cty.MapValEmpty(cty.String)
		}
		return cty.MapVal(values)
	case field.IsList():
		list := v.List()
		if list.Len() == 0 {
			return cty.ListValEmpty(ty.ElementType())
		}
		values := make([]cty.Value, 0, list.Len())
		for i := range list.Len() {
			values = append(values, scalarValue(list.Get(i), field, true, ty.ElementType()))
		}
		return cty.ListVal(values)
	}
	return scalarValue(v, field, m.Has(field), ty)
}

func scalarValue(v protoreflect.Value, field protoreflect.FieldDescriptor, set bool, ty cty.Type) cty.Value {
	switch field.Kind() {
	case protoreflect.BoolKind:
		return cty.BoolVal(v.Bool())
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		return cty.NumberIntVal(v.Int())
	case protoreflect.MessageKind:
		if !textual(field.Message()) {
			return objectValue(v.Message(), ty)
		}
		return cty.StringVal(textOf(v.Message(), set))
	}
	return cty.StringVal(v.String())
}

// textOf returns the JSON of a free object, or a time without quotes. It returns "" if the field is not set.
func textOf(m protoreflect.Message, set bool) string {
	if !set {
		return ""
	}
	if at, ok := m.Interface().(*timestamppb.Timestamp); ok {
		return at.AsTime().Format("2006-01-02T15:04:05Z07:00")
	}
	text, err := protojson.Marshal(m.Interface())
	if err != nil {
		return ""
	}
	return string(text)
}
