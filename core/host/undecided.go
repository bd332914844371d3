// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/dispatch"
)

// undecidedLogPause is the shortest time between two lines about conditions of one route that could not be decided.
const undecidedLogPause = 10 * time.Second

// undecidedLog logs conditions that could not be decided: the first time for each route, and then at most one line for
// each pause, with the count.
type undecidedLog struct {
	logger hclog.Logger
	now    func() time.Time

	mu   sync.Mutex
	last map[string]time.Time // by route
}

func newUndecidedLog(logger hclog.Logger) *undecidedLog {
	return &undecidedLog{logger: logger, now: time.Now, last: map[string]time.Time{}}
}

// Undecided logs a line, or nothing if the last line about the route is too recent.
func (l *undecidedLog) Undecided(messageID string, u dispatch.Undecided) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if last, ok := l.last[u.Route]; ok && now.Sub(last) < undecidedLogPause {
		return
	}
	l.last[u.Route] = now
	l.logger.Warn("the condition of a route could not be decided", "route", u.Route, "message", messageID, "messages", u.Messages, "cause", u.Cause)
}

// Undecided returns the routes whose condition could not be decided for messages that were sent, with the number of these
// messages.
func (h *Host) Undecided() []dispatch.Undecided {
	if h == nil || h.dispatcher.Load() == nil {
		return nil
	}
	return h.dispatcher.Load().Undecided()
}
