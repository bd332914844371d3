// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/internal/suggest"
)

// Parse reads one message as Cloud API JSON. A field that the model does not have is a problem and is never dropped. A
// field with the value null is not set.
//
// The Cloud API allows several forms of the same message, and Parse converts them to one. It fills in messaging_product and
// recipient_type, and `type` if exactly one content is set. It converts types to lower case. It accepts both numbers and
// strings for button indexes, coordinates and integers, writes numbers without an exponent, and accepts JSON text for an
// object or a list. Parse does not check the content; Validate does. A read receipt or a typing indicator is not a
// message: ParseSignal reads it, and Parse says what it is.
//
// The error is an *InvalidError with all problems.
func Parse(data []byte) (*Message, error) {
	var p parser
	m := parsePlain(data)
	if m == nil {
		m = p.read(data)
	}
	if m.GetMessagingProduct() != "" && m.GetMessagingProduct() != messagingProduct {
		p.problems.add("messaging_product", `The value must be "whatsapp".`)
	}
	if err := p.problems.err(); err != nil {
		return nil, err
	}
	m.MessagingProduct, m.RecipientType = messagingProduct, cmp.Or(m.RecipientType, "individual")
	return m, nil
}

// messagingProduct is the only value of the field of that name.
const messagingProduct = "whatsapp"

// read reads a message of any form. It returns nil for a signal.
func (p *parser) read(data []byte) *Message {
	tree, ok := decodeTree(data, &p.problems)
	if at := signalMember(tree); ok && at != "" {
		p.problems.add(at, describeSignal(tree))
		return nil
	}
	m := &Message{}
	if ok {
		p.message(nil, tree, m.ProtoReflect())
	}
	return m
}

type parser struct {
	problems problems
}

func (p *parser) message(path *lazyPath, v any, m protoreflect.Message) {
	o, ok := p.unwrap(path, v).(*object)
	if !ok {
		p.expected(path, "an object", v)
		return
	}
	fields := m.Descriptor().Fields()
	for _, member := range o.members {
		here := lazyPath{parent: path, name: member.name}
		fd := fields.ByName(protoreflect.Name(member.name))
		if fd == nil {
			p.problems.add(here.String(), "The field is not known."+suggest.Sentence(member.name, fieldNames(fields)))
			continue
		}
		if member.value != nil {
			p.field(&here, member.value, m, fd)
		}
	}
	normalize(m)
}

func (p *parser) field(path *lazyPath, v any, m protoreflect.Message, fd protoreflect.FieldDescriptor) {
	switch {
	case fd.IsMap():
		p.stringMap(path, v, m.Mutable(fd).Map())
	case fd.IsList():
		items, ok := p.unwrap(path, v).([]any)
		if !ok {
			p.expected(path, "a list", v)
			return
		}
		list := m.Mutable(fd).List()
		for i, item := range items {
			e := list.NewElement()
			p.message(&lazyPath{parent: path, index: i}, item, e.Message())
			list.Append(e)
		}
	case fd.Kind() == protoreflect.MessageKind && fd.Message().FullName() == "google.protobuf.Timestamp":
		p.timestamp(path, v, m, fd)
	case fd.Kind() == protoreflect.MessageKind && fd.Message().FullName() == "google.protobuf.Struct":
		if s := p.structOf(path, v); s != nil {
			m.Set(fd, protoreflect.ValueOfMessage(s.ProtoReflect()))
		}
	case fd.Kind() == protoreflect.MessageKind:
		p.message(path, v, m.Mutable(fd).Message())
	default:
		p.scalar(path, v, m, fd)
	}
}

func (p *parser) scalar(path *lazyPath, v any, m protoreflect.Message, fd protoreflect.FieldDescriptor) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		if n, ok := v.(json.Number); ok && numberAsText(fd) {
			v = plainDecimal(n.String())
		}
		s, ok := v.(string)
		if !ok {
			p.expected(path, "a string", v)
			return
		}
		m.Set(fd, protoreflect.ValueOfString(s))
	case protoreflect.BoolKind:
		b, ok := v.(bool)
		if !ok {
			p.expected(path, "true or false", v)
			return
		}
		m.Set(fd, protoreflect.ValueOfBool(b))
	case protoreflect.Int32Kind:
		if n, ok := p.integer(path, v, 32); ok {
			m.Set(fd, protoreflect.ValueOfInt32(int32(n)))
		}
	case protoreflect.Int64Kind:
		if n, ok := p.integer(path, v, 64); ok {
			m.Set(fd, protoreflect.ValueOfInt64(n))
		}
	default:
		panic(fmt.Sprintf("message: the JSON reader does not support the kind of field %s", fd.FullName()))
	}
}

// unwrap reads an object or a list that a client wrote as JSON text: whatsapp-api-js and its relatives encode
// `contacts` and `interactive.action` twice. Any other value is returned as it is.
func (p *parser) unwrap(path *lazyPath, v any) any {
	text, ok := v.(string)
	if !ok || path == nil {
		return v
	}
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return v
	}
	var inner problems
	tree, ok := decodeTree([]byte(text), &inner)
	if !ok || len(inner.list) > 0 {
		return v
	}
	return tree
}

func (p *parser) integer(path *lazyPath, v any, bits int) (int64, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = strings.TrimSuffix(plainDecimal(v.String()), ".0")
	case string:
		text = v
	default:
		p.expected(path, "a whole number", v)
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		p.problems.add(path.String(), fmt.Sprintf("The value must be a whole number of at most %d bits.", bits))
		return 0, false
	}
	return n, true
}

func (p *parser) stringMap(path *lazyPath, v any, into protoreflect.Map) {
	o, ok := v.(*object)
	if !ok {
		p.expected(path, "an object of strings", v)
		return
	}
	for _, member := range o.members {
		s, ok := member.value.(string)
		if !ok {
			p.expected(&lazyPath{parent: path, name: member.name}, "a string", member.value)
			continue
		}
		into.Set(protoreflect.ValueOfString(member.name).MapKey(), protoreflect.ValueOfString(s))
	}
}

func (p *parser) timestamp(path *lazyPath, v any, m protoreflect.Message, fd protoreflect.FieldDescriptor) {
	s, ok := v.(string)
	if !ok {
		p.expected(path, "a time as a string", v)
		return
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	ts := timestamppb.New(t)
	if err != nil || ts.CheckValid() != nil {
		p.problems.add(path.String(), `The value must be a time such as "2026-03-01T09:30:00Z" (RFC 3339, with a time zone).`)
		return
	}
	m.Set(fd, protoreflect.ValueOfMessage(ts.ProtoReflect()))
}

func (p *parser) expected(path *lazyPath, want string, got any) {
	detail := fmt.Sprintf("The value must be %s, not %s.", want, describe(got))
	if _, isNumber := got.(json.Number); isNumber && want == "a string" {
		detail += " Put it in quotes."
	}
	p.problems.add(path.String(), detail)
}

// numberAsText reports whether clients write a text field as a number or as a string. Both are in use for coordinates
// (Meta's OpenAPI file has strings, client libraries send numbers) and for button indexes.
func numberAsText(fd protoreflect.FieldDescriptor) bool {
	switch fd.FullName() {
	case "wahost.message.v1.Location.latitude", "wahost.message.v1.Location.longitude",
		"wahost.message.v1.Component.index":
		return true
	}
	return false
}
