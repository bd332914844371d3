// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"encoding/binary"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A world has two networks. The provider is in the inner one, which looks like that of a container: a loopback device, eth0
// with a private address, and a gateway that is the resolver. The other end of eth0 is in the outer network, in which no
// process is. All addresses are local there, so that the sockets of the emulator can have any address, connections to others
// are refused, and every packet can be seen.
const (
	innerDevice = "eth0"
	outerDevice = "uplink"
)

// sockets are the open files of a world that the runner gets.
type sockets struct {
	outer, udp, tcp, leaving, loopback int
	folders, unused                    []int
}

func (s *sockets) all() []int {
	all := []int{s.outer, s.udp, s.tcp, s.leaving, s.loopback}
	return append(append(all, s.folders...), s.unused...)
}

// close closes all but the outer network, which further sockets come from.
func (s *sockets) close() {
	for _, fd := range s.all()[1:] {
		_ = unix.Close(fd)
	}
	outerNetwork = s.outer
}

// outerNetwork is the descriptor of the outer network in the first process of a world.
var outerNetwork int

// firstSockets is how many unused TCP sockets the runner gets at first.
const firstSockets = 12

// network makes the networks of a world. After the first error it does nothing.
type network struct {
	setup        *setup
	inner, outer *netlink.Handle
	err          error
}

func (n *network) do(step string, err error) {
	if n.err == nil && err != nil {
		n.err = &stepError{step, err}
	}
}

// makeNetwork makes the outer network and connects it. This thread is in the inner network before and after.
func makeNetwork(s *setup) (*sockets, error) {
	n := &network{setup: s}
	innerFD, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	n.do("opening the network", err)
	n.inner, err = netlink.NewHandle(unix.NETLINK_ROUTE)
	n.do("using the network", err)
	n.do("making a network", unix.Unshare(unix.CLONE_NEWNET))
	if n.err != nil {
		return nil, n.err
	}
	out := &sockets{}
	out.outer, err = unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	n.do("opening the outer network", err)
	n.outer, err = netlink.NewHandle(unix.NETLINK_ROUTE)
	n.do("using the outer network", err)
	n.connect(out.outer)
	gateway := netip.MustParseAddr(s.Gateway)
	out.udp = n.bound(unix.SOCK_DGRAM, gateway)
	out.tcp = n.bound(unix.SOCK_STREAM, gateway)
	out.leaving = n.capture(outerDevice, false)
	for range firstSockets {
		fd, err := unusedSocket()
		n.do("making a socket", err)
		out.unused = append(out.unused, fd)
	}
	n.do("returning to the network", unix.Setns(innerFD, unix.CLONE_NEWNET))
	out.loopback = n.capture("lo", true)
	_ = unix.Close(innerFD)
	if n.err != nil {
		return nil, n.err
	}
	n.inner.Close()
	n.outer.Close()
	return out, nil
}

func unusedSocket() (int, error) {
	return unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
}

func (n *network) connect(outer int) {
	if n.err != nil {
		return
	}
	n.do("making a network device", n.inner.LinkAdd(&netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: innerDevice}, PeerName: outerDevice, PeerNamespace: netlink.NsFd(outer),
	}))
	outerLo, _ := n.up(n.outer, "lo"), n.up(n.inner, "lo")
	up, eth := n.up(n.outer, outerDevice), n.up(n.inner, innerDevice)
	if n.err != nil {
		return
	}
	n.address(n.outer, up, n.setup.Gateway, 24)
	n.address(n.inner, eth, n.setup.Address, 24)
	n.do("adding a route", n.inner.RouteAdd(&netlink.Route{LinkIndex: eth, Dst: everywhere(4), Gw: net.ParseIP(n.setup.Gateway)}))
	// The network of the provider is the exception to the route that makes all addresses local.
	n.local(up, subnet(n.setup.Gateway, 24, 32), unix.RTN_UNICAST)
	n.local(outerLo, everywhere(4), unix.RTN_LOCAL)
	if n.err != nil {
		return
	}
	six := n.err
	if n.address(n.outer, up, n.setup.Gateway6, 64); n.err == nil {
		n.address(n.inner, eth, n.setup.Address6, 64)
		n.do("adding a route", n.inner.RouteAdd(&netlink.Route{LinkIndex: eth, Dst: everywhere(6), Gw: net.ParseIP(n.setup.Gateway6)}))
		n.local(up, subnet(n.setup.Gateway6, 64, 128), unix.RTN_UNICAST)
		n.local(up, subnet("fe80::1", 64, 128), unix.RTN_UNICAST)
		n.local(outerLo, everywhere(6), unix.RTN_LOCAL)
	}
	n.err = six // a system without IPv6 has nothing to see there
}

