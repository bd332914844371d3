// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	type ranges [][2]uint32
	for name, test := range map[string]struct {
		settled []string // the ids of deliveries, with a letter for each distinct outcome
		ids     []string
		want    []ranges
	}{
		"alone":           {[]string{"a1"}, []string{"1"}, []ranges{nil}},
		"neighbours":      {[]string{"a1", "a2", "a3"}, nil, []ranges{{{1, 3}}}},
		"a gap":           {[]string{"a1", "a3", "a4"}, nil, []ranges{{{1, 1}, {3, 2}}}},
		"another order":   {[]string{"a4", "a3", "a0"}, nil, []ranges{{{4, 1}, {3, 1}, {0, 1}}}},
		"other outcomes":  {[]string{"a0", "a1", "b2", "a3", "a4"}, []string{"", "2", ""}, []ranges{{{0, 2}}, nil, {{3, 2}}}},
		"an unknown one":  {[]string{"a0", "a1", "ax"}, []string{""}, []ranges{{{0, 2}}}},
		"up to the last":  {[]string{"a3", "a4"}, nil, []ranges{{{3, 2}}}},
		"different alone": {[]string{"a0", "b1"}, []string{"0", "1"}, []ranges{nil, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &streamCall{}
			for _, id := range []string{"0", "1", "2", "3", "4"} {
				c.deliveries = append(c.deliveries, message.Delivery{DeliveryID: id})
			}
			var settled []outcome.Outcome
			for _, s := range test.settled {
				o := outcome.Accept(s[:1])
				o.DeliveryID = s[1:]
				settled = append(settled, o)
			}
			raw, rest := c.encode(nil, settled)
			require.Empty(t, rest)
			var answer providerpb.SendAnswer
			require.NoError(t, proto.Unmarshal(raw, &answer))
			encoded := answer.GetOutcomes()
			require.Len(t, encoded, len(test.want))
			for i, pb := range encoded {
				var got ranges
				for _, r := range pb.GetDeliveries() {
					got = append(got, [2]uint32{r.GetFirst(), r.GetCount()})
				}
				require.Equal(t, test.want[i], got)
				if test.ids != nil {
					require.Equal(t, test.ids[i], pb.GetDeliveryId())
				}
			}
			unknown := slices.Contains(test.settled, "ax")
			require.Equal(t, unknown, slices.Contains(encoded[0].GetOtherDeliveryIds(), "x"))
		})
	}
}
