// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package netclose closes listeners for every process that has their socket.
package netclose

import "net"

// Listener closes a listener, so that connections are refused and somebody can listen at its address again when it returns.
//
// Close alone ends the listening only with the last descriptor of the socket. A process that is being started holds a copy of
// each descriptor until it runs its program, and until then the system accepts connections that nobody serves.
func Listener(l net.Listener) error {
	stop(l)
	return l.Close()
}
