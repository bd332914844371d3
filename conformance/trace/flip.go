// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/sdk/message"
)

// Flip is a message in which one number, boolean, word or text of a free-form object is changed.
type Flip struct {
	Path    string
	Message *message.Message
}

// words holds other legal values by the last name of the path and the present value.
var words = map[string]map[string]string{
	"code":         {"en_US": "pt_BR", "pt_BR": "en_US", "en": "pt_BR", "USD": "EUR", "EUR": "USD"},
	"emoji":        {"👍": "❤️"},
	"country_code": {"DE": "NL", "NL": "DE"},
	"calendar":     {},
}

// contactTypes holds another legal type for each type of a phone number, address and so on in a contact.
var contactTypes = map[string]string{"HOME": "WORK", "WORK": "HOME", "CELL": "HOME"}

// pinTypes holds the other type of a pin. The type of the message is "pin" as well, and stays.
var pinTypes = map[string]string{"pin": "unpin", "unpin": "pin"}

// Flips returns changed copies of the message. There is one for each number, boolean and word that can have another
// legal value, and one for each text in a free-form object. An unset boolean is set if flags contains its path.
func Flips(m *message.Message, flags ...string) []Flip {
	var flips []Flip
	walk(m.ProtoReflect(), "", func(owner protoreflect.Message, fd protoreflect.FieldDescriptor, path string) {
		if v, ok := flipped(owner.Get(fd), fd, path); ok {
			flips = append(flips, Flip{path, with(m, path, v)})
		}
		if fd.IsMap() || fd.IsList() || fd.Message() == nil {
			return
		}
		if object, ok := owner.Get(fd).Message().Interface().(*structpb.Struct); ok {
			others := altered(object)
			for _, name := range slices.Sorted(maps.Keys(others)) {
				flips = append(flips, Flip{path + "." + name, with(m, path, protoreflect.ValueOfMessage(others[name].ProtoReflect()))})
			}
		}
	})
	for _, path := range flags {
		if changed := setFlag(m, path); changed != nil {
			flips = append(flips, Flip{path, changed})
		}
	}
	return flips
}

// altered returns copies of a free-form object by the path of a text. In each copy that text is longer.
func altered(object *structpb.Struct) map[string]*structpb.Struct {
	out := map[string]*structpb.Struct{}
	for name, v := range object.GetFields() {
		set := func(path string, value *structpb.Value) {
			changed := proto.CloneOf(object)
			changed.Fields[name] = value
			out[path] = changed
		}
		switch kind := v.GetKind().(type) {
		case *structpb.Value_StringValue:
			set(name, structpb.NewStringValue(kind.StringValue+"1"))
		case *structpb.Value_StructValue:
			for below, inner := range altered(kind.StructValue) {
				set(name+"."+below, structpb.NewStructValue(inner))
			}
		}
	}
	return out
}

func flipped(v protoreflect.Value, fd protoreflect.FieldDescriptor, path string) (protoreflect.Value, bool) {
	if fd.IsMap() || fd.IsList() {
		return v, false
	}
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(!v.Bool()), true
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(v.Int() + 1)), true
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(v.Int() + 1), true
	case protoreflect.StringKind:
		other := words[path[strings.LastIndex(path, ".")+1:]][v.String()]
		if strings.HasPrefix(path, "contacts[") && strings.HasSuffix(path, ".type") {
			other = contactTypes[v.String()]
		}
		if path == "pin.type" {
			other = pinTypes[v.String()]
		}
		return protoreflect.ValueOfString(other), other != ""
	}
	return v, false
}

func with(m *message.Message, path string, v protoreflect.Value) *message.Message {
	changed := proto.CloneOf(m)
	walk(changed.ProtoReflect(), "", func(owner protoreflect.Message, fd protoreflect.FieldDescriptor, at string) {
		if at == path {
			owner.Set(fd, v)
		}
	})
	return changed
}

// setFlag sets an unset boolean, which walk does not visit.
func setFlag(m *message.Message, path string) *message.Message {
	changed := proto.CloneOf(m)
	at := changed.ProtoReflect()
	names := strings.Split(path, ".")
	for i, name := range names {
		fd := at.Descriptor().Fields().ByName(protoreflect.Name(name))
		switch {
		case fd == nil || fd.IsList():
			return nil
		case i < len(names)-1:
			if fd.Message() == nil || !at.Has(fd) {
				return nil
			}
			at = at.Mutable(fd).Message()
		case fd.Kind() != protoreflect.BoolKind || at.Get(fd).Bool():
			return nil
		default:
			at.Set(fd, protoreflect.ValueOfBool(true))
		}
	}
	return changed
}
