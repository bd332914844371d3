// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package carry helps a provider to account for every field of a message. Each field that is set is either carried
// to the vendor, or listed as ignored, or the message is refused with the path of the field. A field that no rule
// mentions is refused, so that a field which is added to the message model later cannot be lost.
//
// Rules say which fields are carried and which are ignored. Fields applies them to one message.
package carry

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
)

// Rules say which fields of one type of object are carried and which are ignored. They do not change, and are safe
// for concurrent use.
type Rules struct {
	root *node
}

// node is a field that rules mention, or the object itself.
type node struct {
	verdict verdict
	// children are the fields below, by their position in the descriptor, with nil for those that no rule mentions. It is nil if no
	// rule mentions any.
	children []*node
}

type verdict int

const (
	interior verdict = iota
	carried
	ignored
)

// MustRules returns rules for the type of m. Paths are dotted JSON names without list indexes, such as
// "template.language.code". A carried path that names an object covers everything in it, and the caller checks that
// object with rules of its own. An ignored path names a field that is not an object.
//
// Rules are made when a provider starts. MustRules panics for rules that Fields could not follow: a path that names no
// field or leads into a map, a field that is both carried and ignored, and a path below a field that is carried or ignored
// as a whole.
func MustRules(m proto.Message, carriedPaths, ignoredPaths []string) *Rules {
	d := m.ProtoReflect().Descriptor()
	rules := &Rules{root: &node{}}
	for _, path := range carriedPaths {
		rules.root.add(d, path, carried)
	}
	for _, path := range ignoredPaths {
		rules.root.add(d, path, ignored)
	}
	return rules
}

func (n *node) add(d protoreflect.MessageDescriptor, path string, v verdict) {
	for name := range strings.SplitSeq(path, ".") {
		if d == nil || d.IsMapEntry() || d.Fields().ByName(protoreflect.Name(name)) == nil {
			panic("carry: no field " + path)
		}
		if n.verdict != interior {
			panic("carry: " + path + " is below a field that another rule carries or ignores as a whole")
		}
		fd := d.Fields().ByName(protoreflect.Name(name))
		if n.children == nil {
			n.children = make([]*node, d.Fields().Len())
		}
		if n.children[fd.Index()] == nil {
			n.children[fd.Index()] = &node{}
		}
		n, d = n.children[fd.Index()], fd.Message()
	}
	switch {
	case n.verdict != interior && n.verdict != v:
		panic("carry: " + path + " is both carried and ignored")
	case len(n.children) > 0:
		panic("carry: " + path + " is carried or ignored as a whole, and another rule names a part of it")
	}
	n.verdict = v
}

// optionalFields are ignored by MessageRules unless they are carried: a message may always be sent without them.
var optionalFields = []string{"context.message_id", "biz_opaque_callback_data"}

// MessageRules returns rules for a whole message. The fields of message.HostFields count as carried. The id of the
// message replied to and the caller's reference are ignored unless they are in carriedPaths. MessageRules panics as
// MustRules does.
func MessageRules(carriedPaths []string, ignoredPaths ...string) *Rules {
	ignoredPaths = slices.Clone(ignoredPaths)
	for _, path := range optionalFields {
		if !slices.Contains(carriedPaths, path) {
			ignoredPaths = append(ignoredPaths, path)
		}
	}
	carriedPaths = slices.Clone(carriedPaths)
	for _, field := range message.HostFields() {
		carriedPaths = append(carriedPaths, field.Path)
	}
	return MustRules(&message.Message{}, carriedPaths, ignoredPaths)
}
