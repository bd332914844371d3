// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/internal/suggest"
)

// Parse reads one message as Cloud API JSON. Names are those of the Cloud API; a field that the model does not
// have is a problem, never dropped. null means that a field is not set.
//
// What the Cloud API leaves open is made uniform: messaging_product and recipient_type are filled in, `type` is
// where exactly one content is set, component and parameter types are lower-cased, and numbers and strings are
// both read for button indexes, coordinates and integers. Whether the content makes sense is for Validate.
//
// The error is an *InvalidError with all problems found.
func Parse(data []byte) (*Message, error) {
	var p parser
	m := &Message{}
	tree, ok := decodeTree(data, &p.problems)
	if ok {
		p.message(nil, tree, m.ProtoReflect())
	}
	if m.MessagingProduct == "" {
		m.MessagingProduct = "whatsapp"
	}
	if m.MessagingProduct != "whatsapp" {
		p.problems.add("messaging_product", `The value must be "whatsapp".`)
	}
	if m.RecipientType == "" {
		m.RecipientType = "individual"
	}
	if err := p.problems.err(); err != nil {
		return nil, err
	}
	return m, nil
}

type parser struct {
	problems problems
}

func (p *parser) message(path *place, v any, m protoreflect.Message) {
	o, ok := v.(*object)
	if !ok {
		p.expected(path, "an object", v)
		return
	}
	fields := m.Descriptor().Fields()
	for _, member := range o.members {
		here := place{parent: path, name: member.name}
		fd := fields.ByName(protoreflect.Name(member.name))
		if fd == nil {
			p.problems.add(here.String(), "The field is not known."+suggest.Sentence(member.name, fieldNames(fields)))
			continue
		}
		if member.value != nil {
			p.field(&here, member.value, m, fd)
		}
	}
	normalise(m)
}

func (p *parser) field(path *place, v any, m protoreflect.Message, fd protoreflect.FieldDescriptor) {
	switch {
	case fd.IsMap():
		p.stringMap(path, v, m.Mutable(fd).Map())
	case fd.IsList():
		items, ok := v.([]any)
		if !ok {
			p.expected(path, "a list", v)
			return
		}
		list := m.Mutable(fd).List()
		for i, item := range items {
			e := list.NewElement()
			p.message(&place{parent: path, index: i}, item, e.Message())
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

func (p *parser) scalar(path *place, v any, m protoreflect.Message, fd protoreflect.FieldDescriptor) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		if n, ok := v.(json.Number); ok && numberAsText(fd) {
			v = n.String()
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
		panic(fmt.Sprintf("message: field %s has a kind that the JSON reader lacks", fd.FullName()))
	}
}

func (p *parser) integer(path *place, v any, bits int) (int64, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
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

func (p *parser) stringMap(path *place, v any, into protoreflect.Map) {
	o, ok := v.(*object)
	if !ok {
		p.expected(path, "an object of strings", v)
		return
	}
	for _, member := range o.members {
		s, ok := member.value.(string)
		if !ok {
			p.expected(&place{parent: path, name: member.name}, "a string", member.value)
			continue
		}
		into.Set(protoreflect.ValueOfString(member.name).MapKey(), protoreflect.ValueOfString(s))
	}
}

func (p *parser) timestamp(path *place, v any, m protoreflect.Message, fd protoreflect.FieldDescriptor) {
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

func (p *parser) expected(path *place, want string, got any) {
	detail := fmt.Sprintf("The value must be %s, not %s.", want, describe(got))
	if _, isNumber := got.(json.Number); isNumber && want == "a string" {
		detail += " Put it in quotes."
	}
	p.problems.add(path.String(), detail)
}

// numberAsText reports the fields that clients write as a number or as a string. Both spellings are in use
// for coordinates (Meta's OpenAPI file has strings, client libraries send numbers) and for button indexes.
func numberAsText(fd protoreflect.FieldDescriptor) bool {
	switch fd.FullName() {
	case "wahost.message.v1.Location.latitude", "wahost.message.v1.Location.longitude",
		"wahost.message.v1.Component.index":
		return true
	}
	return false
}
