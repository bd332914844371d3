// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/sdk/message"
)

// signal passes a read receipt or a typing indicator on.
func (c *call) signal(body []byte) error {
	s, err := message.ParseSignal(body)
	if err != nil {
		return c.invalid(problemsOf(err), &message.Message{})
	}
	if c.s.Signals == nil {
		return graph.New(graph.CodeUnsupportedType, "the gateway passes no read receipts and typing indicators on")
	}
	o, err := c.s.Signals.Signal(c.r.Context(), c.number.ID, s)
	switch {
	case err != nil:
		return err
	case o.Rejected != nil:
		return refused(o.Rejected)
	case o.Accepted == nil:
		return graph.New(graph.CodeSomethingWrong, "it is not known whether WhatsApp got the signal")
	}
	return c.answer(success{true})
}
