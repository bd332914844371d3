// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
)

// conns remembers the connections to a process. When the process ends while go-plugin connects to it, go-plugin
// forgets the connection without closing it; each makes a stream first, and that is where they are seen.
type conns struct {
	last atomic.Pointer[grpc.ClientConn]
	mu   sync.Mutex
	all  []*grpc.ClientConn
}

func (c *conns) intercept(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, stream grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	if c.last.Swap(conn) != conn {
		c.mu.Lock()
		c.all = append(c.all, conn)
		c.mu.Unlock()
	}
	return stream(ctx, desc, conn, method, opts...)
}

// close closes what is still open; a connection may be closed twice.
func (c *conns) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.all {
		_ = conn.Close()
	}
}
