// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"sync"
	"sync/atomic"
	"time"
)

// Uses remembers when keys were used, in memory. The zero value is ready, and its methods are safe for concurrent use.
type Uses struct{ last sync.Map } // from the id of a key to an *atomic.Int64 with milliseconds since 1970

// Used records that a valid key was used. The id must be that of a key that exists, so that the memory is bounded.
func (u *Uses) Used(id string, now time.Time) {
	at, ok := u.last.Load(id)
	if !ok {
		at, _ = u.last.LoadOrStore(id, &atomic.Int64{})
	}
	at.(*atomic.Int64).Store(now.UnixMilli())
}

// Last returns when a key was used the last time, or zero if it was not.
func (u *Uses) Last(id string) time.Time {
	at, ok := u.last.Load(id)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(at.(*atomic.Int64).Load())
}
