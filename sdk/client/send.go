// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// NotSentError is the error of a call that did not leave the host: the provider does not know of it.
type NotSentError struct {
	// Cause is a gRPC status.
	Cause error
}

// Error returns the text of the cause.
func (e *NotSentError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *NotSentError) Unwrap() error { return e.Cause }

// SendMessages sends batches over one channel. It calls answer with the outcome of each delivery as soon as it is known,
// in any order and from one goroutine. If it returns an error, deliveries without an outcome may have reached the vendor,
// except with a *NotSentError and with the status FailedPrecondition: then nothing was sent.
//
// A message that cannot be encoded or that is too large for a call is rejected, and the others are sent. Batches that are too
// large together are sent in several calls.
func (c *Client) SendMessages(ctx context.Context, channelID string, batches []message.Batch, answer func(outcome.Outcome)) error {
	return c.SendRecorded(ctx, channelID, batches, "", answer)
}

// SendRecorded is SendMessages with the path of a file in which the provider may record the deliveries that it begins: see
// begun_file in the protocol.
func (c *Client) SendRecorded(ctx context.Context, channelID string, batches []message.Batch, begunFile string, answer func(outcome.Outcome)) error {
	err := c.send(ctx, c.request(channelID, batches, begunFile), batches, answer)
	var notSent *NotSentError
	if !errors.As(err, &notSent) {
		return err
	}
	if code := status.Code(notSent.Cause); code != codes.Internal && code != codes.ResourceExhausted {
		return err
	}
	fit := refuseUnfit(batches, answer)
	calls := split(fit, MaxMessageBytes)
	if len(calls) == 1 && countDeliveries(fit) == countDeliveries(batches) {
		return err // neither a message nor their sum is at fault
	}
	for _, call := range calls {
		c.sendPart(ctx, c.request(channelID, call, begunFile), call, answer)
	}
	return nil
}

// send makes one call.
func (c *Client) send(ctx context.Context, req *providerpb.SendMessagesRequest, batches []message.Batch, answer func(outcome.Outcome)) error {
	if c.sendStream.Load() {
		return c.sendOver(ctx, req, batches, answer)
	}
	// The call ends with its context, also where it is given up because of what the provider answers.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.SendMessages(ctx, req)
	if err != nil {
		// For a call with a stream of responses, grpc-go returns only errors from before the request is written: that it
		// cannot be encoded, is too large, or has no connection. All others come from Recv.
		return &NotSentError{Cause: err}
	}
	answers := newAnswerLimit(batches)
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, o := range resp.GetOutcomes() {
			if err := answers.take(1 + len(o.GetOtherDeliveryIds())); err != nil {
				return err
			}
			convert.EachOutcome(o, answer)
		}
	}
}

// request returns the request of a call. Over a stream, deliveries are packed.
func (c *Client) request(channelID string, batches []message.Batch, begunFile string) *providerpb.SendMessagesRequest {
	if !c.sendStream.Load() {
		return request(channelID, batches, begunFile)
	}
	req := &providerpb.SendMessagesRequest{ChannelId: channelID, BegunFile: begunFile, Batches: make([]*providerpb.Batch, 0, len(batches))}
	for _, b := range batches {
		pb := &providerpb.Batch{Message: b.Message, Packed: convert.Pack(b.Deliveries)}
		if pb.Packed == nil {
			pb.Deliveries = deliveries(b)
		}
		req.Batches = append(req.Batches, pb)
	}
	return req
}

func request(channelID string, batches []message.Batch, begunFile string) *providerpb.SendMessagesRequest {
	req := &providerpb.SendMessagesRequest{ChannelId: channelID, BegunFile: begunFile, Batches: make([]*providerpb.Batch, 0, len(batches))}
	for _, b := range batches {
		req.Batches = append(req.Batches, &providerpb.Batch{Message: b.Message, Deliveries: deliveries(b)})
	}
	return req
}

func deliveries(b message.Batch) []*providerpb.Delivery {
	all := make([]*providerpb.Delivery, len(b.Deliveries))
	// One allocation for all deliveries: there may be thousands.
	encoded, recipients := make([]providerpb.Delivery, len(b.Deliveries)), make([]providerpb.Recipient, len(b.Deliveries))
	for i, d := range b.Deliveries {
		recipients[i].Kind, recipients[i].Address = convert.RecipientKindToProto(d.To.Kind), d.To.Address
		encoded[i].DeliveryId, encoded[i].To = d.DeliveryID, &recipients[i]
		all[i] = &encoded[i]
	}
	return all
}

// sendPart makes one of several calls and answers each of its deliveries, also when the call fails.
func (c *Client) sendPart(ctx context.Context, req *providerpb.SendMessagesRequest, batches []message.Batch, answer func(outcome.Outcome)) {
	answered := map[string]bool{}
	err := c.send(ctx, req, batches, func(o outcome.Outcome) {
		answered[o.DeliveryID] = true
		answer(o)
	})
	var notSent *NotSentError
	none := errors.As(err, &notSent) || status.Code(err) == codes.FailedPrecondition
	for _, b := range batches {
		for _, d := range b.Deliveries {
			if answered[d.DeliveryID] {
				continue
			}
			var o outcome.Outcome
			switch {
			case none:
				o = outcome.Reject(outcome.ReasonVendorUnavailable, "", "not attempted: %v", err)
				o.Rejected.Retry = outcome.RetrySafe
			case err != nil:
				o = outcome.NewUnknown(fmt.Sprintf("no answer from the provider: %v", err))
			default:
				o = outcome.NewUnknown("the provider ended the call without an outcome for this message")
			}
			o.DeliveryID = d.DeliveryID
			answer(o)
		}
	}
}
