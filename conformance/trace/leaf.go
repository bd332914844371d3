// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/internal/lazyregexp"
	"github.com/wahost/wahost/sdk/message"
)

// Leaf is a value of a message.
type Leaf struct {
	// Path is the path of the value, such as "interactive.action.sections[0].rows[1].title".
	Path string
	// Form is empty for numbers, booleans and free-form objects.
	Form   Form
	Marker Marker
}

// isHostField reports whether a provider may leave out or change a field. Variables have checks of their own.
func isHostField(path string) bool { return hostFields()[path] }

var hostFields = sync.OnceValue(func() map[string]bool {
	paths := map[string]bool{"wahost.variables": true}
	for _, field := range message.HostFields() {
		paths[field.Path] = true
	}
	return paths
})

// forms are the forms of texts that are not Free. The first pattern that matches a path applies.
var forms = []struct {
	pattern func() *regexp.Regexp
	form    Form
}{
	{lazyregexp.New(`(^|\.)(type|sub_type|index|policy|calendar|emoji|country_code|code)$`), Word},
	{lazyregexp.New(`^interactive\.action\.name$`), Word},
	{lazyregexp.New(`(^|\.)link$`), URL},
	{lazyregexp.New(`urls\[\d+\]\.url$`), URL},
	{lazyregexp.New(`\.email$`), Email},
	{lazyregexp.New(`\.filename$`), Filename},
	{lazyregexp.New(`\.(phone|wa_id)$`), Phone},
	{lazyregexp.New(`\.birthday$`), Date},
	{lazyregexp.New(`\.(latitude|longitude)$`), Decimal},
	{lazyregexp.New(`^template\.(name|namespace)$|parameter_name$`), Name},
	{lazyregexp.New(`\.coupon_code$`), Code},
	{lazyregexp.New(`^(image|video|audio|document|sticker)\.(id|provider)$`), Token},
	{lazyregexp.New(`message_id$|catalog_id$|product_retailer_id$|(image|video|document)\.(id|provider)$`), Token},
	{lazyregexp.New(`^(biz_opaque_callback_data|recipient_identity_key_hash)$`), Token},
}

// FormOf returns the form of the text at a path.
func FormOf(path string) Form {
	for _, f := range forms {
		if f.pattern().MatchString(path) {
			return f.form
		}
	}
	return Free
}

// IsText reports whether the field at a path without positions, such as "location.name", is a text.
func IsText(path string) bool {
	at := (&message.Message{}).ProtoReflect().Descriptor()
	steps := strings.Split(path, ".")
	for i, step := range steps {
		field := at.Fields().ByName(protoreflect.Name(step))
		switch {
		case field == nil || field.IsList() || field.IsMap():
			return false
		case i == len(steps)-1:
			return field.Kind() == protoreflect.StringKind
		case field.Message() == nil:
			return false
		}
		at = field.Message()
	}
	return false
}

// Mark returns a copy of the message with a marker in every text that is set, except where only certain words are
// legal. It also returns all values that are set and concern the vendor.
func Mark(m *message.Message, marks *Marks) (*message.Message, []Leaf) {
	marked := proto.CloneOf(m)
	var leaves []Leaf
	walk(marked.ProtoReflect(), "", func(owner protoreflect.Message, fd protoreflect.FieldDescriptor, path string) {
		leaf := Leaf{Path: path}
		if fd.Kind() == protoreflect.StringKind && !fd.IsMap() && !fd.IsList() {
			leaf.Form = FormOf(path)
			if leaf.Form != Word {
				leaf.Marker = marks.Next(leaf.Form)
				owner.Set(fd, protoreflect.ValueOfString(leaf.Marker.Text))
			}
		}
		leaves = append(leaves, leaf)
	})
	return marked, leaves
}

// Set returns a copy of the message with one text replaced, or nil if the message has no text at the path.
func Set(m *message.Message, path, text string) *message.Message {
	changed, found := proto.CloneOf(m), false
	walk(changed.ProtoReflect(), "", func(owner protoreflect.Message, fd protoreflect.FieldDescriptor, at string) {
		if at == path && fd.Kind() == protoreflect.StringKind && !fd.IsMap() {
			owner.Set(fd, protoreflect.ValueOfString(text))
			found = true
		}
	})
	if !found {
		return nil
	}
	return changed
}

