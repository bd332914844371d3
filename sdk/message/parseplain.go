// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bytes"
	"reflect"
	"sync"

	"github.com/go-json-experiment/json"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// parsePlain reads a message that is written as the model is: fields of the model, each with the type of the model, and without
// values that have no type there. That is how most clients write, and it takes a fifth of the time. It returns nil for every other
// document: the reader of Parse reads it or says what is wrong with it.
//
// The names of the model's fields in JSON are in the tags of the generated types. The library refuses what decodeTree refuses:
// unknown fields and fields that occur twice, and text that is not UTF-8.
func parsePlain(data []byte) *Message {
	// The library takes null for an empty message.
	if start := bytes.TrimLeft(data, " \t\r\n"); len(start) == 0 || start[0] != '{' {
		return nil
	}
	m := &Message{}
	if err := json.Unmarshal(data, m, strict()); err != nil || !messageShape().finish(reflect.ValueOf(m)) {
		return nil
	}
	return m
}

var strict = sync.OnceValue(func() json.Options { return json.RejectUnknownMembers(true) })

// messageShape returns the shape of a message.
var messageShape = sync.OnceValue(func() *shape {
	return shapeOf(reflect.TypeFor[*Message](), map[reflect.Type]*shape{})
})

// A shape is what finish needs to know of a generated type.
type shape struct {
	fields []shapeField
}

// shapeField is a field that holds other values than text, numbers and true or false.
type shapeField struct {
	index int
	list  bool
	// of is the shape of the messages in the field. It is nil if the generated type is not read as its JSON is written.
	of *shape
}

// shapeOf returns the shape of a pointer to a generated type. Shapes may lead back to themselves, so those that are known are kept.
func shapeOf(t reflect.Type, known map[reflect.Type]*shape) *shape {
	if s := known[t]; s != nil {
		return s
	}
	s := &shape{}
	known[t] = s
	for i := range t.Elem().NumField() {
		field := t.Elem().Field(i)
		f := shapeField{index: i, list: field.Type.Kind() == reflect.Slice}
		inner := field.Type
		if f.list {
			inner = inner.Elem()
		}
		switch {
		case !field.IsExported(), scalarKind(inner):
			continue
		case inner == reflect.TypeFor[*timestamppb.Timestamp](), inner == reflect.TypeFor[*structpb.Struct](), inner.Kind() == reflect.Map:
		default:
			f.of = shapeOf(inner, known)
		}
		s.fields = append(s.fields, f)
	}
	return s
}

// scalarKind reports whether a field of the type is text, a number or true or false, or a pointer to one.
func scalarKind(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64:
		return true
	}
	return false
}

// finish normalizes a message and all messages in it. It returns false if there is something in it that the generated types are not
// read from correctly: a null in a list, a time, an object without a model.
func (s *shape) finish(pointer reflect.Value) bool {
	value := pointer.Elem()
	for _, f := range s.fields {
		switch v := value.Field(f.index); {
		case v.IsNil():
		case f.of == nil:
			return false
		case f.list:
			for i := range v.Len() {
				if e := v.Index(i); e.IsNil() || !f.of.finish(e) {
					return false
				}
			}
		case !f.of.finish(v):
			return false
		}
	}
	normalize(pointer.Interface().(proto.Message).ProtoReflect())
	return true
}
