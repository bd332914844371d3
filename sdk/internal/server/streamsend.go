// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"log/slog"
	"runtime"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/internal/handshake"
	"github.com/wahost/wahost/sdk/internal/providerpb"
)

// send sends what waits, unless another goroutine does, which then sends that too. So no goroutine is woken for a single answer,
// and many answers share a response. The mutex must be held; send releases it.
func (st *sendStream) send() {
	if st.sending {
		st.mu.Unlock()
		return
	}
	st.sending = true
	for {
		if len(st.byID) > 0 {
			// Outcomes that are about to arrive are sent in the same response.
			st.mu.Unlock()
			runtime.Gosched()
			st.mu.Lock()
		}
		var ended []finished
		resp := &providerpb.SendStreamResponse{Answers: make([]*providerpb.SendAnswer, 0, len(st.waiting))}
		for _, c := range st.waiting {
			resp.Answers = append(resp.Answers, c.answer)
			if end := c.answer.GetEnd(); end != nil {
				ended = append(ended, finished{c, codes.Code(end.GetCode())})
			}
			c.answer = nil
		}
		clear(st.waiting)
		st.waiting = st.waiting[:0]
		broken := st.broken
		st.mu.Unlock()
		if !broken {
			broken = st.write(resp) != nil
		}
		for _, c := range ended {
			c.finish()
		}
		st.mu.Lock()
		st.broken = broken
		if len(st.waiting) == 0 {
			st.sending = false
			st.mu.Unlock()
			return
		}
	}
}

// finished is a call with the status that it ended with.
type finished struct {
	*streamCall
	code codes.Code
}

// finish releases what the call used, when its end was sent. It logs the call as gRPC's interceptors log one of its own.
func (c finished) finish() {
	if c.end != nil {
		c.end()
	}
	if slog.Default().Enabled(c.of.ctx, slog.LevelDebug) {
		slog.Debug("rpc", "rpc", providerpb.ProviderService_SendMessages_FullMethodName,
			"duration", time.Since(c.started).String(), "code", c.code.String())
	}
	c.of.calls.Done()
}

// write sends a response, in parts if it is too large for one message.
func (st *sendStream) write(resp *providerpb.SendStreamResponse) error {
	if proto.Size(resp) <= handshake.MaxMessageBytes {
		return st.stream.Send(resp)
	}
	part := func(a *providerpb.SendAnswer) error {
		return st.stream.Send(&providerpb.SendStreamResponse{Answers: []*providerpb.SendAnswer{a}})
	}
	for _, a := range resp.GetAnswers() {
		for _, o := range a.GetOutcomes() {
			if err := part(&providerpb.SendAnswer{CallId: a.GetCallId(), Outcomes: []*providerpb.Outcome{o}}); err != nil {
				return err
			}
		}
		if a.GetEnd() != nil {
			if err := part(&providerpb.SendAnswer{CallId: a.GetCallId(), End: a.GetEnd()}); err != nil {
				return err
			}
		}
	}
	return nil
}
