// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package proto

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

func needsStream(f *suite.Facts) string {
	if !f.SendStream {
		return "send_stream"
	}
	return suite.NeedsAnyKind(f)
}

// sendCall sends as a host does that knows no streams.
func sendCall(ctx context.Context, e *suite.Env) {
	_, via, _ := configured(ctx, e, suite.RawOptions{})
	if s := via.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
		e.Failf("SendMessages", "accepted and delivered", "%s, %d deliveries", s, s.Deliveries)
	}
}

// sendStream makes calls over a stream that is written by hand: one that the vendor does not answer, one that must be refused and
// one that must be accepted beside it. Then it cancels the first.
func sendStream(ctx context.Context, e *suite.Env) {
	conn, _, _ := configured(ctx, e, suite.RawOptions{})
	within, cancel := context.WithTimeout(ctx, 4*answerTimeout+e.Grace())
	defer cancel()
	s, err := conn.NewStream(within, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, service+"SendStream", suite.Bytes())
	if err != nil {
		e.Fatalf("SendStream", "a stream, as the metadata declares", "%v", err)
	}
	calls := &rawCalls{env: e, stream: s, ends: map[uint64]uint64{}, outcomes: map[uint64]int{}}
	const silent, refused, served = 1, 2, 3
	to := e.Recipient()
	if err := e.Emulator().ScriptFor(to.Address, emulator.MustFault("hang")); err != nil {
		e.Blocked("the fault cannot be played: %v", err)
	}
	seen := e.Emulator().Counts().Requests
	calls.send(silent, e.ChannelID(), to)
	wait, stop := context.WithTimeout(ctx, answerTimeout)
	defer stop()
	if e.Emulator().Wait(wait, seen+1) != nil {
		e.Fatalf("wire", "a vendor request for the first call", "none within %s", answerTimeout)
	}
	calls.send(refused, e.ChannelID()+"-that-is-not-open", e.Recipient())
	calls.send(served, e.ChannelID(), e.Recipient())
	calls.until(refused, served)
	if code := codes.Code(calls.ends[refused]); code != codes.FailedPrecondition {
		e.Failf("call for a channel that is not open", "it ends with FAILED_PRECONDITION", "%s", code)
	}
	if calls.ends[served] != 0 || calls.outcomes[served] != 1 {
		e.Failf("call beside others", "one outcome, and an end without a status", "%d outcomes, %s", calls.outcomes[served], codes.Code(calls.ends[served]))
	}
	if _, ended := calls.ends[silent]; ended {
		e.Failf("call that the vendor does not answer", "it goes on beside others", "it has ended")
	}
	began := time.Now()
	calls.write(protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), silent), 3, nil)
	calls.until(silent)
	if late := time.Since(began); late > e.Grace() {
		e.Failf("call that is cancelled", "it ends within "+e.Grace().String(), "after %s", late)
	}
	if err := s.CloseSend(); err != nil {
		e.Fatalf("SendStream", "a stream that the host can end", "%v", err)
	}
	if err := calls.receive(); !errors.Is(err, io.EOF) {
		e.Failf("SendStream", "the stream ends when the host ends it", "%v", err)
	}
}

// rawCalls are the calls of a stream.
type rawCalls struct {
	env      *suite.Env
	stream   grpc.ClientStream
	ends     map[uint64]uint64 // the status codes of the calls that have ended
	outcomes map[uint64]int
}

// send begins a call with one delivery.
func (c *rawCalls) send(id uint64, channelID string, to message.Recipient) {
	const phone = 1
	e := c.env
	req, err := sendRequest(channelID, e.DeliveryID(), message.Content(e.Minimal(e.Facts().AnyKind())), phone, to.Address)
	if err != nil {
		e.Blocked("the request cannot be written: %v", err)
	}
	c.write(protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), id), 2, req)
}

// write writes a request with an action.
func (c *rawCalls) write(id []byte, action protowire.Number, content []byte) {
	req := field(id, action, content)
	if err := c.stream.SendMsg(&req); err != nil {
		c.env.Fatalf("SendStream", "a stream that stays open", "%v", err)
	}
}

// until receives answers until calls have ended.
func (c *rawCalls) until(ids ...uint64) {
	for _, id := range ids {
		for {
			if _, ended := c.ends[id]; ended {
				break
			}
			if err := c.receive(); err != nil {
				c.env.Fatalf("SendStream", "an end of each call", "none of call %d: %v", id, err)
			}
		}
	}
}

// receive reads a response.
func (c *rawCalls) receive() error {
	var resp []byte
	if err := c.stream.RecvMsg(&resp); err != nil {
		return err
	}
	fields(resp, func(n protowire.Number, answer []byte) {
		if n != 1 {
			return
		}
		id := number(answer, 1)
		fields(answer, func(n protowire.Number, content []byte) {
			switch _, again := c.ends[id]; {
			case again:
				c.env.Failf("SendStream", "nothing follows the end of a call", "more for call %d", id)
			case n == 2:
				c.outcomes[id]++
			case n == 3:
				c.ends[id] = number(content, 1)
			}
		})
	})
	return nil
}

// number returns a number of an encoded message, or 0.
func number(b []byte, want protowire.Number) uint64 {
	for len(b) > 0 {
		n, typ, used := protowire.ConsumeTag(b)
		if used < 0 {
			return 0
		}
		b = b[used:]
		if n == want && typ == protowire.VarintType {
			v, _ := protowire.ConsumeVarint(b)
			return v
		}
		if used = protowire.ConsumeFieldValue(n, typ, b); used < 0 {
			return 0
		}
		b = b[used:]
	}
	return 0
}
