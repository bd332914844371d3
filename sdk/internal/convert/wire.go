// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
)

// Most answers of a stream are accepted outcomes, each of one delivery. They are written and read without the objects of protobuf, which
// cost more than all else that is done with them. Everything else is written and read by protobuf, so this file knows only the
// fields of such an outcome.
const (
	answersField = 1 // of SendStreamResponse

	callIDField   = 1 // of SendAnswer
	outcomesField = 2
	endField      = 3

	deliveryIDField    = 1 // of Outcome
	acceptedField      = 2
	ignoredFieldsField = 5
	degradedField      = 6
	attemptsField      = 7

	messageIDField = 1 // of Accepted
	groupIDField   = 2
	aliasesField   = 3
)

// AppendOutcome appends an outcome of one delivery to the outcomes of a SendAnswer.
func AppendOutcome(b []byte, o outcome.Outcome) []byte {
	a := o.Accepted
	if a == nil || o.Rejected != nil || o.Unknown != nil {
		return AppendOutcomeProto(b, OutcomeToProto(o))
	}
	inner := sizeText(a.ProviderMessageID) + sizeText(a.GroupID) + sizeTexts(a.Aliases)
	size := sizeText(o.DeliveryID) + 1 + protowire.SizeBytes(inner) + sizeTexts(o.IgnoredFields) + sizeText(o.Degraded)
	attempts := uint64(int32(o.Attempts)) //nolint:gosec // as protobuf writes it
	if attempts != 0 {
		size += 1 + protowire.SizeVarint(attempts)
	}
	b = protowire.AppendTag(b, outcomesField, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(size)) //nolint:gosec // not negative
	b = appendText(b, deliveryIDField, o.DeliveryID)
	b = protowire.AppendTag(b, acceptedField, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(inner)) //nolint:gosec // not negative
	b = appendText(b, messageIDField, a.ProviderMessageID)
	b = appendText(b, groupIDField, a.GroupID)
	b = appendTexts(b, aliasesField, a.Aliases)
	b = appendTexts(b, ignoredFieldsField, o.IgnoredFields)
	b = appendText(b, degradedField, o.Degraded)
	if attempts != 0 {
		b = protowire.AppendTag(b, attemptsField, protowire.VarintType)
		b = protowire.AppendVarint(b, attempts)
	}
	return b
}

// AppendOutcomeProto appends any outcome to the outcomes of a SendAnswer.
func AppendOutcomeProto(b []byte, pb *providerpb.Outcome) []byte {
	return appendMessage(b, outcomesField, pb)
}

// AppendAnswer appends an answer to the answers of a SendStreamResponse. The outcomes are as AppendOutcome wrote them. The end is nil
// unless the answer is the last one to the call.
func AppendAnswer(b []byte, callID uint64, outcomes []byte, end *providerpb.SendEnd) []byte {
	size := len(outcomes)
	if callID != 0 {
		size += 1 + protowire.SizeVarint(callID)
	}
	if end != nil {
		size += 1 + protowire.SizeBytes(proto.Size(end))
	}
	b = protowire.AppendTag(b, answersField, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(size)) //nolint:gosec // not negative
	if callID != 0 {
		b = protowire.AppendTag(b, callIDField, protowire.VarintType)
		b = protowire.AppendVarint(b, callID)
	}
	b = append(b, outcomes...)
	if end != nil {
		b = appendMessage(b, endField, end)
	}
	return b
}

// appendMessage appends a message. One that cannot be encoded, because a text is not UTF-8, is left out: the host takes a delivery without
// an outcome for unknown.
func appendMessage(b []byte, field protowire.Number, m proto.Message) []byte {
	more := protowire.AppendTag(b, field, protowire.BytesType)
	more = protowire.AppendVarint(more, uint64(proto.Size(m))) //nolint:gosec // not negative
	more, err := proto.MarshalOptions{UseCachedSize: true}.MarshalAppend(more, m)
	if err != nil {
		return b
	}
	return more
}

func sizeText(s string) int {
	if s == "" {
		return 0
	}
	return 1 + protowire.SizeBytes(len(s))
}

func sizeTexts(list []string) int {
	n := 0
	for _, s := range list {
		n += 1 + protowire.SizeBytes(len(s))
	}
	return n
}

func appendText(b []byte, field protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func appendTexts(b []byte, field protowire.Number, list []string) []byte {
	for _, s := range list {
		b = protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
	}
	return b
}

// readOutcome reads an Outcome as AppendOutcome writes it. It returns false for everything else, also for what protobuf can read.
func readOutcome(b []byte) (o outcome.Outcome, ok bool) {
	last := protowire.Number(0)
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 || field < last || field == last && field != ignoredFieldsField {
			return o, false
		}
		last, b = field, b[n:]
		if field == attemptsField && kind == protowire.VarintType {
			attempts, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return o, false
			}
			o.Attempts, b = int(int32(attempts)), b[n:] //nolint:gosec // as protobuf reads it
			continue
		}
		value, n := protowire.ConsumeBytes(b)
		if kind != protowire.BytesType || n < 0 {
			return o, false
		}
		b = b[n:]
		var ok bool
		switch field {
		case deliveryIDField:
			o.DeliveryID, ok = readText(value)
		case acceptedField:
			o.Accepted, ok = readAccepted(value)
		case ignoredFieldsField:
			var path string
			path, ok = readText(value)
			o.IgnoredFields = append(o.IgnoredFields, path)
		case degradedField:
			o.Degraded, ok = readText(value)
		default:
			ok = false
		}
		if !ok {
			return o, false
		}
	}
	return BoundOutcome(o), o.Accepted != nil
}

func readAccepted(b []byte) (*outcome.Accepted, bool) {
	a := &outcome.Accepted{}
	last := protowire.Number(0)
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 || kind != protowire.BytesType || field < last || field == last && field != aliasesField {
			return nil, false
		}
		last, b = field, b[n:]
		value, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return nil, false
		}
		b = b[n:]
		text, ok := readText(value)
		switch field {
		case messageIDField:
			a.ProviderMessageID = text
		case groupIDField:
			a.GroupID = text
		case aliasesField:
			a.Aliases = append(a.Aliases, text)
		default:
			return nil, false
		}
		if !ok {
			return nil, false
		}
	}
	return a, true
}

func readText(b []byte) (string, bool) { return string(b), utf8.Valid(b) }

// AnswersWithin returns the length of the answers at the beginning of some that together have at most this many bytes, or of the first
// one if it has more.
func AnswersWithin(answers []byte, most int) int {
	n := 0
	for n < len(answers) {
		_, _, size := protowire.ConsumeField(answers[n:])
		if size < 0 || n > 0 && n+size > most {
			break
		}
		n += size
	}
	return n
}
