// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/sdk/message"
)

// Probe returns a copy of the message with one more value, at a pattern that Leaves returns. The value is in the first
// item of each list on the path; missing items are added. Numbers and words get a recognisable value, too. Probe
// returns nil if the message already has a value there.
func Probe(m *message.Message, pattern string, marks *Marks) (*message.Message, Leaf) {
	c := proto.CloneOf(m)
	at, path := c.ProtoReflect(), ""
	steps := strings.Split(pattern, ".")
	for i, step := range steps {
		name, each := strings.CutSuffix(step, "[*]")
		fd := at.Descriptor().Fields().ByName(protoreflect.Name(name))
		if fd == nil {
			return nil, Leaf{}
		}
		path = message.JoinPath(path, name)
		if i < len(steps)-1 && (fd.Message() == nil || fd.IsMap() || each != fd.IsList()) {
			return nil, Leaf{}
		}
		switch {
		case i == len(steps)-1:
			if at.Has(fd) || each {
				return nil, Leaf{}
			}
			leaf := Leaf{Path: path, Form: FormOf(path)}
			leaf.Marker = put(at, fd, leaf.Form, marks)
			return c, leaf
		case each:
			list := at.Mutable(fd).List()
			if list.Len() == 0 {
				list.AppendMutable()
			}
			at, path = list.Get(0).Message(), message.IndexPath(path, 0)
		default:
			at = at.Mutable(fd).Message()
		}
	}
	return nil, Leaf{}
}

// put sets a field to a recognisable value and returns its marker. It returns the zero Marker for a boolean.
func put(m protoreflect.Message, fd protoreflect.FieldDescriptor, form Form, marks *Marks) Marker {
	const number = 73737373
	marker := marks.Next(Token)
	switch {
	case fd.IsMap():
		m.Mutable(fd).Map().Set(protoreflect.ValueOfString("1").MapKey(), protoreflect.ValueOfString(marker.Text))
	case fd.IsList():
		m.Mutable(fd).List().Append(protoreflect.ValueOfString(marker.Text))
	case fd.Kind() == protoreflect.StringKind:
		if form != Word {
			marker = marks.Next(form)
		}
		m.Set(fd, protoreflect.ValueOfString(marker.Text))
	case fd.Kind() == protoreflect.BoolKind:
		m.Set(fd, protoreflect.ValueOfBool(true))
		return Marker{}
	case fd.Kind() == protoreflect.Int32Kind:
		m.Set(fd, protoreflect.ValueOfInt32(number))
		return Marker{Text: "73737373"}
	case fd.Kind() == protoreflect.Int64Kind:
		m.Set(fd, protoreflect.ValueOfInt64(number))
		return Marker{Text: "73737373"}
	default:
		s, err := structpb.NewStruct(map[string]any{"k": marker.Text})
		if err != nil || fd.Message().FullName() != s.ProtoReflect().Descriptor().FullName() {
			return Marker{}
		}
		m.Set(fd, protoreflect.ValueOfMessage(s.ProtoReflect()))
	}
	return marker
}
