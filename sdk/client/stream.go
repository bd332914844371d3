// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// channelStream sends the calls for one channel over a stream, which is opened when it is needed.
type channelStream struct {
	client *Client
	turn   chan struct{} // has a value while somebody opens the stream or writes to it
	open   *openStream   // nil before the first call; only for who has the turn
}

// SendsOverStream reports whether the metadata said that the provider serves streams. It is false before Metadata.
func (c *Client) SendsOverStream() bool { return c.sendStream.Load() }

// stream returns the stream for a channel.
func (c *Client) stream(channelID string) *channelStream {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.streams[channelID]
	if s == nil {
		s = &channelStream{client: c, turn: make(chan struct{}, 1)}
		if c.streams == nil {
			c.streams = map[string]*channelStream{}
		}
		c.streams[channelID] = s
	}
	return s
}

// endStream ends the stream for a channel. Its calls go on.
func (c *Client) endStream(ctx context.Context, channelID string) {
	c.mu.Lock()
	s := c.streams[channelID]
	delete(c.streams, channelID)
	c.mu.Unlock()
	if s == nil || s.take(ctx) != nil {
		return
	}
	defer s.release()
	if s.open != nil {
		_ = s.open.rpc.CloseSend()
		s.open = nil
	}
}

// sendOver makes one call over the stream of the channel.
func (c *Client) sendOver(ctx context.Context, req *providerpb.SendMessagesRequest, batches []message.Batch, answer func(outcome.Outcome)) error {
	if ctx.Err() != nil {
		return &NotSentError{Cause: contextStatus(ctx)}
	}
	id := c.callID.Add(1)
	frame, err := encodeCall(ctx, id, req)
	if err != nil {
		return &NotSentError{Cause: err}
	}
	s := c.stream(req.GetChannelId())
	call, err := s.send(ctx, frame, func() *streamCall {
		return &streamCall{id: id, size: frame.Len(), batches: batches, answer: answer, limit: newAnswerLimit(batches), ended: make(chan error, 1)}
	})
	frame.Free()
	if err != nil {
		return &NotSentError{Cause: err}
	}
	select {
	case err := <-call.ended:
		return err
	case <-ctx.Done():
	}
	if !call.leave() {
		return <-call.ended
	}
	go s.cancel(call)
	return contextStatus(ctx)
}

// send writes the request of a call. If it returns an error, which is a status, the request was not written, not even in part.
func (s *channelStream) send(ctx context.Context, frame mem.BufferSlice, newCall func() *streamCall) (*streamCall, error) {
	if err := s.take(ctx); err != nil {
		return nil, err
	}
	defer s.release()
	for isNew := false; ; {
		call := newCall()
		if s.open == nil || !s.open.add(call) {
			if isNew {
				return nil, errStreamEnded
			}
			var err error
			if s.open, err = s.reopen(ctx); err != nil {
				return nil, err
			}
			isNew = true
			continue
		}
		if s.open.write(ctx, frame) == nil {
			return call, nil
		}
		// gRPC did not take the request, because the stream has ended.
		<-s.open.done
		err := <-call.ended
		switch {
		case ctx.Err() != nil:
			return nil, contextStatus(ctx)
		case isNew && err != nil:
			return nil, err
		}
	}
}

// errStreamEnded is the error of a call on a stream that the provider ended as soon as it was opened.
var errStreamEnded = status.Error(codes.Unavailable, "the provider ended the stream")

// reopen opens the stream.
func (s *channelStream) reopen(ctx context.Context) (*openStream, error) {
	// The stream outlives the call that opens it.
	of, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	rpc, err := s.client.rpc.SendStream(of, grpc.ForceCodecV2(frameCodec{}))
	if !stop() {
		err = contextStatus(ctx)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	o := &openStream{rpc: rpc, cancel: cancel, done: make(chan struct{}), calls: map[uint64]*streamCall{}}
	go o.receive()
	return o, nil
}

// cancel tells the provider that nobody waits for a call any longer.
func (s *channelStream) cancel(call *streamCall) {
	frame, err := encode(&providerpb.SendStreamRequest{CallId: call.id, Action: &providerpb.SendStreamRequest_Cancel{Cancel: &providerpb.CancelSend{}}})
	if err != nil {
		return
	}
	defer frame.Free()
	s.turn <- struct{}{}
	defer s.release()
	if s.open != nil && s.open.has(call) {
		_ = s.open.rpc.SendMsg(frame)
	}
}

// take waits for the turn. The error is a status.
func (s *channelStream) take(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return contextStatus(ctx)
	}
}

func (s *channelStream) release() { <-s.turn }

func contextStatus(ctx context.Context) error { return status.FromContextError(ctx.Err()).Err() }
