// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// resolver answers the lookups of names in one world.
type resolver struct {
	world *World
}

// serveUDP answers until the socket is closed.
func (r *resolver) serveUDP(conn net.PacketConn) {
	buf := make([]byte, 64<<10)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if answer := r.answer(buf[:n]); answer != nil {
			_, _ = conn.WriteTo(answer, from)
		}
	}
}

// serveTCP answers until the listener is closed.
func (r *resolver) serveTCP(listener net.Listener) {
	var open sync.WaitGroup
	defer open.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		stop := r.world.closing(func() { _ = conn.Close() })
		open.Go(func() {
			defer stop()
			defer func() { _ = conn.Close() }()
			r.converse(conn)
		})
	}
}

// answer returns the answer to a query, or nil for what is not a query. A name of the vendor has an address of version 4. All
// other names do not exist, and looking them up is recorded.
func (r *resolver) answer(query []byte) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil || header.Response {
		r.world.record("a packet to the resolver that is not a query")
		return nil
	}
	question, err := p.Question()
	if err != nil {
		r.world.record("a packet to the resolver that asks nothing")
		return nil
	}
	name := strings.ToLower(strings.TrimSuffix(question.Name.String(), "."))
	address, known := r.world.lookUp(name)
	answer := dnsmessage.Header{ID: header.ID, Response: true, RecursionDesired: header.RecursionDesired, RecursionAvailable: true}
	if !known {
		answer.RCode = dnsmessage.RCodeNameError
		r.world.record(fmt.Sprintf("a lookup of the name %q", name))
	}
	b := dnsmessage.NewBuilder(nil, answer)
	b.EnableCompression()
	err = errors.Join(b.StartQuestions(), b.Question(question), b.StartAnswers())
	if known && question.Type == dnsmessage.TypeA {
		err = errors.Join(err, b.AResource(
			dnsmessage.ResourceHeader{Name: question.Name, Class: question.Class, TTL: 60}, dnsmessage.AResource{A: address.As4()}))
	}
	if err != nil {
		return nil
	}
	out, err := b.Finish()
	if err != nil {
		return nil
	}
	return out
}

// publicBlocks are networks in which many companies have the servers of their APIs. The addresses of a world are drawn from
// them; packets to them never leave the world.
var publicBlocks = []string{
	"104.16.0.0/13", "172.64.0.0/13", "13.32.0.0/15", "18.64.0.0/14", "34.96.0.0/14", "35.190.0.0/17", "52.84.0.0/15", "151.101.0.0/16",
}

// publicAddress draws an address.
func publicAddress(r *rand.Rand) netip.Addr {
	block := netip.MustParsePrefix(publicBlocks[r.IntN(len(publicBlocks))])
	base := block.Addr().As4()
	host := r.Uint32() >> block.Bits()
	for i := range base {
		base[i] |= byte(host >> (24 - 8*i))
	}
	if base[3] == 0 || base[3] == 255 {
		base[3] = 17
	}
	return netip.AddrFrom4(base)
}
