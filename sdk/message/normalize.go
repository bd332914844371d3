// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// normalize converts what clients write in several ways to one form.
func normalize(m protoreflect.Message) {
	switch m := m.Interface().(type) {
	case *Message:
		m.Type = strings.ToLower(m.Type)
		if m.Type == "" {
			m.Type = onlyContent(m.ProtoReflect(), contentFields())
		}
	case *Interactive:
		m.Type = strings.ToLower(m.Type)
	case *Header:
		m.Type = strings.ToLower(m.Type)
	case *Card:
		m.Type = strings.ToLower(m.Type)
	case *Button:
		m.Type = strings.ToLower(m.Type)
	case *Location:
		m.Latitude, m.Longitude = plainDecimal(m.Latitude), plainDecimal(m.Longitude)
	case *Component:
		m.Type, m.SubType = strings.ToLower(m.Type), strings.ToLower(m.SubType)
		if m.Type != "" && m.Type != "button" && m.Index == "0" {
			// Only buttons have an index. piusalfred/whatsapp, a client in Go, writes 0 for every other component.
			m.Index = ""
		}
	case *Parameter:
		m.Type = strings.ToLower(m.Type)
		if m.Type == "" {
			m.Type = onlyContent(m.ProtoReflect(), parameterFields())
		}
	}
}

// onlyContent returns the name of the field that is set. It returns "" if no field is set, or more than one.
func onlyContent(m protoreflect.Message, fields []protoreflect.FieldDescriptor) string {
	found := ""
	for _, fd := range fields {
		if !m.Has(fd) {
			continue
		}
		if found != "" {
			return ""
		}
		found = string(fd.Name())
	}
	return found
}

// contentFields and parameterFields are the fields that `type` can name.
var (
	contentFields = fieldsOf[*Message]("text", "template", "image", "video", "audio", "document", "sticker",
		"location", "contacts", "interactive", "reaction", "pin")
	parameterFields = fieldsOf[*Parameter]("text", "currency", "date_time", "image", "video", "document",
		"location", "payload", "coupon_code", "action", "limited_time_offer", "product", "ttl_minutes",
		"tap_target_configuration", "gif", "order_status")
)

// fieldsOf returns a function that looks fields up when it is first called, because the generated descriptors are not
// ready during the initialization of the package.
func fieldsOf[M protoreflect.ProtoMessage](names ...protoreflect.Name) func() []protoreflect.FieldDescriptor {
	return sync.OnceValue(func() []protoreflect.FieldDescriptor {
		var m M
		fields := m.ProtoReflect().Descriptor().Fields()
		list := make([]protoreflect.FieldDescriptor, 0, len(names))
		for _, n := range names {
			fd := fields.ByName(n)
			if fd == nil {
				panic("message: the model has no field " + string(n))
			}
			list = append(list, fd)
		}
		return list
	})
}

func fieldNames(fields protoreflect.FieldDescriptors) []string {
	names := make([]string, 0, fields.Len())
	for i := range fields.Len() {
		names = append(names, string(fields.Get(i).Name()))
	}
	return names
}
