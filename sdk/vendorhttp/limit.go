// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"io"
	"time"
)

// limit bounds one call of a Client: it ends with the context of the caller, and when the time is up. It has no timer, because an
// exchange over a connection of a pool has the deadline of the connection. What waits for anything else uses timed.
type limit struct {
	ctx   context.Context //nolint:containedctx // it is passed down like a context, and ends with the call
	until time.Time
	own   bool // until is not the deadline of the context
}

func newLimit(ctx context.Context, timeout time.Duration) *limit {
	l := &limit{ctx: ctx, until: time.Now().Add(timeout), own: true}
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(l.until) {
		l.until, l.own = deadline, ctx.Done() == nil
	}
	return l
}

// err returns why the limit has ended, as a context does, or nil. If the deadline of the context has passed, the context itself has ended when
// err returns, which a moment before it need not have: the caller may ask it.
func (l *limit) err() error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if time.Now().Before(l.until) {
		return nil
	}
	if !l.own {
		<-l.ctx.Done()
		return l.ctx.Err()
	}
	return context.DeadlineExceeded
}

// timed returns a context that ends with the limit. The caller must call the function when it does not need it any longer.
func (l *limit) timed() (context.Context, context.CancelFunc) {
	return context.WithDeadline(l.ctx, l.until)
}

// timedBody is the body of a response whose request had a context of its own.
type timedBody struct {
	io.ReadCloser
	end context.CancelFunc
}

// Close closes the body and ends the context.
func (b *timedBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}
