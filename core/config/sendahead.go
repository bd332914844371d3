// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/sdk/message"
)

// DefaultMaxSendAhead is the MaxSendAhead of a configuration without max_send_ahead. A time that is further away is more often
// a mistyped year than a plan. What each vendor accepts is not documented.
const DefaultMaxSendAhead = 90 * 24 * time.Hour

// CheckSendAt returns an error if the time at which a message is to be sent has passed, or is further away than the
// configuration allows. A caller that sends one message to many recipients calls it once, before the first.
func (c *Config) CheckSendAt(m *message.Message, now time.Time) error {
	if m.GetWahost().GetSendAt() == nil {
		return nil
	}
	at := m.GetWahost().GetSendAt().AsTime()
	shown := at.Format(time.RFC3339)
	if at.Before(now) {
		return fmt.Errorf("wahost.send_at: the time %s has passed. Leave it out to send now", shown)
	}
	if limit := now.Add(c.MaxSendAhead); at.After(limit) {
		return fmt.Errorf("wahost.send_at: the time %s is more than %s away. Correct it, or set max_send_ahead in the wahost block", shown, c.MaxSendAhead)
	}
	return nil
}
