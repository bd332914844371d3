// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/dispatch"
)

// observer logs what the dispatcher observes. It is a dispatch.Observer.
type observer struct {
	*undecidedLog
	windowLog
}

// windowLog logs how the windows of the channels change.
type windowLog struct{ logger hclog.Logger }

// Window logs a line.
func (l windowLog) Window(ch addr.Channel, change dispatch.WindowChange) {
	l.logger.Info("the number of requests at a time changed", "channel", ch.String(), "from", change.From, "to", change.To, "cause", change.Cause)
}

// Windows returns, after Start, how many vendor requests the open channels may have under way.
func (h *Host) Windows() map[addr.Channel]dispatch.Window {
	if h == nil || h.dispatcher.Load() == nil {
		return nil
	}
	return h.dispatcher.Load().Windows()
}
