// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/message"
)

// field is one field of the message model that holds a value and not an object.
type field struct {
	path string
	// set sets the field in a copy of the message. It returns the texts of which one is in a request that carries the
	// value; none for a boolean.
	set func(m protoreflect.Message) []string
}

// locate returns an object inside a message, which it creates if it is not set.
type locate func(m protoreflect.Message) protoreflect.Message

// fieldsOf returns the fields of the model: below the values that are set in the message, and below every object
// that is not, except where a type contains itself.
func fieldsOf(m *message.Message) []field {
	w := fieldWalk{}
	w.walk(m.ProtoReflect(), "", nil, func(m protoreflect.Message) protoreflect.Message { return m })
	return w.fields
}

type fieldWalk struct{ fields []field }

// walk adds the fields of m, which is at the path. The names in around are the types that contain m.
func (w *fieldWalk) walk(m protoreflect.Message, path string, around []protoreflect.FullName, find locate) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		at := message.JoinPath(path, string(fd.Name()))
		if fd.IsMap() || fd.Message() == nil || fd.Message().FullName().Parent() == "google.protobuf" {
			w.fields = append(w.fields, field{at, func(root protoreflect.Message) []string { return setMark(find(root), fd) }})
			continue
		}
		name := fd.Message().FullName()
		if count(around, name) > 1 {
			continue
		}
		inside := slices.Concat(around, []protoreflect.FullName{name})
		if !fd.IsList() {
			w.walk(m.Get(fd).Message(), at, inside, func(root protoreflect.Message) protoreflect.Message {
				return find(root).Mutable(fd).Message()
			})
			continue
		}
		list := m.Get(fd).List()
		for i := range max(list.Len(), 1) {
			element := list.NewElement().Message()
			if i < list.Len() {
				element = list.Get(i).Message()
			}
			w.walk(element, message.IndexPath(at, i), inside, func(root protoreflect.Message) protoreflect.Message {
				list := find(root).Mutable(fd).List()
				if i == list.Len() {
					return list.AppendMutable().Message()
				}
				return list.Get(i).Message()
			})
		}
	}
}

func count(names []protoreflect.FullName, name protoreflect.FullName) int {
	n := 0
	for _, other := range names {
		if other == name {
			n++
		}
	}
	return n
}

// setMark sets a field to a value that stands out, and returns the texts by which it can be found.
func setMark(m protoreflect.Message, fd protoreflect.FieldDescriptor) []string {
	const (
		text   = "marker-7f3c91"
		number = 73737373
	)
	switch {
	case fd.IsMap():
		m.Mutable(fd).Map().Set(protoreflect.ValueOfString("1").MapKey(), protoreflect.ValueOfString(text))
	case fd.Kind() == protoreflect.StringKind:
		m.Set(fd, protoreflect.ValueOfString(text))
	case fd.Kind() == protoreflect.BoolKind:
		m.Set(fd, protoreflect.ValueOfBool(true))
		return nil
	case fd.Kind() == protoreflect.Int32Kind:
		m.Set(fd, protoreflect.ValueOfInt32(number))
		return []string{strconv.Itoa(number)}
	case fd.Kind() == protoreflect.Int64Kind:
		m.Set(fd, protoreflect.ValueOfInt64(number))
		return []string{strconv.Itoa(number)}
	case fd.Message().Name() == "Timestamp":
		at := time.Date(2099, 1, 2, 3, 4, 0, 0, time.UTC)
		m.Set(fd, protoreflect.ValueOfMessage(timestamppb.New(at).ProtoReflect()))
		return []string{"2099-01-02 03:04", "2099-01-02T03:04", strconv.FormatInt(at.Unix(), 10)}
	default:
		object := &structpb.Struct{Fields: map[string]*structpb.Value{"k": structpb.NewStringValue(text)}}
		m.Set(fd, protoreflect.ValueOfMessage(object.ProtoReflect()))
	}
	return []string{text}
}
