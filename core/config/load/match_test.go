// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"math/rand/v2"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/wahost/wahost/sdk/message"
)

// TestInternational compares what is read as an international number with libphonenumber, which reads the punctuation as well.
func TestInternational(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()               //nolint:gosec // the values need not be unpredictable
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // see above
	const marks = "+ -()"
	tried, read := 50_000, 0
	if testing.Short() {
		tried = 5_000
	}
	for range tried {
		var b []byte
		if r.IntN(4) == 0 {
			b = append(b, marks[r.IntN(len(marks))])
		}
		if r.IntN(3) > 0 {
			b = append(b, '+')
		}
		for range 4 + r.IntN(14) {
			from := "0123456789"
			if r.IntN(8) == 0 {
				from = marks
			}
			b = append(b, from[r.IntN(len(from))])
		}
		text := string(b)
		if _, err := message.ParseRecipient(text); err != nil {
			continue
		}
		_, got, ok := international(text)
		want, err := phonenumbers.Parse(text, "ZZ")
		if ok != (err == nil) {
			t.Fatalf("%q is read: %t, and the library says %v (seed %d)", text, ok, err, seed)
		}
		if !ok {
			continue
		}
		read++
		if usual := phonenumbers.Format(want, phonenumbers.E164); got.E164() != usual {
			t.Fatalf("%q is %s, and the library says %s (seed %d)", text, got.E164(), usual, seed)
		}
	}
	if read < tried/10 {
		t.Fatalf("only %d numbers were compared", read)
	}
}
