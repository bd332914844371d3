// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"slices"
	"sync"
)

const (
	// shownRows is how many rows of each cause are shown one by one.
	shownRows = 5
	// distinctCauses is how many causes are told apart by their texts. Vendors may put an id into each text.
	distinctCauses = 50
)

// cause is why a number of rows were not accepted.
type cause struct {
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	Channel string `json:"channel"`
	Detail  string `json:"detail"`
	// VendorCode and VendorMessage are empty if the vendor was not asked.
	VendorCode    string `json:"vendor_code"`
	VendorMessage string `json:"vendor_message"`
	Count         int    `json:"count"`
	// Rows are the first rows.
	Rows []int `json:"first_rows"`
}

// causes groups the rows that were not accepted. It is safe for concurrent use.
type causes struct {
	mu    sync.Mutex
	all   []*cause // in the order of their first rows
	byKey map[[6]string]*cause
}

// add counts a row. It returns true if the row is one of the first with its cause.
func (c *causes) add(row int, r Result) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [6]string{r.Outcome, r.Reason, r.Channel, Prefixed(r.Path, r.Detail), r.VendorCode, r.VendorMessage}
	if c.byKey[key] == nil && len(c.all) >= distinctCauses {
		key[3], key[4], key[5] = "various texts", "", ""
	}
	found := c.byKey[key]
	if found == nil {
		found = &cause{Outcome: key[0], Reason: key[1], Channel: key[2], Detail: key[3], VendorCode: key[4], VendorMessage: key[5]}
		if c.byKey == nil {
			c.byKey = map[[6]string]*cause{}
		}
		c.byKey[key] = found
		c.all = append(c.all, found)
	}
	found.Count++
	if len(found.Rows) >= shownRows {
		return false
	}
	found.Rows = append(found.Rows, row)
	return true
}

// sorted returns the causes, the most frequent first.
func (c *causes) sorted() []*cause {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Clone(c.all)
	slices.SortStableFunc(all, func(a, b *cause) int { return b.Count - a.Count })
	return all
}
