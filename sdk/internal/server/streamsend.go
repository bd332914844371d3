// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"log/slog"
	"runtime"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/handshake"
	"github.com/wahost/wahost/sdk/internal/providerpb"
)

// spareBytes is the largest capacity of a buffer that is kept.
const spareBytes = 64 << 10

// send sends what waits, unless another goroutine does, which then sends that too. So no goroutine is woken for a single answer,
// and many answers share a response. The mutex must be held; send releases it.
func (st *sendStream) send() {
	if st.sending {
		st.mu.Unlock()
		return
	}
	st.sending = true
	var ended []finished
	for {
		if len(st.byID) > 0 {
			// Outcomes that are about to arrive are sent in the same response.
			st.mu.Unlock()
			runtime.Gosched()
			st.mu.Lock()
		}
		answers := st.waiting
		st.waiting, st.spare = st.spare, nil
		ended, st.ended = st.ended, ended[:0]
		broken := st.broken
		st.mu.Unlock()
		if !broken {
			broken = st.write(answers) != nil
		}
		for _, c := range ended {
			c.finish()
		}
		clear(ended)
		st.mu.Lock()
		if cap(answers) <= spareBytes {
			st.spare = answers[:0]
		}
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

// write sends answers, in several responses if they are too large for one.
func (st *sendStream) write(answers []byte) error {
	for len(answers) > 0 {
		n := len(answers)
		if n > handshake.MaxMessageBytes {
			n = convert.AnswersWithin(answers, handshake.MaxMessageBytes)
		}
		// Fields that protobuf does not know are written as they are.
		resp := &providerpb.SendStreamResponse{}
		resp.ProtoReflect().SetUnknown(answers[:n])
		if err := st.stream.Send(resp); err != nil {
			return err
		}
		answers = answers[n:]
	}
	return nil
}
