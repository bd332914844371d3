// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// recentTime is how long changes are kept in memory: a standby that is further behind than this has lost some for good when it takes the
	// place of its primary.
	recentTime = 10 * time.Second
	// recentBytes bounds their size, in which each message counts messageBytes beside its text.
	recentBytes, messageBytes = 32 << 20, 1 << 10
)

// recent holds the changes that were committed last and can be made again, in their order.
type recent struct {
	all  []change
	size int
}

type change struct {
	store.Op[*tx]
	at time.Time
}

func (c *change) size() int { return c.Bytes + c.Messages*messageBytes }

// add keeps changes that were committed at a time, and forgets the oldest.
func (r *recent) add(ops []store.Op[*tx], at time.Time) {
	for _, op := range ops {
		if op.Repeat != nil {
			c := change{op, at}
			c.Apply = op.Repeat
			r.all = append(r.all, c)
			r.size += c.size()
		}
	}
	n := 0
	for n < len(r.all) && (at.Sub(r.all[n].at) > recentTime || r.size > recentBytes) {
		r.size -= r.all[n].size()
		r.all[n] = change{}
		n++
	}
	r.all = r.all[n:]
}

// batches returns the changes in parts that each fit into a transaction.
func (r *recent) batches() (parts [][]store.Op[*tx]) {
	var part []store.Op[*tx]
	messages := 0
	for _, c := range r.all {
		if messages += c.Messages; len(part) > 0 && messages > queueLimit {
			parts, part, messages = append(parts, part), nil, c.Messages
		}
		part = append(part, c.Op)
	}
	if len(part) > 0 {
		parts = append(parts, part)
	}
	return parts
}
