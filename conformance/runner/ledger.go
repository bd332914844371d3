// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
)

// ledger records the vendor requests by recipient. Every check sends to numbers of its own, so the recipient tells
// which check a request belongs to, and providers need not cooperate.
type ledger struct {
	mu sync.Mutex
	// byRecipient has an entry for each claimed number.
	byRecipient map[string][]emulator.Exchange
	// requests are those to claimed numbers, each once.
	requests []emulator.Exchange
	// holders counts the checks that send to a number, and released has the time at which the last one ended.
	holders  map[string]int
	released map[string]time.Time
	stray    []string
}

// maxStray is how many stray requests are described.
const maxStray = 20

// lateDelay is how long after the end of a check a request of it may still arrive.
const lateDelay = time.Second

func newLedger() *ledger {
	return &ledger{byRecipient: map[string][]emulator.Exchange{}, holders: map[string]int{}, released: map[string]time.Time{}}
}

// claim reserves a number for a check before the check sends to it.
func (l *ledger) claim(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holders[address]++
	if _, ok := l.byRecipient[address]; !ok {
		l.byRecipient[address] = nil
	}
}

// claimNew is like claim for a number that was never claimed. For others it returns false and does nothing.
func (l *ledger) claimNew(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.byRecipient[address]; ok {
		return false
	}
	l.holders[address]++
	l.byRecipient[address] = nil
	return true
}

// release notes that the check of the numbers has ended, so that no more requests to them are expected.
func (l *ledger) release(addresses []string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, to := range addresses {
		l.holders[to]--
		l.released[to] = at
	}
}

// take records a request. A request without a recipient is stray unless its route has none, such as uploads and tokens. To an address
// that the vendor does not have, a request is to the claimed numbers in its body: a configuration may have a part of the address.
func (l *ledger) take(x emulator.Exchange, routeHasRecipients bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x.Route == "" {
		x.Recipients = l.named(x.Body)
	}
	if len(x.Recipients) == 0 && x.Route != "" && !routeHasRecipients {
		return
	}
	unknown, claimed := len(x.Recipients) == 0, false
	seen := map[string]bool{}
	for _, to := range x.Recipients {
		if seen[to] {
			continue
		}
		seen[to] = true
		if _, ok := l.byRecipient[to]; ok {
			claimed = true
			l.byRecipient[to] = append(l.byRecipient[to], x)
			l.late(to, x)
		} else {
			unknown = true
		}
	}
	if claimed {
		l.requests = append(l.requests, x)
	}
	if unknown && len(l.stray) < maxStray {
		l.stray = append(l.stray, fmt.Sprintf("%s %s to %q belongs to no send of the suite", x.Method, x.Path, x.Recipients))
	}
}

// phoneDigits finds what may be a phone number.
var phoneDigits = regexp.MustCompile(`[0-9]{6,15}`)

// named returns the claimed numbers in a text.
func (l *ledger) named(body []byte) []string {
	var out []string
	for _, digits := range phoneDigits.FindAll(body, -1) {
		if number := "+" + string(digits); l.holders[number] > 0 {
			out = append(out, number)
		}
	}
	return out
}

// late records a request that came long after the check of its recipient had ended.
func (l *ledger) late(to string, x emulator.Exchange) {
	if ended, ok := l.released[to]; ok && l.holders[to] == 0 && x.Time.Sub(ended) > lateDelay && len(l.stray) < maxStray {
		l.stray = append(l.stray, fmt.Sprintf("%s %s to %q came %s after its send had ended", x.Method, x.Path, to, x.Time.Sub(ended).Round(time.Second)))
	}
}

// of returns the requests to a number, in the order in which they arrived.
func (l *ledger) of(address string) []emulator.Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.byRecipient[address])
}

func (l *ledger) strays() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.stray)
}

// disclosures describes the requests of the run that have a credential where the vendor does not ask for one. Of equal
// disclosures only one is described.
func (l *ledger) disclosures(d *dialect.Dialect, find func(string) string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	// The values of most headers are the same in all requests.
	known := map[string]string{}
	remembered := func(text string) string {
		if len(text) > 256 {
			return find(text)
		}
		found, ok := known[text]
		if !ok {
			found = find(text)
			known[text] = found
		}
		return found
	}
	var out []string
	for _, x := range l.requests {
		at, form := suite.Disclosed(d, x, remembered)
		if text := fmt.Sprintf("%s at %s of a request to %s", form, at, x.Route); form != "" && !slices.Contains(out, text) && len(out) < maxStray {
			out = append(out, text)
		}
	}
	return out
}
