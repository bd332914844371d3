// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
)

func TestSenderOf(t *testing.T) {
	t.Parallel()
	first, second := addr.Channel{Provider: "p", Name: "first"}, addr.Channel{Provider: "p", Name: "second"}
	for name, test := range map[string]struct {
		senders []GatewaySender
		want    [2]string
	}{
		"none":                       {nil, [2]string{"", ""}},
		"one has all":                {[]GatewaySender{{ID: "1"}}, [2]string{"1", "1"}},
		"one names its own":          {[]GatewaySender{{ID: "1", Channels: []addr.Channel{first}}}, [2]string{"1", ""}},
		"two":                        {[]GatewaySender{{ID: "1", Channels: []addr.Channel{second}}, {ID: "2", Channels: []addr.Channel{first}}}, [2]string{"2", "1"}},
		"two, one of which names it": {[]GatewaySender{{ID: "1"}, {ID: "2", Channels: []addr.Channel{first}}}, [2]string{"2", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := Gateway{Senders: test.senders}
			require.Equal(t, test.want, [2]string{g.SenderOf(first), g.SenderOf(second)})
		})
	}
}
