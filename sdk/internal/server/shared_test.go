// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// TestOutcomesOfAGroup checks that outcomes that share what they point to are bounded for every delivery, and that they are told
// apart where they differ.
func TestOutcomesOfAGroup(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			taken, tooLong := &outcome.Accepted{ProviderMessageID: "v"}, &outcome.Accepted{ProviderMessageID: strings.Repeat("v", 2000)}
			f := &fake{most: 7, group: func(context.Context, provider.GroupRequest) []outcome.Outcome {
				return []outcome.Outcome{
					{DeliveryID: "1", Accepted: taken, Attempts: 1},
					{DeliveryID: "2", Accepted: taken, Attempts: 1},
					{DeliveryID: "3", Accepted: taken, Attempts: 1, Degraded: "as text"},
					{DeliveryID: "4", Accepted: taken, Attempts: 1, IgnoredFields: []string{"text.preview_url"}},
					{DeliveryID: "5", Accepted: taken, Rejected: &outcome.Rejected{Reason: outcome.ReasonForbidden}},
					{DeliveryID: "6", Accepted: tooLong},
					{DeliveryID: "7", Accepted: tooLong},
				}
			}}
			c, _ := serveForm(t, form, f)
			open(t, c)
			got := send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1", "2", "3", "4", "5", "6", "7")})
			require.Equal(t, map[string]string{
				"1": "accepted", "2": "accepted", "3": "accepted", "4": "accepted", "5": "unknown", "6": "unknown", "7": "unknown",
			}, words(got))
			require.Empty(t, got["2"].Degraded)
			require.Equal(t, "as text", got["3"].Degraded)
			require.Empty(t, got["4"].Degraded)
			require.Equal(t, []string{"text.preview_url"}, got["4"].IgnoredFields)
			require.Empty(t, got["3"].IgnoredFields)
		})
	}
}
