// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// begin returns an open channel and a context that ends with the call or with the grace of a stop. The caller must run
// the returned function at the end of the call.
func (s *Server) begin(parent context.Context, channelID string, deliveries int) (*channel, context.Context, func(), error) {
	ch, err := s.enter(channelID, deliveries)
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, end := s.calls.context(parent)
	return ch, ctx, func() {
		end()
		s.calls.leave()
	}, nil
}

// enter returns an open channel for a call, which must leave s.calls at its end.
func (s *Server) enter(channelID string, deliveries int) (*channel, error) {
	s.mu.RLock()
	ch := s.channels[channelID]
	s.mu.RUnlock()
	if ch == nil {
		return nil, status.Errorf(codes.FailedPrecondition, "channel %q is not open", channelID)
	}
	if !s.calls.enter(deliveries) {
		return nil, status.Error(codes.FailedPrecondition, "the provider is stopping")
	}
	return ch, nil
}

// guard runs the author's code. If it panics, the error says where: in words such as "while sending".
func guard(where, channel string, code func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			slog.Error("panic "+where, "channel", channel, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = fmt.Errorf("the provider panicked %s; see its log", where)
		}
	}()
	code()
	return nil
}

func notServed(what string) error {
	return status.Errorf(codes.Unimplemented, "the channel does not serve %s", what)
}

// checkID returns an error for an id that is not UTF-8. Such an id cannot be repaired, because it would be another id.
func checkID(what, id string) error {
	if utf8.ValidString(id) {
		return nil
	}
	return status.Errorf(codes.Internal, "the provider returned %s, and it is not valid UTF-8", what)
}

// SendSignal passes a signal to the channel.
func (s *Server) SendSignal(parent context.Context, req *providerpb.SendSignalRequest) (*providerpb.SendSignalResponse, error) {
	ch, ctx, done, err := s.begin(parent, req.GetChannelId(), 0)
	if err != nil {
		return nil, err
	}
	defer done()
	sender, ok := ch.channel.(provider.SignalSender)
	if !ok {
		return nil, notServed("signals")
	}
	o := refusedSignal(ch.caps, req.GetSignal())
	if o == nil {
		var made outcome.Outcome
		if err := guard("in SendSignal", ch.id, func() {
			made = sender.SendSignal(ctx, provider.SignalRequest{Signal: req.GetSignal(), To: convert.RecipientFromProto(req.GetTo())})
		}); err != nil {
			made = outcome.NewUnknown(err.Error())
		}
		made.DeliveryID = ""
		made = normalizeOutcome(made)
		o = &made
	}
	return &providerpb.SendSignalResponse{Outcome: convert.OutcomeToProto(*o)}, nil
}

// refusedSignal returns the rejection of a signal that the channel does not take, or nil.
func refusedSignal(caps capability.Capabilities, signal *message.Signal) *outcome.Outcome {
	var invalid *message.InvalidError
	if errors.As(message.ValidateSignal(signal), &invalid) {
		o := outcome.Reject(outcome.ReasonInvalidMessage, invalid.Problems[0].Path, "%s", invalid.Problems[0].Detail)
		return &o
	}
	if r := caps.CheckSignal(signal); r != nil {
		return &outcome.Outcome{Rejected: r}
	}
	return nil
}

// LookupMessage asks the channel what became of a message.
func (s *Server) LookupMessage(parent context.Context, req *providerpb.LookupMessageRequest) (*providerpb.LookupMessageResponse, error) {
	ch, ctx, done, err := s.begin(parent, req.GetChannelId(), 0)
	if err != nil {
		return nil, err
	}
	defer done()
	finder, ok := ch.channel.(provider.MessageFinder)
	if !ok {
		return nil, notServed("lookup")
	}
	find := provider.FindRequest{DeliveryID: req.GetDeliveryId(), ProviderMessageID: req.GetProviderMessageId(), To: convert.RecipientFromProto(req.GetTo())}
	if req.GetSentAt() != nil {
		find.SentAt = req.GetSentAt().AsTime()
	}
	var found provider.FindResult
	if err := guard("in FindMessage", ch.id, func() { found = finder.FindMessage(ctx, find) }); err != nil {
		found = provider.FindResult{Cause: err.Error()}
	}
	resp := convert.FindResultToProto(found)
	convert.RepairUTF8(resp.ProtoReflect())
	return resp, nil
}

