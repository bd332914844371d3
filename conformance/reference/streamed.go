// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// streamMutants serve one of the two ways to send wrongly.
var streamMutants = []Mutant{
	{Name: "serves-streams-only", Defect: "a call of SendMessages gets no outcomes", ownCalls: func(m protoreflect.Message, sending bool) {
		if list := outcomesOf(m, sending); list != nil {
			list.Truncate(0)
		}
	}},
	{Name: "forgets-refused-calls", Defect: "a call of a stream that is refused gets no answer", tamper: sent("SendStreamResponse", func(m protoreflect.Message) {
		list, kept := m.Mutable(field(m, "answers")).List(), 0
		for i := range list.Len() {
			answer := list.Get(i).Message()
			end := answer.Get(field(answer, "end")).Message()
			if end.Get(field(end, "code")).Int() == 0 {
				list.Set(kept, list.Get(i))
				kept++
			}
		}
		list.Truncate(kept)
	})},
	{Name: "forgets-cancelled-calls", Defect: "a call of a stream goes on after it was cancelled", tamper: func(m protoreflect.Message, sending bool) {
		if !sending && m.Descriptor().Name() == "SendStreamRequest" && m.Has(field(m, "cancel")) {
			m.Set(field(m, "call_id"), protoreflect.ValueOfUint64(0))
		}
	}},
}

// alsoStreamed returns a hook that does to the calls of a stream what another hook does to those of SendMessages.
func alsoStreamed(hook func(protoreflect.Message, bool)) func(protoreflect.Message, bool) {
	return func(m protoreflect.Message, sending bool) {
		hook(m, sending)
		switch m.Descriptor().Name() {
		case "SendStreamRequest":
			if m.Has(field(m, "send")) {
				eachOf(sub(m, "send"), "batches", unpack)
				hook(sub(m, "send"), sending)
			}
		case "SendStreamResponse":
			eachOf(m, "answers", func(answer protoreflect.Message) {
				name := m.Descriptor().ParentFile().Package().Append("SendMessagesResponse")
				kind, err := protoregistry.GlobalTypes.FindMessageByName(name)
				if err != nil {
					return
				}
				plain := kind.New()
				replace(plain, answer)
				eachPlace(plain)
				hook(plain, sending)
				replace(answer, plain)
			})
		}
	}
}

// unpack writes the deliveries of a batch in the long form, which hooks know.
func unpack(batch protoreflect.Message) {
	if !batch.Has(field(batch, "packed")) {
		return
	}
	packed, list := sub(batch, "packed"), batch.Mutable(field(batch, "deliveries")).List()
	ids := strings.Split(text(packed, "delivery_ids"), "\n")
	for i, address := range strings.Split(strings.TrimSuffix(text(packed, "addresses"), "\n"), "\n") {
		delivery := list.AppendMutable().Message()
		delivery.Set(field(delivery, "delivery_id"), protoreflect.ValueOfString(ids[i]))
		to := sub(delivery, "to")
		to.Set(field(to, "kind"), packed.Get(field(packed, "kind")))
		to.Set(field(to, "address"), protoreflect.ValueOfString(address))
	}
	batch.Clear(field(batch, "packed"))
}

// eachPlace makes an outcome of each place that an outcome of several deliveries names.
func eachPlace(m protoreflect.Message) {
	list := m.Mutable(field(m, "outcomes")).List()
	for i := range list.Len() {
		o := list.Get(i).Message()
		ranges := o.Mutable(field(o, "deliveries")).List()
		var places []uint64
		for j := range ranges.Len() {
			r := ranges.Get(j).Message()
			first := r.Get(field(r, "first")).Uint()
			for n := range r.Get(field(r, "count")).Uint() {
				places = append(places, first+n)
			}
		}
		o.Clear(field(o, "deliveries"))
		for j, place := range places {
			one := o
			if j > 0 {
				one = proto.Clone(o.Interface()).ProtoReflect()
				one.Clear(field(one, "deliveries"))
				list.Append(protoreflect.ValueOfMessage(one))
			}
			r := one.Mutable(field(one, "deliveries")).List().AppendMutable().Message()
			r.Set(field(r, "first"), protoreflect.ValueOfUint32(uint32(place))) //nolint:gosec // it was one
			r.Set(field(r, "count"), protoreflect.ValueOfUint32(1))
		}
	}
}

// replace replaces the outcomes of a message by those of another.
func replace(of, by protoreflect.Message) {
	list, with := of.Mutable(field(of, "outcomes")).List(), by.Get(field(by, "outcomes")).List()
	list.Truncate(0)
	for i := range with.Len() {
		list.Append(with.Get(i))
	}
}
