// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// refusalsPerMinute is how many requests with an invalid key one address may make in a minute.
	refusalsPerMinute = 30
	// maxAddresses bounds the memory for addresses.
	maxAddresses = 10_000
)

// refusals counts requests with an invalid key by address. The zero value is ready for use.
type refusals struct {
	mu     sync.Mutex
	minute time.Time
	counts map[netip.Prefix]int
}

// add counts a request. It returns how long the address is to wait, or 0.
func (r *refusals) add(remote string, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(r.minute) || len(r.counts) >= maxAddresses {
		r.minute, r.counts = minute, map[netip.Prefix]int{}
	}
	from := network(remote)
	r.counts[from]++
	if r.counts[from] <= refusalsPerMinute {
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
