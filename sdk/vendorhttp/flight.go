// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"net/http/httptrace"
	"sync/atomic"
)

// flight learns from the transport how far a request got.
type flight struct {
	trace httptrace.ClientTrace
	// wrote: the headers went to the connection's buffer, so the whole request may have gone to the vendor.
	wrote atomic.Bool
	// conn is the connection, and before what it had written when it was taken; nil where that is not known.
	conn   *watchedConn
	before int64
}

func newFlight() *flight {
	f := &flight{}
	f.trace.WroteHeaders = func() { f.wrote.Store(true) }
	// The transport takes another connection only where the one before carried nothing to the vendor.
	f.trace.GetConn = func(string) { f.wrote.Store(false) }
	f.trace.GotConn = func(info httptrace.GotConnInfo) {
		if f.conn = watchedBy(info.Conn); f.conn != nil {
			f.before = f.conn.written.Load()
		}
	}
	return f
}

func (f *flight) maybeSent() bool {
	return f.wrote.Load() && (f.conn == nil || f.conn.written.Load() != f.before)
}
