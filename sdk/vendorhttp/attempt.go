// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
)

// attempt records how far the transport got with one request.
type attempt struct {
	// wrote is true once the headers are in the connection's buffer: the whole request may have left.
	wrote atomic.Bool
	// conn is the connection, or nil if it is not a watchedConn. before is the number of bytes that it had written when
	// the request got it.
	conn   *watchedConn
	before int64
	// handshake is true if the TLS handshake of a connection for this request has failed.
	handshake atomic.Bool
	// certificateAsked is true if the vendor asked for a client certificate.
	certificateAsked atomic.Bool
}

// trace returns what the Transport of net/http tells the attempt.
func (a *attempt) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		WroteHeaders:     func() { a.wrote.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { a.handshake.Store(err != nil) },
		// The transport takes another connection only if the previous one sent nothing to the vendor.
		GetConn: func(string) { a.wrote.Store(false) },
		GotConn: func(info httptrace.GotConnInfo) {
			a.handshake.Store(false)
			if a.conn = watchedBy(info.Conn); a.conn != nil {
				a.before = a.conn.written.Load()
			}
		},
	}
}

// maybeSent reports whether a part of the request may have reached the vendor.
func (a *attempt) maybeSent() bool {
	return a.wrote.Load() && (a.conn == nil || a.conn.written.Load() != a.before)
}

// served records that the connection carried a response.
func (a *attempt) served() {
	if a.conn != nil {
		a.conn.served.Store(true)
	}
}
