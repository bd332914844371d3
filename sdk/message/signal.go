// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// The values of a signal (Meta's OpenAPI file and pywa, which is one of its clients).
const (
	// SignalStatusRead is the only status of a signal.
	SignalStatusRead = "read"
	// TypingText is the only type of a typing indicator.
	TypingText = "text"
)

// IsSignal reports whether a JSON document is a signal, which Cloud API clients send to the same endpoint as messages: an
// object with a status or a typing indicator, and without anything that only a message has. It returns false for text that
// is not JSON.
func IsSignal(data []byte) bool {
	var p problems
	tree, ok := decodeTree(data, &p)
	return ok && signalMember(tree) != ""
}

// ParseSignal reads one signal as Cloud API JSON, in the same way as Parse reads a message, and checks it like
// ValidateSignal.
//
// The error is an *InvalidError with all problems.
func ParseSignal(data []byte) (*Signal, error) {
	var p parser
	s := &Signal{}
	if tree, ok := decodeTree(data, &p.problems); ok {
		p.message(nil, tree, s.ProtoReflect())
	}
	if s.MessagingProduct == "" {
		s.MessagingProduct = "whatsapp"
	}
	if len(p.problems.list) == 0 {
		p.problems.signal(s)
	}
	if err := p.problems.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// ValidateSignal checks a signal. The error is an *InvalidError with all problems.
func ValidateSignal(s *Signal) error {
	var ps problems
	ps.signal(s)
	return ps.err()
}

// MarshalSignal returns a signal as Cloud API JSON, as Marshal does for a message. ParseSignal reads it back.
func MarshalSignal(s *Signal) ([]byte, error) {
	var w writer
	w.message("", s.ProtoReflect())
	if err := w.problems.err(); err != nil {
		return nil, err
	}
	return w.buf.Bytes(), nil
}

func (ps *problems) signal(s *Signal) {
	if p := s.GetMessagingProduct(); p != "" && p != "whatsapp" {
		ps.add("messaging_product", `The value must be "whatsapp".`)
	}
	switch status := s.GetStatus(); status {
	case SignalStatusRead:
	case "":
		ps.add("status", `The status is missing: it must be "read", also with a typing indicator.`)
	default:
		ps.add("status", fmt.Sprintf(`The status must be "read", not %s: WhatsApp takes no other status from a business.`, strconv.Quote(status)))
	}
	if strings.TrimSpace(s.GetMessageId()) == "" {
		ps.add("message_id", "The id of the inbound message is missing, as its webhook has it.")
	}
	if typing := s.GetTypingIndicator(); typing != nil && typing.GetType() != TypingText {
		ps.add("typing_indicator.type", fmt.Sprintf(`The type of a typing indicator must be "text", not %s.`, strconv.Quote(typing.GetType())))
	}
}

// signalMember returns the name of the member that makes a document a signal, or "" if the document is no signal.
func signalMember(tree any) string {
	o, ok := tree.(*object)
	if !ok {
		return ""
	}
	found := ""
	for _, member := range o.members {
		switch {
		case member.name == "typing_indicator" && found == "", member.name == "status":
			found = member.name
		case member.name == "type" || isContent(member.name):
			return ""
		}
	}
	return found
}

// isContent reports whether a field of a message is one that `type` can name.
func isContent(name string) bool {
	return slices.ContainsFunc(contentFields(), func(fd protoreflect.FieldDescriptor) bool { return string(fd.Name()) == name })
}

// describeSignal says what a signal is that was taken for a message.
func describeSignal(tree any) string {
	what := "a read receipt"
	for _, member := range tree.(*object).members {
		if member.name == "typing_indicator" && member.value != nil {
			what = "a typing indicator"
		}
	}
	return "This is " + what + ", a signal about an inbound message. It is not a message and has no recipient, content or route. Send it as a signal over one channel."
}
