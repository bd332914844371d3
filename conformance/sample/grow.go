// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
)

// Lists returns the paths of the lists of objects that a message has, such as "contacts[0].phones". Of several equal
// objects only the first is entered. The list of a template's components is left out, and so are the parameters of
// components other than the body: their number follows from the template.
func Lists(m *message.Message) []string {
	var paths []string
	listsOf(m.ProtoReflect(), "", &paths)
	return paths
}

func listsOf(m protoreflect.Message, path string, out *[]string) {
	for i := range m.Descriptor().Fields().Len() {
		fd := m.Descriptor().Fields().Get(i)
		at := message.JoinPath(path, string(fd.Name()))
		switch {
		case fd.Message() == nil || fd.IsMap() || !m.Has(fd) || fd.Message().FullName().Parent() == "google.protobuf":
		case !fd.IsList():
			listsOf(m.Get(fd).Message(), at, out)
		case at == "template.components":
			for i := range m.Get(fd).List().Len() {
				component := m.Get(fd).List().Get(i).Message()
				if component.Get(component.Descriptor().Fields().ByName("type")).String() == "body" {
					listsOf(component, message.IndexPath(at, i), out)
				}
			}
		default:
			*out = append(*out, at)
			if m.Get(fd).List().Len() > 0 {
				listsOf(m.Get(fd).List().Get(0).Message(), message.IndexPath(at, 0), out)
			}
		}
	}
}

// Grow returns a copy of the message in which the list at a path of Lists has n items. New items are copies of the first
// one with ids of their own. It returns nil if the message has no such list, or an empty one.
func Grow(m *message.Message, path string, n int) *message.Message {
	c := proto.CloneOf(m)
	list := listAt(c.ProtoReflect(), "", path)
	if list == nil || list.Len() == 0 || n < 1 {
		return nil
	}
	list.Truncate(min(list.Len(), n))
	if first := list.Get(0).Message(); n > 1 && first.Descriptor().Name() == "Section" {
		title(first)
	}
	for list.Len() < n {
		item := proto.Clone(list.Get(0).Message().Interface()).ProtoReflect()
		renumber(item, list.Len())
		list.Append(protoreflect.ValueOfMessage(item))
	}
	return c
}

// title sets the title of a section, because each of several sections needs one.
func title(section protoreflect.Message) {
	if fd := section.Descriptor().Fields().ByName("title"); !section.Has(fd) {
		section.Set(fd, protoreflect.ValueOfString("Section"))
	}
}

func listAt(m protoreflect.Message, path, want string) protoreflect.List {
	var found protoreflect.List
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		at := message.JoinPath(path, string(fd.Name()))
		switch {
		case fd.Message() == nil || fd.IsMap():
		case fd.IsList() && at == want:
			found = m.Mutable(fd).List()
		case fd.IsList():
			for i := range v.List().Len() {
				if found == nil {
					found = listAt(v.List().Get(i).Message(), message.IndexPath(at, i), want)
				}
			}
		default:
			found = listAt(m.Mutable(fd).Message(), at, want)
		}
		return found == nil
	})
	return found
}
