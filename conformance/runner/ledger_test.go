// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/conformance/emulator"
)

// TestLedger: a request belongs to the sends to its recipients, also if the vendor does not have its address.
func TestLedger(t *testing.T) {
	t.Parallel()
	const number = "+12025550123"
	for name, test := range map[string]struct {
		x      emulator.Exchange
		ended  bool
		strays int
		found  int
	}{
		"to a send":                    {emulator.Exchange{Route: "send", Recipients: []string{number}}, false, 0, 1},
		"to nobody":                    {emulator.Exchange{Route: "send"}, false, 1, 0},
		"to somebody else":             {emulator.Exchange{Route: "send", Recipients: []string{"+12025550199"}}, false, 1, 0},
		"no such address":              {emulator.Exchange{Body: []byte(`{"to":"12025550123"}`)}, false, 0, 1},
		"no such address, with a plus": {emulator.Exchange{Body: []byte(`to=whatsapp%3A%2B12025550123`)}, false, 0, 1},
		"no such address, to nobody":   {emulator.Exchange{Body: []byte(`{"to":"120255501239"}`)}, false, 1, 0},
		"no such address, nothing":     {emulator.Exchange{}, false, 1, 0},
		"no such address, too late":    {emulator.Exchange{Body: []byte(`{"to":"12025550123"}`)}, true, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLedger()
			l.claim(number)
			if test.ended {
				l.release([]string{number}, time.Now())
			}
			l.take(test.x, true)
			assert.Len(t, l.strays(), test.strays)
			assert.Len(t, l.of(number), test.found)
		})
	}
}
