// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"slices"
	"sync"

	"github.com/wahost/wahost/sdk/message"
)

// seenPool keeps the maps of nextGroup, which have thousands of recipients in a broadcast.
var seenPool = sync.Pool{New: func() any { return map[string]struct{}{} }}

// nextGroup returns the deliveries of the next vendor request and the rest. A request carries at most n deliveries, and
// no recipient twice, because neither responses nor webhooks could tell the two apart. Deliveries that repeat a
// recipient are at the front of the rest.
func nextGroup(waiting []message.Delivery, n int) (group, rest []message.Delivery) {
	n = min(n, len(waiting))
	if n < 2 {
		return waiting[:n:n], waiting[n:]
	}
	seen, _ := seenPool.Get().(map[string]struct{})
	defer func() {
		clear(seen)
		seenPool.Put(seen)
	}()
	for i := range waiting[:n] {
		if seen[waiting[i].To.Address] = struct{}{}; len(seen) == i {
			return withoutRepeats(waiting, i, n, seen)
		}
	}
	return waiting[:n:n], waiting[n:]
}

// withoutRepeats continues nextGroup from i, the position of the first repeated recipient.
func withoutRepeats(waiting []message.Delivery, i, n int, seen map[string]struct{}) (group, rest []message.Delivery) {
	group = slices.Clone(waiting[:i])
	for ; i < len(waiting) && len(group) < n; i++ {
		d := waiting[i]
		if _, again := seen[d.To.Address]; again {
			rest = append(rest, d)
			continue
		}
		seen[d.To.Address] = struct{}{}
		group = append(group, d)
	}
	return group, append(rest, waiting[i:]...)
}
