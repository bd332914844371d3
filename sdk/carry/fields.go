// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Fields accounts for the fields of one message. The type is called Fields and not Checker because
// capability.Checker already answers whether a channel can carry a message; Fields records what happens to the fields
// of a message that it can carry. The zero value with a Vendor is ready for use. Use one for each message.
type Fields struct {
	// Vendor is the name of the vendor, for the texts of rejections.
	Vendor string
	// Ignored are the paths of the ignored fields that were set. They belong in outcome.Outcome.IgnoredFields.
	Ignored []string
}

// Message applies the rules to a whole message, and checks the fields that must have the same value for every kind
// of message. The error is one that OutcomeOf understands.
func (f *Fields) Message(rules *Rules, m *message.Message) error {
	if p := m.GetMessagingProduct(); p != "" && p != "whatsapp" {
		return Refuse(outcome.ReasonInvalidMessage, "messaging_product", `expected "whatsapp"`)
	}
	if t := m.GetRecipientType(); t != "" && t != "individual" {
		return Refuse(outcome.ReasonUnsupported, "recipient_type", `%s sends to individuals only`, f.Vendor)
	}
	return f.Object(rules, m, "")
}

// Object applies the rules to the object at the path. The error is one that OutcomeOf understands.
func (f *Fields) Object(rules *Rules, m proto.Message, path string) error {
	r := m.ProtoReflect()
	if !r.IsValid() {
		return nil
	}
	return f.walk(rules.root, r, path)
}

// walk visits the fields in the order of their declaration, because the order of Range differs between builds.
func (f *Fields) walk(n *node, m protoreflect.Message, path string) error {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		var child *node
		if n.children != nil {
			child = n.children[i]
		}
		if child != nil && child.verdict == carried {
			continue
		}
		fd := fields.Get(i)
		if !m.Has(fd) {
			continue
		}
		if err := f.field(child, fd, m.Get(fd), message.JoinPath(path, string(fd.Name()))); err != nil {
			return err
		}
	}
	return nil
}

// field checks one field that is set and not carried as a whole. n is nil if no rule mentions the field.
func (f *Fields) field(n *node, fd protoreflect.FieldDescriptor, v protoreflect.Value, path string) error {
	switch {
	case n == nil:
		return Refuse(outcome.ReasonUnsupported, path, "%s has no field for this", f.Vendor)
	case n.verdict == ignored:
		f.Ignored = append(f.Ignored, path)
	case fd.IsList():
		for i := range v.List().Len() {
			if err := f.walk(n, v.List().Get(i).Message(), message.IndexPath(path, i)); err != nil {
				return err
			}
		}
	default:
		return f.walk(n, v.Message(), path)
	}
	return nil
}
