//go:build !unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package netclose

import "net"

// stop does nothing: processes inherit no sockets here.
func stop(net.Listener) {}
