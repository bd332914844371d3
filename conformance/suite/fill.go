// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
)

// Fill sets the field of a limit to the size n: to a text of n units that consists of the character, or to n copies of
// the first element with different ids and titles. It returns false if the message has no such field, or if n units are
// not a whole number of characters.
func Fill(m *message.Message, l message.Limit, n int, character string) bool {
	parts := strings.Split(l.Path, ".")
	return fill(m.ProtoReflect(), parts, l.Unit, n, character)
}

func fill(m protoreflect.Message, parts []string, unit message.Unit, n int, character string) bool {
	name, each := strings.CutSuffix(parts[0], "[*]")
	fd := m.Descriptor().Fields().ByName(protoreflect.Name(name))
	if fd == nil {
		return false
	}
	if each {
		list := m.Mutable(fd).List()
		if list.Len() == 0 {
			return false
		}
		if len(parts) == 1 {
			return unit == message.UnitItems && repeat(list, n)
		}
		return fill(list.Get(0).Message(), parts[1:], unit, n, character)
	}
	if len(parts) == 1 {
		text, ok := textOf(unit, n, character)
		if !ok || fd.Kind() != protoreflect.StringKind {
			return false
		}
		m.Set(fd, protoreflect.ValueOfString(text))
		return true
	}
	if fd.Kind() != protoreflect.MessageKind || fd.IsList() {
		return false
	}
	// Only a footer can be created here, because it has only a text. Other objects have rules of their own; a header
	// needs its type.
	if !m.Has(fd) && name != "footer" {
		return false
	}
	return fill(m.Mutable(fd).Message(), parts[1:], unit, n, character)
}

// textOf returns a text of n units.
func textOf(unit message.Unit, n int, character string) (string, bool) {
	size := len([]rune(character))
	switch unit {
	case message.UnitBytes:
		size = len(character)
	case message.UnitUTF16:
		size = len(utf16.Encode([]rune(character)))
	case message.UnitItems:
		return "", false
	}
	if size == 0 || n%size != 0 {
		return "", false
	}
	return strings.Repeat(character, n/size), true
}

// repeat makes a list n elements long by copying the first one.
func repeat(list protoreflect.List, n int) bool {
	if list.Get(0).Message().Descriptor() == nil || n < 1 {
		return false
	}
	first := list.Get(0).Message().Interface()
	// Several sections need titles.
	if m, fd := first.ProtoReflect(), first.ProtoReflect().Descriptor().Fields().ByName("title"); n > 1 && fd != nil && !m.Has(fd) {
		m.Set(fd, protoreflect.ValueOfString("Part"))
	}
	for i := list.Len(); i < n; i++ {
		element := proto.Clone(first)
		number(element.ProtoReflect(), i)
		list.Append(protoreflect.ValueOfMessage(element.ProtoReflect()))
	}
	return list.Len() == n
}

// number makes the ids and titles of an element unique and keeps them short.
func number(m protoreflect.Message, i int) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsList() && fd.Kind() == protoreflect.MessageKind:
			for j := range v.List().Len() {
				number(v.List().Get(j).Message(), i)
			}
		case fd.Kind() == protoreflect.MessageKind && !fd.IsMap():
			number(v.Message(), i)
		case fd.Kind() == protoreflect.StringKind && !fd.IsList():
			switch fd.Name() {
			case "id", "title", "product_retailer_id", "formatted_name":
				m.Set(fd, protoreflect.ValueOfString(fmt.Sprintf("%s %d", v.String(), i)))
			}
		}
		return true
	})
}
