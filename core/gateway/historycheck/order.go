// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package historycheck

import (
	"cmp"
	"slices"
	"time"

	"github.com/wahost/wahost/core/ids"
)

// orderIsKept checks I5: the vendor saw the messages to a recipient in the order in which they were accepted.
func (c *checker) orderIsKept() {
	ordered := slices.Clone(c.Requests)
	slices.SortStableFunc(ordered, func(a, b Request) int { return cmp.Compare(a.Order, b.Order) })
	last := map[string]time.Time{}
	of := map[string]ids.ID{}
	for _, r := range ordered {
		if len(r.Answers) == 0 || len(c.sights[r.Answers[0]]) == 0 {
			continue
		}
		id := r.Answers[0]
		first := slices.MinFunc(c.sights[id], func(a, b Sight) int { return a.At.Compare(b.At) }).At
		if first.Before(last[r.Recipient]) {
			c.violated("I5", "the vendor saw %v before %v, which was accepted for the same recipient before", id, of[r.Recipient])
		}
		last[r.Recipient], of[r.Recipient] = first, id
	}
}

// paceIsKept checks I6: in no span of time did the vendor see more than the burst and what the rate gives.
func (c *checker) paceIsKept() {
	if c.Pace == nil {
		return
	}
	times := make([]time.Time, 0, len(c.Sights))
	for _, s := range c.Sights {
		times = append(times, s.At)
	}
	slices.SortFunc(times, time.Time.Compare)
	// A bucket that is filled with the rate would have to hold the message.
	level, at := float64(c.Pace.Burst), time.Time{}
	for i, t := range times {
		if i > 0 {
			level = min(float64(c.Pace.Burst), level+t.Sub(at).Seconds()*c.Pace.PerSecond)
		}
		if level -= 1; level < -roundingError {
			c.violated("I6", "at %v the vendor had seen %.1f messages more than the rate allows", t, -level)
			return
		}
		at = t
	}
}

// roundingError is how many messages the level may be wrong by arithmetic.
const roundingError = 1e-6

// keysAreHonoured checks I7: the same key has one id, and another body a conflict.
func (c *checker) keysAreHonoured() {
	type known struct {
		body string
		id   ids.ID
	}
	keys := map[string]known{}
	for _, r := range c.Requests {
		for _, id := range r.Answers {
			k, ok := keys[r.Key]
			switch {
			case r.Key == "":
			case !ok:
				keys[r.Key] = known{r.Body, id}
			case k.id != id:
				c.violated("I7", "the key %q has the ids %v and %v", r.Key, k.id, id)
			case k.body != r.Body:
				c.violated("I7", "the key %q was accepted for two bodies", r.Key)
			}
		}
	}
}
