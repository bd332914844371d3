// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/message"
)

func TestCheckSendAt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) *message.Message {
		return &message.Message{Wahost: &message.Extension{SendAt: timestamppb.New(now.Add(d))}}
	}
	tests := map[string]struct {
		m    *message.Message
		want string
	}{
		"no-time":          {&message.Message{}, ""},
		"now":              {at(0), ""},
		"a-second-ago":     {at(-time.Second), "wahost.send_at: the time 2026-11-25T11:59:59Z has passed"},
		"last-year":        {at(-365 * 24 * time.Hour), "has passed"},
		"at-the-limit":     {at(48 * time.Hour), ""},
		"a-second-too-far": {at(48*time.Hour + time.Second), "wahost.send_at: the time 2026-11-27T12:00:01Z is more than 48h0m0s away"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := (&Config{MaxSendAhead: 48 * time.Hour}).CheckSendAt(tt.m, now)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}