// ListTemplates returns a page of the channel's templates.
func (s *Server) ListTemplates(parent context.Context, req *providerpb.ListTemplatesRequest) (*providerpb.ListTemplatesResponse, error) {
	ch, ctx, done, err := s.begin(parent, req.GetChannelId(), 0)
	if err != nil {
		return nil, err
	}
	defer done()
	lister, ok := ch.channel.(provider.TemplateLister)
	if !ok {
		return nil, notServed("templates")
	}
	var page provider.TemplatePage
	var rejected *outcome.Rejected
	if err := guard("in ListTemplates", ch.id, func() { page, rejected = lister.ListTemplates(ctx, req.GetPage()) }); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if err := checkID("the name of the next page", page.Next); err != nil {
		return nil, err
	}
	resp := convert.TemplatePageToProto(page, rejected)
	convert.RepairUTF8(resp.ProtoReflect())
	return resp, nil
}

// UploadMedia passes the media of a stream to the channel.
func (s *Server) UploadMedia(stream providerpb.ProviderService_UploadMediaServer) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	header := first.GetHeader()
	if header == nil {
		return status.Error(codes.InvalidArgument, "the first part of an upload must be its header")
	}
	ch, ctx, done, err := s.begin(stream.Context(), header.GetChannelId(), 0)
	if err != nil {
		return err
	}
	defer done()
	uploader, ok := ch.channel.(provider.MediaUploader)
	if !ok {
		return notServed("uploads of media")
	}
	reader, writer := io.Pipe()
	go func() {
		var size int64
		for {
			part, err := stream.Recv()
			if errors.Is(err, io.EOF) && header.GetSize() > 0 && size != header.GetSize() {
				err = fmt.Errorf("the content has %d bytes, and its header says %d", size, header.GetSize())
			}
			if err != nil {
				_ = writer.CloseWithError(err) // io.EOF is the end of the content
				return
			}
			size += int64(len(part.GetContent()))
			if _, err := writer.Write(part.GetContent()); err != nil {
				return
			}
		}
	}()
	defer func() { _ = reader.Close() }()
	var uploaded provider.UploadedMedia
	var rejected *outcome.Rejected
	if err := guard("in UploadMedia", ch.id, func() {
		uploaded, rejected = uploader.UploadMedia(ctx, provider.Media{
			MIMEType: header.GetMimeType(), Filename: header.GetFilename(), Size: header.GetSize(), Content: reader,
		})
	}); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	if err := checkID("the id of media", uploaded.ID); err != nil {
		return err
	}
	resp := convert.UploadedMediaToProto(uploaded, rejected)
	convert.RepairUTF8(resp.ProtoReflect())
	return stream.SendAndClose(resp)
}

// FetchMedia returns the media of an inbound message in parts.
func (s *Server) FetchMedia(req *providerpb.FetchMediaRequest, stream providerpb.ProviderService_FetchMediaServer) error {
	ch, ctx, done, err := s.begin(stream.Context(), req.GetChannelId(), 0)
	if err != nil {
		return err
	}
	defer done()
	fetcher, ok := ch.channel.(provider.MediaFetcher)
	if !ok {
		return notServed("media")
	}
	var media provider.Media
	var rejected *outcome.Rejected
	if err := guard("in FetchMedia", ch.id, func() { media, rejected = fetcher.FetchMedia(ctx, req.GetMedia()) }); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	if rejected == nil && media.Content == nil {
		return status.Error(codes.Internal, "the provider returned neither media nor a rejection")
	}
	resp := convert.MediaHeaderToProto(media, rejected)
	convert.RepairUTF8(resp.ProtoReflect())
	if err := stream.Send(resp); err != nil || rejected != nil {
		return err
	}
	defer func() { _ = media.Content.Close() }()
	for part, err := range convert.Parts(media.Content) {
		if err != nil {
			return status.Errorf(codes.Unavailable, "the media ended early: %v", err)
		}
		if err := stream.Send(&providerpb.FetchMediaResponse{Part: &providerpb.FetchMediaResponse_Content{Content: part}}); err != nil {
			return err
		}
	}
	return nil
}
