// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package carry helps a provider to account for every field of a message: it is on the vendor's wire, or listed as
// ignored, or the message is refused naming it. A field that no rule mentions is refused, so that a field which the
// message model gains later cannot be lost.
package carry

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Rules say which fields of one object are carried and which are ignored.
type Rules struct {
	descriptor protoreflect.FullName
	root       *node
}

type node struct {
	verdict  verdict
	children map[protoreflect.FieldNumber]*node
}

type verdict int

const (
	interior verdict = iota
	carried
	ignored
)

// MustRules makes rules for the type of m. Paths are dotted JSON names without list indexes, such as
// "template.language.code". A carried path that names an object covers all below it: the caller checks that with
// rules of its own. An ignored path names a leaf. It panics where a path names no field.
func MustRules(m proto.Message, carriedPaths, ignoredPaths []string) *Rules {
	d := m.ProtoReflect().Descriptor()
	rules := &Rules{descriptor: d.FullName(), root: &node{}}
	for _, path := range carriedPaths {
		rules.root.add(d, path, carried)
	}
	for _, path := range ignoredPaths {
		rules.root.add(d, path, ignored)
	}
	return rules
}

func (n *node) add(d protoreflect.MessageDescriptor, path string, v verdict) {
	for name := range strings.SplitSeq(path, ".") {
		if d == nil || d.Fields().ByName(protoreflect.Name(name)) == nil {
			panic("carry: no field " + path)
		}
		fd := d.Fields().ByName(protoreflect.Name(name))
		if n.children == nil {
			n.children = map[protoreflect.FieldNumber]*node{}
		}
		if n.children[fd.Number()] == nil {
			n.children[fd.Number()] = &node{}
		}
		n, d = n.children[fd.Number()], fd.Message()
	}
	n.verdict = v
}

// optionalFields may always be left out: a message is sent without them where they are not carried.
var optionalFields = []string{"context.message_id", "biz_opaque_callback_data"}

// MessageRules are rules for a whole message that carry the given fields beside those that are the host's own. The
// message replied to and the caller's reference are ignored where they are not carried. It panics as MustRules does.
func MessageRules(carriedPaths []string, ignoredPaths ...string) *Rules {
	ignoredPaths = slices.Clone(ignoredPaths)
	for _, path := range optionalFields {
		if !slices.Contains(carriedPaths, path) {
			ignoredPaths = append(ignoredPaths, path)
		}
	}
	carriedPaths = slices.Clone(carriedPaths)
	for _, field := range message.HostFields() {
		carriedPaths = append(carriedPaths, field.Path)
	}
	return MustRules(&message.Message{}, carriedPaths, ignoredPaths)
}

// Checker applies rules to one message and gathers what is ignored.
type Checker struct {
	// Vendor is named in refusals.
	Vendor string
	// Ignored are the paths of ignored fields that were set.
	Ignored []string
}

// Message checks a whole message: its fields by the rules, and the envelope that is the same for every kind.
func (c *Checker) Message(rules *Rules, m *message.Message) error {
	if p := m.GetMessagingProduct(); p != "" && p != "whatsapp" {
		return Refuse(outcome.ReasonInvalidMessage, "messaging_product", `expected "whatsapp"`)
	}
	if t := m.GetRecipientType(); t != "" && t != "individual" {
		return Refuse(outcome.ReasonUnsupported, "recipient_type", `%s sends to individuals only`, c.Vendor)
	}
	return c.Object(rules, m, "")
}

// Object checks the object at the path.
func (c *Checker) Object(rules *Rules, m proto.Message, path string) error {
	r := m.ProtoReflect()
	if !r.IsValid() {
		return nil
	}
	return c.walk(rules.root, r, path)
}

// walk goes through the fields in the order of their declaration. Range has another order in each build.
func (c *Checker) walk(n *node, m protoreflect.Message, path string) error {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		child := n.children[fd.Number()]
		if child != nil && child.verdict == carried || !m.Has(fd) {
			continue
		}
		if err := c.field(child, fd, m.Get(fd), message.JoinPath(path, string(fd.Name()))); err != nil {
			return err
		}
	}
	return nil
}

// field checks one field that is set and not carried as a whole. The node is nil where no rule is about it.
func (c *Checker) field(n *node, fd protoreflect.FieldDescriptor, v protoreflect.Value, at string) error {
	switch {
	case n == nil:
		return Refuse(outcome.ReasonUnsupported, at, "%s has no field for this", c.Vendor)
	case n.verdict == ignored:
		c.Ignored = append(c.Ignored, at)
	case fd.IsList():
		for i := range v.List().Len() {
			if err := c.walk(n, v.List().Get(i).Message(), message.IndexPath(at, i)); err != nil {
				return err
			}
		}
	default:
		return c.walk(n, v.Message(), at)
	}
	return nil
}

// refusal is a rejection on its way out of an encoder.
type refusal struct{ outcome outcome.Outcome }

func (r *refusal) Error() string {
	return fmt.Sprintf("%s: %s", r.outcome.Rejected.Path, r.outcome.Rejected.Detail)
}

// Refuse is an error that OutcomeOf turns into a rejection before the wire.
func Refuse(reason outcome.Reason, path, format string, args ...any) error {
	return &refusal{outcome.Reject(reason, path, format, args...)}
}

// OutcomeOf gives the rejection that an encoder's error stands for.
func OutcomeOf(err error) outcome.Outcome {
	var r *refusal
	if errors.As(err, &r) {
		return r.outcome
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, "", "%s", err)
}

// Digits gives a phone number's digits, as "14155550123" for "+14155550123", or a refusal: other kinds of
// recipient cannot be addressed.
func (c *Checker) Digits(to message.Recipient) (string, error) {
	switch to.Kind {
	case message.RecipientPhone:
	case message.RecipientGroup:
		return "", Refuse(outcome.ReasonUnsupported, "recipient_type", "%s sends to individuals only", c.Vendor)
	case message.RecipientUser:
		return "", Refuse(outcome.ReasonUnsupported, "recipient", "%s sends to phone numbers only", c.Vendor)
	default:
		return "", Refuse(outcome.ReasonInvalidRecipient, "to", "the kind of recipient is not known")
	}
	if !message.IsPhone(to.Address) {
		o := outcome.Reject(outcome.ReasonInvalidRecipient, "to", `expected a phone number in E.164, such as "+14155550123"`)
		o.Rejected.Scope = outcome.ScopeRecipient
		return "", &refusal{outcome: o}
	}
	return to.Address[1:], nil
}

// IsPhone reports whether a text is the digits of an international phone number. message.IsPhone has the rule.
func IsPhone(digits string) bool { return message.IsPhone("+" + digits) }
