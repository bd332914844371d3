// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
)

// maxGrown bounds the size of Sized's texts and lists. Larger limits are not tested.
const maxGrown = 256 << 10

// Sized returns a copy of the message in which the first text that a limit applies to has n units, or the list has n
// items. The text consists of repeated fills between "q" and "z". Sized returns nil if the limit applies to no field of
// the message, if n units cannot be reached with whole fills, or if n is too large.
func Sized(m *message.Message, l message.Limit, n int, fill string) *message.Message {
	if n < 0 || n > maxGrown {
		return nil
	}
	c := proto.CloneOf(m)
	at, fd, each := target(c, l)
	switch {
	case fd == nil || !at.Has(fd):
		return nil
	case each:
		if !resize(at.Mutable(fd).List(), n) {
			return nil
		}
	case fd.Kind() != protoreflect.StringKind:
		return nil
	default:
		at.Set(fd, protoreflect.ValueOfString(textOf(l.Unit, n, fill)))
	}
	return c
}

// WithField returns a copy of the message in which the field that a limit is about is set, so that Sized can size it. It
// returns nil if the message cannot have the field by itself: an object with rules of its own, such as a header, is not
// made up. A footer consists of its text only, and is.
func WithField(m *message.Message, l message.Limit) *message.Message {
	c := proto.CloneOf(m)
	at, fd, each := target(c, l)
	switch {
	case fd == nil:
		return nil
	case each:
		if !at.Has(fd) {
			return nil
		}
	case fd.Kind() != protoreflect.StringKind || fd.IsList():
		return nil
	case !at.Has(fd):
		at.Set(fd, protoreflect.ValueOfString("x"))
	}
	return c
}

// target returns the field that a limit is about and the message that the field is in, and whether the limit is about the
// items of the field. The field is nil if the message does not have the objects on the way to it. Only a footer is added.
func target(m *message.Message, l message.Limit) (at protoreflect.Message, fd protoreflect.FieldDescriptor, each bool) {
	at = m.ProtoReflect()
	steps := strings.Split(l.Path, ".")
	for i, step := range steps {
		name, each := strings.CutSuffix(step, "[*]")
		fd := at.Descriptor().Fields().ByName(protoreflect.Name(name))
		switch {
		case fd == nil || i == len(steps)-1:
			return at, fd, each
		case fd.Message() == nil || fd.IsMap() || !at.Has(fd) && (each || name != "footer"):
			return at, nil, false
		case each:
			at = at.Mutable(fd).List().Get(0).Message()
		default:
			at = at.Mutable(fd).Message()
		}
	}
	return at, nil, false
}

// textOf returns a text of n units.
func textOf(unit message.Unit, n int, fill string) string {
	size := len([]rune(fill))
	switch unit {
	case message.UnitBytes:
		size = len(fill)
	case message.UnitUTF16:
		size = 0
		for _, r := range fill {
			size++
			if r > 0xFFFF {
				size++
			}
		}
	}
	if n < 2 || size == 0 {
		return strings.Repeat("x", n)
	}
	rest := (n - 2) % size
	return "q" + strings.Repeat(fill, (n-2)/size) + strings.Repeat("x", rest) + "z"
}

// resize changes the length of a list. It truncates the list, or appends copies of the last item with other ids.
func resize(list protoreflect.List, n int) bool {
	if list.Len() == 0 {
		return false
	}
	if first := list.Get(0).Message(); n > 1 && first.Descriptor().Name() == "Section" {
		title(first)
	}
	for list.Len() < n {
		item := proto.Clone(list.Get(list.Len() - 1).Message().Interface()).ProtoReflect()
		renumber(item, list.Len())
		list.Append(protoreflect.ValueOfMessage(item))
	}
	list.Truncate(n)
	return true
}

// renumber changes the ids of an item and of everything in it, because duplicate ids would be refused.
func renumber(m protoreflect.Message, n int) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsMap():
		case fd.IsList() && fd.Message() != nil:
			for i := range v.List().Len() {
				renumber(v.List().Get(i).Message(), n)
			}
		case fd.Message() != nil:
			renumber(m.Mutable(fd).Message(), n)
		case fd.Name() == "id" || fd.Name() == "product_retailer_id":
			m.Set(fd, protoreflect.ValueOfString(string(fd.Name())+"-n"+strconv.Itoa(n)))
		case fd.Name() == "title" && m.Descriptor().Name() == "Reply": // titles of buttons must differ
			m.Set(fd, protoreflect.ValueOfString("Title "+strconv.Itoa(n)))
		}
		return true
	})
}