// Clear returns a copy of the message without the value at a path.
func Clear(m *message.Message, path string) *message.Message {
	changed := proto.CloneOf(m)
	walk(changed.ProtoReflect(), "", func(owner protoreflect.Message, fd protoreflect.FieldDescriptor, at string) {
		if at == path {
			owner.Clear(fd)
		}
	})
	return changed
}

// Parts returns the paths of the values and objects of a message, except those that are in lists after the first item.
func Parts(m *message.Message) []string {
	var paths []string
	partsOf(m.ProtoReflect(), "", &paths)
	return paths
}

func partsOf(m protoreflect.Message, path string, out *[]string) {
	for i := range m.Descriptor().Fields().Len() {
		fd := m.Descriptor().Fields().Get(i)
		at := message.JoinPath(path, string(fd.Name()))
		switch {
		case !m.Has(fd) || isHostField(at) || at == "wahost":
		case isLeaf(fd):
			*out = append(*out, at)
		case fd.IsList():
			partsOf(m.Get(fd).List().Get(0).Message(), message.IndexPath(at, 0), out)
		default:
			*out = append(*out, at)
			partsOf(m.Get(fd).Message(), at, out)
		}
	}
}

// Without returns a copy of the message without the value or the object at a path of Parts. It returns nil if there is
// nothing at the path.
func Without(m *message.Message, path string) *message.Message {
	c := proto.CloneOf(m)
	if !clearAt(c.ProtoReflect(), "", path) {
		return nil
	}
	return c
}

func clearAt(m protoreflect.Message, path, want string) bool {
	for i := range m.Descriptor().Fields().Len() {
		fd := m.Descriptor().Fields().Get(i)
		at := message.JoinPath(path, string(fd.Name()))
		switch {
		case !m.Has(fd):
		case at == want:
			m.Clear(fd)
			return true
		case !strings.HasPrefix(want, at) || isLeaf(fd):
		case fd.IsList():
			if clearAt(m.Mutable(fd).List().Get(0).Message(), message.IndexPath(at, 0), want) {
				return true
			}
		case clearAt(m.Mutable(fd).Message(), at, want):
			return true
		}
	}
	return false
}

type visitor func(owner protoreflect.Message, fd protoreflect.FieldDescriptor, path string)

// walk calls a function for all values that are set, in the order of the field numbers.
func walk(m protoreflect.Message, path string, visit visitor) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		at := message.JoinPath(path, string(fd.Name()))
		switch {
		case !m.Has(fd) || isHostField(at):
		case isLeaf(fd):
			visit(m, fd, at)
		case fd.IsList():
			list := m.Get(fd).List()
			for i := range list.Len() {
				walk(list.Get(i).Message(), message.IndexPath(at, i), visit)
			}
		default:
			walk(m.Get(fd).Message(), at, visit)
		}
	}
}

// isLeaf reports whether a field is a single value. Maps and well-known types of protobuf count as one value each.
func isLeaf(fd protoreflect.FieldDescriptor) bool {
	return fd.IsMap() || fd.Message() == nil || fd.Message().FullName().Parent() == "google.protobuf"
}

// Leaves returns the patterns of all values that a message can have and that concern the vendor, such as
// "contacts[*].name.first_name". An object inside an object of its own type is included one level deep.
func Leaves() []string {
	var patterns []string
	describe((&message.Message{}).ProtoReflect().Descriptor(), "", nil, &patterns)
	return patterns
}

func describe(d protoreflect.MessageDescriptor, path string, around []protoreflect.FullName, out *[]string) {
	inside := 0
	for _, name := range around {
		if name == d.FullName() {
			inside++
		}
	}
	if inside > 1 {
		return
	}
	around = append(slices.Clip(around), d.FullName())
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		at := message.JoinPath(path, string(fd.Name()))
		switch {
		case isHostField(at):
		case isLeaf(fd):
			*out = append(*out, at)
		case fd.IsList():
			describe(fd.Message(), at+"[*]", around, out)
		default:
			describe(fd.Message(), at, around, out)
		}
	}
}

// Covers reports whether a path is the path of the leaf or of an object that contains the leaf. A path without
// positions, or with [*] for each, stands for all elements of a list.
func Covers(path, leaf string) bool {
	pattern := message.PathPattern(leaf)
	return message.PathCovers(path, leaf) || message.PathCovers(path, pattern) ||
		message.PathCovers(path, strings.ReplaceAll(pattern, "[*]", ""))
}
