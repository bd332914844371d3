// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package plugintest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// isSkipped reports the fields that a provider neither carries nor reports nor refuses.
func isSkipped(path string) bool {
	return slices.ContainsFunc(message.HostFields(), func(f message.HostField) bool { return f.Path == path && !f.Refusable })
}

// Fidelity sets each leaf of the message model in turn, on top of a message that the channel sends, and fails where
// the value is neither on the wire, nor listed as ignored, nor named by a refusal that left nothing on the wire.
// It gives the number of leaves tried.
func Fidelity(t *testing.T, v *Vendor, c provider.Channel, base *message.Message) int {
	t.Helper()
	count := 0
	for _, leaf := range leavesOf(base.ProtoReflect(), "", nil) {
		if isSkipped(leaf.path) {
			continue
		}
		count++
		m := proto.CloneOf(base)
		marker := leaf.set(m.ProtoReflect())
		v.Take()
		o := c.Send(t.Context(), provider.SendRequest{DeliveryID: "delivery-1", Message: m, To: Recipient})
		requests := v.Take()
		ignored := false
		for _, path := range o.IgnoredFields {
			ignored = ignored || message.PathCovers(path, leaf.path)
		}
		switch {
		case o.Rejected != nil:
			if len(requests) > 0 || o.Attempts > 0 {
				t.Errorf("%s: refused, and yet something was sent", leaf.path)
			}
			if !message.PathCovers(o.Rejected.Path, leaf.path) {
				t.Errorf("%s: the refusal names %q: %s", leaf.path, o.Rejected.Path, o.Rejected.Detail)
			}
		case o.Accepted == nil || len(requests) != 1:
			t.Errorf("%s: %d requests, outcome %s", leaf.path, len(requests), o.Word())
		case marker != "" && strings.Contains(string(requests[0].Body), marker):
			if ignored {
				t.Errorf("%s: listed as ignored, but it is on the wire", leaf.path)
			}
		case !ignored:
			t.Errorf("%s: lost: neither on the wire nor ignored nor refused", leaf.path)
		}
	}
	return count
}

type leaf struct {
	path string
	// set sets the leaf in a copy of the message and gives a text to find on the wire, "" for none.
	set func(m protoreflect.Message) string
}

type into func(m protoreflect.Message) protoreflect.Message

func leavesOf(m protoreflect.Message, path string, seen []protoreflect.FullName) []leaf {
	var out []leaf
	visit(m, path, seen, func(m protoreflect.Message) protoreflect.Message { return m }, &out)
	return out
}

// visit walks the model along the values that are set, and below them into every object that is not, except where
// a type contains itself.
func visit(m protoreflect.Message, path string, seen []protoreflect.FullName, reach into, out *[]leaf) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		at := message.JoinPath(path, string(fd.Name()))
		switch {
		case fd.IsMap(), fd.Message() == nil, fd.Message().FullName().Parent() == "google.protobuf":
			*out = append(*out, leaf{at, func(root protoreflect.Message) string { return mark(reach(root), fd) }})
		case contains(seen, fd.Message().FullName()):
		case fd.IsList():
			list := m.Get(fd).List()
			for i := range max(list.Len(), 1) {
				element := list.NewElement().Message()
				if i < list.Len() {
					element = list.Get(i).Message()
				}
				visit(element, message.IndexPath(at, i), append(seen[:len(seen):len(seen)], fd.Message().FullName()), func(root protoreflect.Message) protoreflect.Message {
					list := reach(root).Mutable(fd).List()
					if i == list.Len() {
						return list.AppendMutable().Message()
					}
					return list.Get(i).Message()
				}, out)
			}
		default:
			visit(m.Get(fd).Message(), at, append(seen[:len(seen):len(seen)], fd.Message().FullName()), func(root protoreflect.Message) protoreflect.Message {
				return reach(root).Mutable(fd).Message()
			}, out)
		}
	}
}

func contains(names []protoreflect.FullName, name protoreflect.FullName) bool {
	count := 0
	for _, n := range names {
		if n == name {
			count++
		}
	}
	return count > 1
}

// mark sets a field to a value that stands out.
func mark(m protoreflect.Message, fd protoreflect.FieldDescriptor) string {
	const marker = "marker-7f3c91"
	switch {
	case fd.IsMap():
		m.Mutable(fd).Map().Set(protoreflect.ValueOfString("1").MapKey(), protoreflect.ValueOfString(marker))
	case fd.Kind() == protoreflect.StringKind:
		m.Set(fd, protoreflect.ValueOfString(marker))
	case fd.Kind() == protoreflect.BoolKind:
		m.Set(fd, protoreflect.ValueOfBool(true))
		return ""
	case fd.Kind() == protoreflect.Int32Kind:
		m.Set(fd, protoreflect.ValueOfInt32(73737373))
		return "73737373"
	case fd.Kind() == protoreflect.Int64Kind:
		m.Set(fd, protoreflect.ValueOfInt64(73737373))
		return "73737373"
	case fd.Message().Name() == "Timestamp":
		m.Set(fd, protoreflect.ValueOfMessage(timestamppb.New(time.Date(2099, 1, 2, 3, 4, 0, 0, time.UTC)).ProtoReflect()))
		return "2099-01-02 03:04"
	default:
		s, _ := structpb.NewStruct(map[string]any{"k": marker})
		m.Set(fd, protoreflect.ValueOfMessage(s.ProtoReflect()))
	}
	return marker
}
