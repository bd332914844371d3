// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/sys/unix"
)

// packet4 and packet6 return the beginning of a packet with a payload.
func packet4(protocol byte, payload ...byte) []byte {
	return append([]byte{0x45, 0, 0, 40, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 2, 198, 51, 100, 7}, payload...)
}

func packet6(protocol byte, payload ...byte) []byte {
	data := make([]byte, 40)
	data[0], data[6], data[24], data[39] = 0x60, protocol, 0xfd, 1
	return append(data, payload...)
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		data []byte
		want string // empty if the packet does not count
	}{
		"TCP":                 {packet4(unix.IPPROTO_TCP, 0, 1, 1, 187), "a connection to 198.51.100.7:443"},
		"UDP":                 {packet4(unix.IPPROTO_UDP, 0, 1, 0, 53), "a datagram to 198.51.100.7:53"},
		"ping":                {packet4(unix.IPPROTO_ICMP, 8), "a ping of 198.51.100.7"},
		"another protocol":    {packet4(unix.IPPROTO_SCTP), "a packet of protocol 132 to 198.51.100.7"},
		"report of an error":  {packet4(unix.IPPROTO_ICMP, 3), ""},
		"group membership":    {packet4(unix.IPPROTO_IGMP), ""},
		"TCP, IPv6":           {packet6(unix.IPPROTO_TCP, 0, 1, 0, 80), "a connection to [fd00::1]:80"},
		"ping, IPv6":          {packet6(unix.IPPROTO_ICMPV6, 128), "a ping of fd00::1"},
		"neighbour discovery": {packet6(unix.IPPROTO_ICMPV6, 135), ""},
		"group, IPv6":         {packet6(unix.IPPROTO_HOPOPTS), ""},
		"cut off":             {packet4(unix.IPPROTO_TCP)[:12], ""},
		"cut off, IPv6":       {packet6(unix.IPPROTO_TCP)[:30], ""},
		"another version":     {make([]byte, 40), ""},
		"empty":               {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, ok := parse(tt.data)
			assert.Equal(t, tt.want != "", ok)
			if ok {
				assert.Equal(t, tt.want, p.String())
			}
		})
	}
}
