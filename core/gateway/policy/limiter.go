// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Per says what the messages of a bound have in common.
type Per string

// What bounds are about.
const (
	// PerRecipient bounds the messages to one recipient.
	PerRecipient Per = "recipient"
	// PerPrefix bounds those to all numbers that differ in their last four digits only: whoever is paid for codes often has such numbers.
	PerPrefix Per = "prefix"
	// PerCountry bounds those to a country.
	PerCountry Per = "country"
)

// Bound is how many messages of a sender are taken that have something in common.
type Bound struct {
	Per   Per
	Limit Limit
	// Categories are those of the messages that count. If it is empty, all count.
	Categories []string
}

// key returns what a message has in common with those that it is counted with, or "" if the bound is not about it.
func (b *Bound) key(to message.Recipient, country, category string) string {
	if len(b.Categories) > 0 && !slices.Contains(b.Categories, category) {
		return ""
	}
	const lastDigits = 4
	switch {
	case b.Per == PerRecipient:
		return to.Address
	case b.Per == PerCountry:
		return country
	case to.Kind == message.RecipientPhone && len(to.Address) > lastDigits:
		return to.Address[:len(to.Address)-lastDigits]
	}
	return ""
}

// maxCounted bounds the memory of a Limiter. An entry takes about 100 bytes.
const maxCounted = 500_000

// Limiter counts messages. A bound such as 10/h takes 10 messages at once, and then one each six minutes. It is in memory, and forgets
// when the gateway ends. The zero value is ready for use, by several goroutines.
type Limiter struct {
	mu sync.Mutex
	// full is when each count was or will be as if nothing had been taken.
	full map[counted]time.Time
}

// counted is what is counted together. It has no position among the bounds, since others may come before it when the configuration changes.
type counted struct {
	sender, key, categories string
	per                     Per
	limit                   Limit
}

// Take counts a message of a sender against its bounds. If one of them is reached, the answer says so and nothing is counted. Without count,
// nothing is counted at all.
func (l *Limiter) Take(sender string, bounds []Bound, to message.Recipient, country, category string, now time.Time, count bool) *outcome.Rejected {
	if len(bounds) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	after := make(map[counted]time.Time, len(bounds))
	for i := range bounds {
		b := &bounds[i]
		at := counted{sender, b.key(to, country, category), strings.Join(b.Categories, ","), b.Per, b.Limit}
		if at.key == "" {
			continue
		}
		each := b.Limit.Period / time.Duration(b.Limit.Count)
		full := l.full[at]
		if full.Before(now) {
			full = now
		}
		if wait := full.Add(each).Sub(now) - b.Limit.Period; wait > 0 {
			return b.reached(wait)
		}
		after[at] = full.Add(each)
	}
	if !count {
		return nil
	}
	if l.full == nil {
		l.full = map[counted]time.Time{}
	}
	for at, full := range after {
		l.full[at] = full
	}
	if len(l.full) > maxCounted {
		l.forget(now)
	}
	return nil
}

// reached returns the answer for a message that comes too early.
func (b *Bound) reached(wait time.Duration) *outcome.Rejected {
	r := outcome.Reject(outcome.ReasonRateLimited, "to", "the %s has had %s, which is the limit", b.Per, b.Limit).Rejected
	r.Retry, r.RetryAfter, r.Scope = outcome.RetryLater, wait, outcome.ScopeSender
	if b.Per == PerRecipient {
		r.Scope = outcome.ScopeRecipient
	}
	return r
}

// forget removes what counts no more, and any others until half of the memory is free.
func (l *Limiter) forget(now time.Time) {
	for at, full := range l.full {
		if !full.After(now) {
			delete(l.full, at)
		}
	}
	for at := range l.full {
		if len(l.full) <= maxCounted/2 {
			return
		}
		delete(l.full, at)
	}
}
