// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"

	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// surelyRoom is how many bytes of requests a provider may have that did not answer them while a request surely does not wait for
// it: half of the window with which gRPC begins.
const surelyRoom = 32 << 10

// openStream is a stream with its calls.
type openStream struct {
	rpc    grpc.BidiStreamingClient[providerpb.SendStreamRequest, providerpb.SendStreamResponse]
	cancel context.CancelFunc
	done   chan struct{} // closed when the stream and all its calls have ended

	mu         sync.Mutex
	calls      map[uint64]*streamCall // that have no last answer yet; nil when the stream has ended
	unanswered int                    // bytes of their requests
}

// streamCall is a call of a stream.
type streamCall struct {
	id      uint64
	size    int // of its request, in bytes
	batches []message.Batch
	ended   chan error // gets the error of the call, once

	// mu is held while outcomes are answered, so that none is when the caller has left.
	mu     sync.Mutex
	answer func(outcome.Outcome) // nil if the caller has left
	limit  *answerLimit
	over   bool // the error is in ended
}

// add registers a call. It returns false if the stream has ended.
func (o *openStream) add(call *streamCall) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.calls == nil {
		return false
	}
	o.calls[call.id] = call
	o.unanswered += call.size
	return true
}

// has reports whether a call has no last answer yet.
func (o *openStream) has(call *streamCall) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls[call.id] == call
}

// write writes the request of a call that was added. If that has to wait for the provider to read, and the context ends, the whole
// stream ends, because the provider has read nothing for as long as a call may take.
func (o *openStream) write(ctx context.Context, frame mem.BufferSlice) error {
	o.mu.Lock()
	mayWait := o.unanswered > surelyRoom
	o.mu.Unlock()
	if mayWait {
		defer context.AfterFunc(ctx, o.cancel)()
	}
	err := o.rpc.SendMsg(frame)
	if err != nil {
		o.cancel()
	}
	return err
}

// receive answers the calls until the stream ends, and then ends those that are left.
func (o *openStream) receive() {
	defer close(o.done)
	err := o.answers()
	o.cancel()
	o.mu.Lock()
	left := o.calls
	o.calls = nil
	o.mu.Unlock()
	for _, call := range left {
		call.end(err)
	}
}

// answers answers the calls. It returns nil if the provider ends the stream with the status OK.
func (o *openStream) answers() error {
	for {
		var response encodedResponse
		err := o.rpc.RecvMsg(&response)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = convert.EachAnswer(response.ReadOnlyData(), o.take)
		response.Free()
		if err != nil {
			return err
		}
	}
}

// take passes on one answer. An error ends the stream: receive ends the call with all others then, when no call can join the stream any more.
func (o *openStream) take(a *convert.Answer) error {
	o.mu.Lock()
	call := o.calls[a.CallID]
	o.mu.Unlock()
	if call == nil {
		return fmt.Errorf("the provider answers the call %d, which is not under way", a.CallID)
	}
	if err := call.take(a); err != nil || a.End == nil {
		return err
	}
	o.mu.Lock()
	delete(o.calls, call.id)
	o.unanswered -= call.size
	o.mu.Unlock()
	call.end(convert.SendEndFromProto(a.End))
	return nil
}

// take passes on the outcomes of an answer.
func (c *streamCall) take(a *convert.Answer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return a.Outcomes(c.takeOne, c.takeSeveral)
}

// takeOne passes on the outcome of one delivery.
func (c *streamCall) takeOne(o outcome.Outcome) error {
	if err := c.limit.take(1); err != nil {
		return err
	}
	if c.answer != nil {
		c.answer(o)
	}
	return nil
}

// takeSeveral passes on the outcome of any number of deliveries.
func (c *streamCall) takeSeveral(o *providerpb.Outcome) error {
	if err := c.limit.take(1 + len(o.GetOtherDeliveryIds())); err != nil {
		return err
	}
	if c.answer != nil {
		convert.EachOutcome(o, c.answer)
	}
	if len(o.GetDeliveries()) == 0 {
		return nil
	}
	shared := convert.OutcomeFromProto(o)
	for _, r := range o.GetDeliveries() {
		if err := c.takeRange(shared, int(r.GetFirst()), int(r.GetCount())); err != nil {
			return err
		}
	}
	return nil
}

// takeRange passes on the outcome of deliveries that are named by their places.
func (c *streamCall) takeRange(o outcome.Outcome, first, count int) error {
	if err := c.limit.take(count); err != nil {
		return err
	}
	end := first + count
	for _, b := range c.batches {
		n := len(b.Deliveries)
		if c.answer != nil && first < n {
			for _, d := range b.Deliveries[first:min(end, n)] {
				o.DeliveryID = d.DeliveryID
				c.answer(o)
			}
		}
		first, end = max(0, first-n), end-n
		if end <= 0 {
			return nil
		}
	}
	return errors.New("the provider answers more deliveries than it was given")
}

// end ends the call. Only the first error counts.
func (c *streamCall) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.over, c.answer = true, nil
		c.ended <- err
	}
}

// leave stops the answers because the caller waits no longer. It returns false if the call has ended.
func (c *streamCall) leave() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = nil
	return !c.over
}
