// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pushwoosh

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/message"
)

func TestSendDate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := map[string]struct {
		at   *timestamppb.Timestamp
		want string
	}{
		"unset":          {want: "now"},
		"past":           {at: timestamppb.New(now.Add(-time.Second)), want: "now"},
		"whole minute":   {at: timestamppb.New(time.Date(2026, 1, 2, 4, 0, 0, 0, time.UTC)), want: "2026-01-02 04:00"},
		"within one":     {at: timestamppb.New(time.Date(2026, 1, 2, 4, 0, 0, 1, time.UTC)), want: "2026-01-02 04:01"},
		"end of a year":  {at: timestamppb.New(time.Date(2026, 12, 31, 23, 59, 1, 0, time.UTC)), want: "2027-01-01 00:00"},
		"the last one":   {at: timestamppb.New(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)), want: "9999-12-31 23:59"},
		"before the end": {at: timestamppb.New(time.Date(9999, 12, 31, 23, 58, 59, 0, time.UTC)), want: "9999-12-31 23:59"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &message.Message{Wahost: &message.Extension{SendAt: tt.at}}
			require.Equal(t, tt.want, sendDate(m, now))
		})
	}
}
