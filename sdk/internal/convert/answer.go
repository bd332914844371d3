// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
)

// Answer is a SendAnswer that was not read as a whole.
type Answer struct {
	CallID uint64
	// End is nil unless the answer is the last one to the call.
	End *providerpb.SendEnd

	raw []byte
}

// EachAnswer reads an encoded SendStreamResponse and calls take for each of its answers, which must not be kept. It returns the first
// error: of take, or that the response cannot be read.
func EachAnswer(response []byte, take func(*Answer) error) error {
	return eachField(response, func(field protowire.Number, kind protowire.Type, value []byte) error {
		if field != answersField || kind != protowire.BytesType {
			return nil
		}
		a := Answer{raw: value}
		if err := a.read(); err != nil {
			return err
		}
		return take(&a)
	})
}

// read reads all but the outcomes.
func (a *Answer) read() error {
	return eachField(a.raw, func(field protowire.Number, kind protowire.Type, value []byte) error {
		switch {
		case field == callIDField && kind == protowire.VarintType:
			a.CallID, _ = protowire.ConsumeVarint(value)
		case field == endField && kind == protowire.BytesType:
			if a.End == nil {
				a.End = &providerpb.SendEnd{}
			}
			return proto.UnmarshalOptions{Merge: true}.Unmarshal(value, a.End)
		}
		return nil
	})
}

// Outcomes calls one for each accepted outcome of one delivery, and other for everything else. It returns the first error: of them, or
// that an outcome cannot be read.
func (a *Answer) Outcomes(one func(outcome.Outcome) error, other func(*providerpb.Outcome) error) error {
	return eachField(a.raw, func(field protowire.Number, kind protowire.Type, value []byte) error {
		if field != outcomesField || kind != protowire.BytesType {
			return nil
		}
		if o, ok := readOutcome(value); ok {
			return one(o)
		}
		pb := &providerpb.Outcome{}
		if err := proto.Unmarshal(value, pb); err != nil {
			return fmt.Errorf("an outcome that the provider answered cannot be read: %w", err)
		}
		return other(pb)
	})
}

// eachField calls yield for each field of an encoded message. The value of a field with a length is without the length.
func eachField(b []byte, yield func(protowire.Number, protowire.Type, []byte) error) error {
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("an answer of the provider cannot be read: %w", protowire.ParseError(n))
		}
		b = b[n:]
		size := protowire.ConsumeFieldValue(field, kind, b)
		if size < 0 {
			return fmt.Errorf("an answer of the provider cannot be read: %w", protowire.ParseError(size))
		}
		value := b[:size]
		if kind == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(value)
		}
		if err := yield(field, kind, value); err != nil {
			return err
		}
		b = b[size:]
	}
	return nil
}
