// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// RefusalsPerMinute is how often one address may try in vain in a minute.
	RefusalsPerMinute = 30
	// maxAddresses bounds the memory for addresses.
	maxAddresses = 10_000
)

// Refusals counts what addresses try in vain. The zero value is ready, and its methods are safe for concurrent use.
type Refusals struct {
	mu     sync.Mutex
	minute time.Time
	counts map[netip.Prefix]int
}

// Add counts an attempt of an address, as HOST:PORT. It returns how long the address is to wait, or 0.
func (r *Refusals) Add(remote string, now time.Time) time.Duration {
	return r.count(remote, now, 1)
}

// Wait returns how long an address is to wait before it tries again, or 0.
func (r *Refusals) Wait(remote string, now time.Time) time.Duration {
	return r.count(remote, now, 0)
}

func (r *Refusals) count(remote string, now time.Time, n int) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(r.minute) || len(r.counts) >= maxAddresses {
		r.minute, r.counts = minute, map[netip.Prefix]int{}
	}
	from := network(remote)
	r.counts[from] += n
	if r.counts[from] <= RefusalsPerMinute {
		return 0
	}
	return max(time.Second, r.minute.Add(time.Minute).Sub(now))
}

// network returns the address of a caller, or the /64 that an IPv6 address is in, since a caller may have all of it.
func network(remote string) netip.Prefix {
	from, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	address, bits := from.Addr().Unmap().WithZone(""), 32
	if address.Is6() {
		bits = 64
	}
	prefix, _ := address.Prefix(bits) // the bits suit the address
	return prefix
}
