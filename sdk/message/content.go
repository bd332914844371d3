// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// addressFields say where a message goes; everything else is its content.
var addressFields = fieldsOf[*Message]("to", "recipient", "recipient_type")

// Content returns a copy of the message without its address: to, recipient and recipient_type. Where to and recipient
// are both set, the message goes to to, and recipient stays: it is one more thing that the caller said, which a
// provider carries or lists as ignored.
func Content(m *Message) *Message {
	c := proto.CloneOf(m)
	for _, fd := range addressFields() {
		if !saysMore(m, fd) {
			c.ProtoReflect().Clear(fd)
		}
	}
	return c
}

// saysMore reports whether an address field is content because another one decides where the message goes.
func saysMore(m *Message, fd protoreflect.FieldDescriptor) bool {
	return fd.Name() == "recipient" && m.GetTo() != ""
}

// ContentKey gives a string that is equal for messages of equal content, whoever they go to. It is for grouping
// in memory: it is not text, and another version of wahost may give another string.
func ContentKey(m *Message) string {
	// A shallow copy is enough, because nothing below the top level is written.
	c := (&Message{}).ProtoReflect()
	m.ProtoReflect().Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		for _, address := range addressFields() {
			if fd == address && !saysMore(m, fd) {
				return true
			}
		}
		c.Set(fd, v)
		return true
	})
	key, err := proto.MarshalOptions{Deterministic: true}.Marshal(c.Interface())
	if err != nil {
		// Only text that is not UTF-8 gets here. The message itself is then its only equal.
		return m.String()
	}
	return string(key)
}
