// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// RepairUTF8 replaces invalid UTF-8 in all strings of a message, because a message with invalid UTF-8 cannot be sent. Such
// texts come from vendors.
func RepairUTF8(m protoreflect.Message) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsMap():
		case fd.IsList() && fd.Kind() == protoreflect.StringKind:
			list := v.List()
			for i := range list.Len() {
				if s := list.Get(i).String(); !utf8.ValidString(s) {
					list.Set(i, protoreflect.ValueOfString(strings.ToValidUTF8(s, "\uFFFD")))
				}
			}
		case fd.IsList() && fd.Kind() == protoreflect.MessageKind:
			list := v.List()
			for i := range list.Len() {
				RepairUTF8(list.Get(i).Message())
			}
		case fd.Kind() == protoreflect.MessageKind:
			RepairUTF8(v.Message())
		case fd.Kind() == protoreflect.StringKind && !utf8.ValidString(v.String()):
			m.Set(fd, protoreflect.ValueOfString(strings.ToValidUTF8(v.String(), "\uFFFD")))
		}
		return true
	})
}
