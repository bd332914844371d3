// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// alsoStreamed returns a hook that does to the calls of a stream what another hook does to those of SendMessages.
func alsoStreamed(hook func(protoreflect.Message, bool)) func(protoreflect.Message, bool) {
	return func(m protoreflect.Message, sending bool) {
		hook(m, sending)
		switch m.Descriptor().Name() {
		case "SendStreamRequest":
			if m.Has(field(m, "send")) {
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
				hook(plain, sending)
				replace(answer, plain)
			})
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