func (n *network) up(h *netlink.Handle, name string) int {
	if n.err != nil {
		return 0
	}
	link, err := h.LinkByName(name)
	if err != nil {
		n.do("finding the device "+name, err)
		return 0
	}
	n.do("using the device "+name, h.LinkSetUp(link))
	return link.Attrs().Index
}

func (n *network) address(h *netlink.Handle, link int, ip string, bits int) {
	if n.err != nil {
		return
	}
	a := &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(ip), Mask: net.CIDRMask(bits, 128)}}
	if four := a.IP.To4(); four != nil {
		a.IPNet = &net.IPNet{IP: four, Mask: net.CIDRMask(bits, 32)}
	} else {
		a.Flags = unix.IFA_F_NODAD
	}
	n.do("setting an address", h.AddrAdd(&netlink.GenericLink{LinkAttrs: netlink.LinkAttrs{Index: link}}, a))
}

// local adds a route to the table that decides which addresses are those of the outer network itself.
func (n *network) local(link int, dst *net.IPNet, kind int) {
	if n.err != nil {
		return
	}
	scope := netlink.SCOPE_HOST
	if kind == unix.RTN_UNICAST {
		scope = netlink.SCOPE_LINK
	}
	n.do("adding a route", n.outer.RouteReplace(&netlink.Route{LinkIndex: link, Dst: dst, Type: kind, Scope: scope, Table: unix.RT_TABLE_LOCAL}))
}

func everywhere(version int) *net.IPNet {
	if version == 4 {
		return &net.IPNet{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)}
	}
	return &net.IPNet{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)}
}

func subnet(ip string, bits, size int) *net.IPNet {
	mask := net.CIDRMask(bits, size)
	return &net.IPNet{IP: net.ParseIP(ip).Mask(mask), Mask: mask}
}

// bound makes a socket at port 53 of the gateway.
func (n *network) bound(kind int, ip netip.Addr) int {
	if n.err != nil {
		return -1
	}
	fd, err := unix.Socket(unix.AF_INET, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	n.do("making a socket", err)
	if n.err != nil {
		return -1
	}
	n.do("binding port 53", unix.Bind(fd, &unix.SockaddrInet4{Port: 53, Addr: ip.As4()}))
	if kind == unix.SOCK_STREAM && n.err == nil {
		n.do("listening at port 53", unix.Listen(fd, 16))
	}
	return fd
}

// capture makes a socket that receives the packets that begin something on a device: requests for connections and whatever is
// not TCP.
func (n *network) capture(device string, outgoing bool) int {
	if n.err != nil {
		return -1
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		n.do("making a socket that sees packets", err)
		return -1
	}
	raw, err := bpf.Assemble(filter(outgoing))
	n.do("making a filter", err)
	program := make([]unix.SockFilter, 0, len(raw))
	for _, i := range raw {
		program = append(program, unix.SockFilter{Code: i.Op, Jt: i.Jt, Jf: i.Jf, K: i.K})
	}
	n.do("setting a filter", unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}))
	link, err := net.InterfaceByName(device)
	if err != nil {
		n.do("finding the device "+device, err)
		return fd
	}
	n.do("seeing packets", unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: swap(unix.ETH_P_ALL), Ifindex: link.Index}))
	return fd
}

// swap returns a number in the byte order of the network.
func swap(n uint16) uint16 { return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, n)) }

// snap is how much of a packet is kept, in bytes.
const snap = 128

// filter returns the program that selects packets. A device shows each packet on loopback twice, of which it keeps one.
func filter(outgoing bool) []bpf.Instruction {
	const outgoingPacket = 4 // PACKET_OUTGOING
	const syn, synAck = 0x02, 0x12
	keep := bpf.RetConstant{Val: snap}
	drop := bpf.RetConstant{Val: 0}
	direction := bpf.JumpIf{Cond: bpf.JumpEqual, Val: outgoingPacket, SkipTrue: 1}
	if outgoing {
		direction = bpf.JumpIf{Cond: bpf.JumpEqual, Val: outgoingPacket, SkipFalse: 1}
	}
	return []bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtType},
		direction,
		bpf.Jump{Skip: 1},
		drop,
		bpf.LoadExtension{Num: bpf.ExtProto},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.ETH_P_IP, SkipFalse: 7},
		bpf.LoadAbsolute{Off: 9, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.IPPROTO_TCP, SkipFalse: 10},
		bpf.LoadMemShift{Off: 0},
		bpf.LoadIndirect{Off: 13, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: synAck},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: syn, SkipTrue: 6},
		drop,
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.ETH_P_IPV6, SkipFalse: 5},
		bpf.LoadAbsolute{Off: 6, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.IPPROTO_TCP, SkipFalse: 2},
		bpf.LoadAbsolute{Off: 53, Size: 1},
		bpf.Jump{Skip: 2},
		keep,
		drop,
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: synAck},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: syn, SkipTrue: 1},
		drop,
		keep,
	}
}
