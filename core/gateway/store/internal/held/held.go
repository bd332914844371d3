// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package held has what the databases of all drivers hold in the same way, and what is done about it in the same way: the numbers of statuses,
// the attempts of a handover, which commands the state of a message allows, and the order of a purge.
package held

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// statuses are the statuses in the order of their numbers in databases, from 1. They never change.
var statuses = []outcome.Status{
	outcome.StatusAccepted, outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusPlayed, outcome.StatusFailed,
}

// Rank returns the number of a status, or 0 for a text that is not a status.
func Rank(s outcome.Status) int { return slices.Index(statuses, s) + 1 }

// Status is the inverse of Rank. It returns "" for 0, which stands for no status, and for a number that no status has.
func Status(n int) outcome.Status {
	if n < 1 || n > len(statuses) {
		return ""
	}
	return statuses[n-1]
}

// Digits returns an address as vendors write it: a phone number without "+".
func Digits(address string) string { return strings.TrimPrefix(address, "+") }

// AttemptSize is the size of an attempt in bytes: its id and its number.
const AttemptSize = len(ids.ID{}) + 4

// PackAttempts returns the attempts of a handover as one value.
func PackAttempts(attempts []store.Attempt) []byte {
	packed := make([]byte, 0, AttemptSize*len(attempts))
	for _, a := range attempts {
		packed = binary.BigEndian.AppendUint32(append(packed, a.ID[:]...), uint32(a.N)) //nolint:gosec // the number of an attempt is small
	}
	return packed
}

// UnpackAttempts is the inverse of PackAttempts.
func UnpackAttempts(packed []byte) []store.Attempt {
	attempts := make([]store.Attempt, 0, len(packed)/AttemptSize)
	for ; len(packed) >= AttemptSize; packed = packed[AttemptSize:] {
		id := ids.ID(packed[:len(ids.ID{})])
		attempts = append(attempts, store.Attempt{ID: id, N: int(binary.BigEndian.Uint32(packed[len(id):AttemptSize]))})
	}
	return attempts
}

// Verdict compares a request with an earlier one of the same key, whose body has the hash.
func Verdict(want *store.Idempotency, hash []byte) store.Verdict {
	if string(hash) != string(want.BodyHash[:]) {
		return store.Conflict
	}
	return store.Same
}
