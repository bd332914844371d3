// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// NewGroup returns a batch of one message for n new recipients of the check.
func NewGroup(e *suite.Env, m *message.Message, n int) message.Batch {
	b := message.Batch{Message: message.Content(m)}
	for range n {
		b.Deliveries = append(b.Deliveries, message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()})
	}
	return b
}

// Faulty returns options with which the vendor plays the faults, one for each request.
func Faulty(faults ...string) suite.SendOptions {
	var o suite.SendOptions
	for _, f := range faults {
		o.Faults = append(o.Faults, emulator.MustFault(f))
	}
	return o
}
