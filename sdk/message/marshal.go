// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Marshal returns a message as Cloud API JSON: fields in the order of the model, integers as JSON numbers, no white
// space. The bytes of equal messages are equal, and Parse reads them back.
//
// The error is an *InvalidError. It names text that is not UTF-8, and numbers and times that JSON cannot represent.
func Marshal(m *Message) ([]byte, error) {
	var w writer
	w.message("", m.ProtoReflect())
	if err := w.problems.err(); err != nil {
		return nil, err
	}
	return w.buf.Bytes(), nil
}

type writer struct {
	buf      bytes.Buffer
	problems problems
}

func (w *writer) message(path string, m protoreflect.Message) {
	switch m := m.Interface().(type) {
	case *timestamppb.Timestamp:
		if err := m.CheckValid(); err != nil {
			w.problems.add(path, "The time is out of range: the year must be 1 to 9999.")
			return
		}
		w.text(path, m.AsTime().Format(time.RFC3339Nano))
		return
	case *structpb.Struct:
		w.structOf(path, m)
		return
	}
	fields := m.Descriptor().Fields()
	w.buf.WriteByte('{')
	first := true
	for i := range fields.Len() {
		fd := fields.Get(i)
		if !m.Has(fd) {
			continue
		}
		w.comma(&first)
		w.key(string(fd.Name()))
		w.field(JoinPath(path, string(fd.Name())), m.Get(fd), fd)
	}
	w.buf.WriteByte('}')
}

func (w *writer) field(path string, v protoreflect.Value, fd protoreflect.FieldDescriptor) {
	switch {
	case fd.IsMap():
		values := map[string]string{}
		v.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
			values[k.String()] = v.String()
			return true
		})
		w.buf.WriteByte('{')
		first := true
		for _, k := range slices.Sorted(maps.Keys(values)) {
			w.comma(&first)
			w.text(path, k)
			w.buf.WriteByte(':')
			w.text(JoinPath(path, k), values[k])
		}
		w.buf.WriteByte('}')
	case fd.IsList():
		w.buf.WriteByte('[')
		for i := range v.List().Len() {
			if i > 0 {
				w.buf.WriteByte(',')
			}
			w.message(IndexPath(path, i), v.List().Get(i).Message())
		}
		w.buf.WriteByte(']')
	default:
		switch fd.Kind() {
		case protoreflect.MessageKind:
			w.message(path, v.Message())
		case protoreflect.StringKind:
			w.text(path, v.String())
		case protoreflect.BoolKind:
			w.buf.WriteString(strconv.FormatBool(v.Bool()))
		case protoreflect.Int32Kind, protoreflect.Int64Kind:
			w.buf.WriteString(strconv.FormatInt(v.Int(), 10))
		default:
			panic(fmt.Sprintf("message: the JSON writer does not support the kind of field %s", fd.FullName()))
		}
	}
}

func (w *writer) structOf(path string, s *structpb.Struct) {
	w.buf.WriteByte('{')
	first := true
	for _, k := range slices.Sorted(maps.Keys(s.GetFields())) {
		w.comma(&first)
		w.text(path, k)
		w.buf.WriteByte(':')
		w.structValue(JoinPath(path, k), s.GetFields()[k])
	}
	w.buf.WriteByte('}')
}

func (w *writer) structValue(path string, v *structpb.Value) {
	switch v := v.GetKind().(type) {
	case *structpb.Value_StructValue:
		w.structOf(path, v.StructValue)
	case *structpb.Value_ListValue:
		w.buf.WriteByte('[')
		for i, item := range v.ListValue.GetValues() {
			if i > 0 {
				w.buf.WriteByte(',')
			}
			w.structValue(IndexPath(path, i), item)
		}
		w.buf.WriteByte(']')
	case *structpb.Value_StringValue:
		w.text(path, v.StringValue)
	case *structpb.Value_BoolValue:
		w.buf.WriteString(strconv.FormatBool(v.BoolValue))
	case *structpb.Value_NumberValue:
		number, err := json.Marshal(v.NumberValue)
		if err != nil {
			w.problems.add(path, "The number is not finite. JSON cannot represent it.")
		}
		w.buf.Write(number)
	default:
		w.buf.WriteString("null")
	}
}

func (w *writer) comma(first *bool) {
	if !*first {
		w.buf.WriteByte(',')
	}
	*first = false
}

func (w *writer) key(name string) {
	w.buf.WriteByte('"')
	w.buf.WriteString(name)
	w.buf.WriteString(`":`)
}

func (w *writer) text(path, s string) {
	if !utf8.ValidString(s) {
		w.problems.add(path, "The text is not valid UTF-8.")
		return
	}
	// Unlike json.Marshal, the encoder can leave <, > and & as they are. It appends a newline.
	enc := json.NewEncoder(&w.buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s)
	w.buf.Truncate(w.buf.Len() - 1)
}
