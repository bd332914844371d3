// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"slices"
	"sync"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/route"
)

// Undecided counts the messages for which the condition of one route could not be decided.
type Undecided struct {
	Route    string
	Messages int
	// Cause is that of the first of these messages. It holds nothing of the message.
	Cause string
}

// Observer learns what is worth logging.
type Observer interface {
	// Undecided is called for each message and each route whose condition could not be decided for it, with the count until
	// then. It must not block.
	Undecided(messageID string, u Undecided)
	// Window is called when the window of a channel has fallen, or has doubled since the last call. It must not block.
	Window(ch addr.Channel, change WindowChange)
}

// undecidedCounts counts since the dispatcher was made.
type undecidedCounts struct {
	mu     sync.Mutex
	counts []Undecided // by route, in the order of their first message
}

// add counts one message and returns the new counts of its routes.
func (u *undecidedCounts) add(found []route.Undecided) []Undecided {
	u.mu.Lock()
	defer u.mu.Unlock()
	changed := make([]Undecided, 0, len(found))
	for _, f := range found {
		i := slices.IndexFunc(u.counts, func(c Undecided) bool { return c.Route == f.Route })
		if i < 0 {
			i = len(u.counts)
			u.counts = append(u.counts, Undecided{Route: f.Route, Cause: f.Cause})
		}
		u.counts[i].Messages++
		changed = append(changed, u.counts[i])
	}
	return changed
}

// Undecided returns the routes whose condition could not be decided for messages that were sent, with the number of these
// messages.
func (d *Dispatcher) Undecided() []Undecided {
	d.undecided.mu.Lock()
	defer d.undecided.mu.Unlock()
	return slices.Clone(d.undecided.counts)
}
