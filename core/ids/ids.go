// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package ids makes the ids of messages and of the attempts to send them. A message id is a number of 128 bits that begins with
// the time. It has three texts: 26 lower-case letters and digits for people and providers, the same after "wamid." for clients of the
// Cloud API, and the same with the number of an attempt.
package ids

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// ID is the id of a message. Ids are ordered by the time when they were made, as numbers, as bytes and as texts.
type ID [16]byte

// Length is the number of characters of the text of an id.
const Length = 26

// Wamid is how ids of messages begin in the Cloud API.
const Wamid = "wamid."

// encoding is base 32 with an alphabet that keeps the order of the encoded bytes.
var encoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// last is the first half of the id that New returned last.
var last atomic.Uint64

// New returns an id that is greater than all that New returned before in this process. It begins with 48 bits of time in
// milliseconds and 16 bits that count within a millisecond; 64 bits are random.
func New() ID {
	now := uint64(time.Now().UnixMilli()) << 16
	for {
		before := last.Load()
		next := max(now, before+1)
		if last.CompareAndSwap(before, next) {
			return of(next, rand.Uint64())
		}
	}
}

// At returns an id of a time, of which 80 bits are random.
func At(t time.Time) ID { return of(uint64(t.UnixMilli())<<16|rand.Uint64()>>48, rand.Uint64()) }

// Floor returns the lowest id of a time, which is before all ids that are made from then on. It is the id of no message.
func Floor(t time.Time) ID { return of(uint64(max(0, t.UnixMilli()))<<16, 0) }

func of(high, low uint64) ID {
	var id ID
	binary.BigEndian.PutUint64(id[:], high)
	binary.BigEndian.PutUint64(id[8:], low)
	return id
}

// IsZero reports whether the id is the zero ID, which is the id of no message.
func (id ID) IsZero() bool { return id == ID{} }

// Time returns the time when the id was made, in milliseconds.
func (id ID) Time() time.Time { return time.UnixMilli(int64(binary.BigEndian.Uint64(id[:8]) >> 16)) }

// String returns the 26 characters of the id.
func (id ID) String() string { return encoding.EncodeToString(id[:]) }

// Wamid returns the id as clients of the Cloud API see it.
func (id ID) Wamid() string { return Wamid + id.String() }

// Attempt returns the id of the n-th attempt to send the message, from 1, in at most 32 characters for n below 33,554,432.
func (id ID) Attempt(n int) string {
	var text [40]byte
	encoding.Encode(text[:Length], id[:])
	text[Length] = '-'
	return string(strconv.AppendInt(text[:Length+1], int64(n), 32))
}

// FirstLength is the number of characters of what Attempt(1) returns.
const FirstLength = Length + 2

// Firsts returns what Attempt(1) returns for n ids of a time, one after the other, in one text.
func Firsts(t time.Time, n int) string {
	var texts strings.Builder
	texts.Grow(n * FirstLength)
	text := [FirstLength]byte{Length: '-', Length + 1: '1'}
	for range n {
		id := At(t)
		encoding.Encode(text[:Length], id[:])
		texts.Write(text[:])
	}
	return texts.String()
}

// Parse reads what String, Wamid or Attempt returned.
func Parse(s string) (ID, error) {
	id, _, err := ParseAttempt(s)
	return id, err
}

// ParseAttempt reads what Attempt returned. The number is 0 if the text is the id of a message.
func ParseAttempt(s string) (id ID, n int, err error) {
	text, number, isAttempt := strings.Cut(strings.TrimPrefix(s, Wamid), "-")
	var raw [16]byte
	if len(text) != Length {
		return ID{}, 0, malformed(s)
	}
	if _, err := encoding.Decode(raw[:], []byte(text)); err != nil || ID(raw).String() != text {
		return ID{}, 0, malformed(s)
	}
	if isAttempt {
		parsed, err := strconv.ParseInt(number, 32, 32)
		if err != nil || parsed < 1 || strconv.FormatInt(parsed, 32) != number {
			return ID{}, 0, malformed(s)
		}
		n = int(parsed)
	}
	return raw, n, nil
}

func malformed(s string) error {
	return fmt.Errorf("%.50q is not the id of a message or of an attempt", s)
}
