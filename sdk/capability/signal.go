// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"slices"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// CheckSignal returns the rejection of a signal that the channel does not take, or nil. Its text says what the signal is.
func (c Capabilities) CheckSignal(s *message.Signal) *outcome.Rejected {
	if s.GetTypingIndicator() != nil && !slices.Contains(c.Signals, SignalTyping) {
		return refuse("typing_indicator", "the request is a typing indicator, and the channel does not pass it on")
	}
	if !slices.Contains(c.Signals, SignalRead) {
		return refuse("status", "the request is a read receipt, and the channel does not pass it on")
	}
	return nil
}
