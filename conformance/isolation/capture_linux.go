// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// watch reads the packets of a capture until it is closed, and records those that do not belong to the vendor.
func (w *World) watch(capture *os.File, loopback bool) {
	raw, err := capture.SyscallConn()
	if err != nil {
		return
	}
	buf := make([]byte, snap)
	for {
		var n int
		var got error
		if err := raw.Read(func(fd uintptr) bool {
			n, _, got = unix.Recvfrom(int(fd), buf, 0)
			return got != unix.EAGAIN
		}); err != nil || got != nil {
			if got == unix.ENETDOWN || got == unix.EINTR {
				continue
			}
			return
		}
		if p, ok := parse(buf[:n]); ok && (loopback || !w.allowed(p)) {
			w.record(p.String())
		}
	}
}

// packet is what matters of a packet.
type packet struct {
	protocol uint8
	to       netip.AddrPort // without a port for other protocols than TCP and UDP
}

// String describes the packet.
func (p packet) String() string {
	switch p.protocol {
	case unix.IPPROTO_TCP:
		return "a connection to " + p.to.String()
	case unix.IPPROTO_UDP:
		return "a datagram to " + p.to.String()
	case unix.IPPROTO_ICMP, unix.IPPROTO_ICMPV6:
		return "a ping of " + p.to.Addr().String()
	}
	return fmt.Sprintf("a packet of protocol %d to %s", p.protocol, p.to.Addr())
}

// parse reads the beginning of a packet. It returns false for packets that the kernel sends by itself: neighbour discovery,
// group memberships and reports of errors.
func parse(data []byte) (p packet, ok bool) {
	if len(data) < 20 {
		return p, false
	}
	var rest []byte
	var to netip.Addr
	switch data[0] >> 4 {
	case 4:
		p.protocol, to = data[9], netip.AddrFrom4([4]byte(data[16:20]))
		rest = data[min(len(data), int(data[0]&15)*4):]
	case 6:
		if len(data) < 40 {
			return p, false
		}
		p.protocol, to = data[6], netip.AddrFrom16([16]byte(data[24:40]))
		rest = data[40:]
		if p.protocol == unix.IPPROTO_HOPOPTS {
			return p, false // group memberships
		}
	default:
		return p, false
	}
	var port uint16
	switch p.protocol {
	case unix.IPPROTO_TCP, unix.IPPROTO_UDP:
		if len(rest) >= 4 {
			port = binary.BigEndian.Uint16(rest[2:])
		}
	case unix.IPPROTO_ICMP:
		ok = len(rest) > 0 && rest[0] == 8 // echo request
		p.to = netip.AddrPortFrom(to, 0)
		return p, ok
	case unix.IPPROTO_ICMPV6:
		ok = len(rest) > 0 && rest[0] == 128
		p.to = netip.AddrPortFrom(to, 0)
		return p, ok
	case unix.IPPROTO_IGMP:
		return p, false
	}
	p.to = netip.AddrPortFrom(to, port)
	return p, true
}
