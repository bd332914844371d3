// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"
)

// fill sets random fields of a message to random values, in the form that Parse leaves them in.
func fill(t *rapid.T, m protoreflect.Message, depth int) {
	switch m := m.Interface().(type) {
	case *timestamppb.Timestamp:
		m.Seconds = rapid.Int64Range(-62135596800, 253402300799).Draw(t, "seconds")
		m.Nanos = rapid.Int32Range(0, 999_999_999).Draw(t, "nanos")
		return
	case *structpb.Struct:
		m.Fields = map[string]*structpb.Value{
			rapid.String().Draw(t, "key"): structpb.NewNumberValue(rapid.Float64().Draw(t, "number")),
			"list":                        structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewNullValue()}}),
		}
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		isMessage := fd.Kind() == protoreflect.MessageKind
		if (isMessage && !fd.IsMap() && depth == 0) || rapid.IntRange(0, 2).Draw(t, "set") == 0 {
			continue
		}
		switch {
		case fd.IsMap():
			m.Mutable(fd).Map().Set(protoreflect.ValueOfString(rapid.String().Draw(t, "k")).MapKey(),
				protoreflect.ValueOfString(rapid.String().Draw(t, "v")))
		case fd.IsList():
			for range rapid.IntRange(1, 2).Draw(t, "n") {
				fill(t, m.Mutable(fd).List().AppendMutable().Message(), depth-1)
			}
		case isMessage:
			fill(t, m.Mutable(fd).Message(), depth-1)
		case fd.Kind() == protoreflect.StringKind:
			m.Set(fd, protoreflect.ValueOfString(rapid.String().Draw(t, "s")))
		case fd.Kind() == protoreflect.BoolKind:
			m.Set(fd, protoreflect.ValueOfBool(rapid.Bool().Draw(t, "b")))
		case fd.Kind() == protoreflect.Int32Kind:
			m.Set(fd, protoreflect.ValueOfInt32(rapid.Int32().Draw(t, "i")))
		case fd.Kind() == protoreflect.Int64Kind:
			m.Set(fd, protoreflect.ValueOfInt64(rapid.Int64().Draw(t, "i")))
		default:
			t.Fatalf("the generator lacks the kind of %s", fd.FullName())
		}
	}
	normalize(m)
}

func TestMarshalParseRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &Message{}
		fill(t, m.ProtoReflect(), 5)
		m.MessagingProduct = "whatsapp"
		if m.RecipientType == "" {
			m.RecipientType = "individual"
		}
		data, err := Marshal(m)
		require.NoError(t, err)
		got, err := Parse(data)
		require.NoError(t, err)
		if !proto.Equal(m, got) {
			t.Fatalf("a round trip changed the message:\n%s", cmp.Diff(m, got, protocmp.Transform()))
		}
	})
}
