// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"errors"
	"io"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// SendSignal passes a signal to the vendor. The channel must declare it. The outcome has no delivery id. If it returns an
// error, the vendor may have got the signal, except with the status FailedPrecondition.
func (c *Client) SendSignal(ctx context.Context, channelID string, signal *message.Signal, to message.Recipient) (outcome.Outcome, error) {
	resp, err := c.rpc.SendSignal(ctx, &providerpb.SendSignalRequest{ChannelId: channelID, Signal: signal, To: convert.RecipientToProto(to)})
	if err != nil {
		return outcome.Outcome{}, err
	}
	var o outcome.Outcome
	convert.EachOutcome(resp.GetOutcome(), func(one outcome.Outcome) { o = one })
	o.DeliveryID = ""
	return o, nil
}

// LookupMessage asks the vendor what became of a message. The channel must declare it.
func (c *Client) LookupMessage(ctx context.Context, channelID string, req provider.FindRequest) (provider.FindResult, error) {
	pb := &providerpb.LookupMessageRequest{
		ChannelId: channelID, DeliveryId: req.DeliveryID, ProviderMessageId: req.ProviderMessageID, To: convert.RecipientToProto(req.To),
	}
	if !req.SentAt.IsZero() {
		pb.SentAt = timestamppb.New(req.SentAt)
	}
	resp, err := c.rpc.LookupMessage(ctx, pb)
	if err != nil {
		return provider.FindResult{}, err
	}
	found, err := convert.FindResultFromProto(resp)
	if err != nil {
		return provider.FindResult{}, &UnusableError{What: "result of a lookup", Cause: err}
	}
	return found, nil
}

// ListTemplates returns a page of the templates that the vendor knows for a channel. The channel must declare it.
func (c *Client) ListTemplates(ctx context.Context, channelID, page string) (provider.TemplatePage, *outcome.Rejected, error) {
	resp, err := c.rpc.ListTemplates(ctx, &providerpb.ListTemplatesRequest{ChannelId: channelID, Page: page})
	if err != nil {
		return provider.TemplatePage{}, nil, err
	}
	list, rejected, err := convert.TemplatePageFromProto(resp)
	if err != nil {
		return provider.TemplatePage{}, nil, &UnusableError{What: "list of templates", Cause: err}
	}
	return list, rejected, nil
}

// UploadMedia uploads media to the vendor. The channel must declare it. UploadMedia does not close the content.
func (c *Client) UploadMedia(ctx context.Context, channelID string, media provider.Media) (provider.UploadedMedia, *outcome.Rejected, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.UploadMedia(ctx)
	if err != nil {
		return provider.UploadedMedia{}, nil, err
	}
	if err := sendMedia(stream, channelID, media); err != nil && !errors.Is(err, io.EOF) {
		return provider.UploadedMedia{}, nil, err
	}
	// A provider may answer before it has read everything. Its answer, or the cause of the end, is in the response.
	resp, err := stream.CloseAndRecv()
	if err != nil {
		return provider.UploadedMedia{}, nil, err
	}
	uploaded, rejected, err := convert.UploadedMediaFromProto(resp)
	if err != nil {
		return provider.UploadedMedia{}, nil, &UnusableError{What: "result of an upload", Cause: err}
	}
	return uploaded, rejected, nil
}

func sendMedia(stream providerpb.ProviderService_UploadMediaClient, channelID string, media provider.Media) error {
	if err := stream.Send(&providerpb.UploadMediaRequest{Part: &providerpb.UploadMediaRequest_Header{Header: &providerpb.MediaHeader{
		ChannelId: channelID, MimeType: media.MIMEType, Filename: media.Filename, Size: media.Size,
	}}}); err != nil {
		return err
	}
	for part, err := range convert.Parts(media.Content) {
		if err != nil {
			return err
		}
		if err := stream.Send(&providerpb.UploadMediaRequest{Part: &providerpb.UploadMediaRequest_Content{Content: part}}); err != nil {
			return err
		}
	}
	return nil
}

// FetchMedia calls write with the parts of the media of an inbound message, after begin with its type, file name and size.
// The channel must declare it. An error of begin or write ends the call and is returned.
func (c *Client) FetchMedia(ctx context.Context, channelID, media string, begin func(provider.Media) error, write func([]byte) error) (*outcome.Rejected, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.FetchMedia(ctx, &providerpb.FetchMediaRequest{ChannelId: channelID, Media: media})
	if err != nil {
		return nil, err
	}
	first, err := stream.Recv()
	if err != nil {
		return nil, err
	}
	header, rejected, err := convert.MediaHeaderFromProto(first)
	if err != nil {
		return nil, &UnusableError{What: "media", Cause: err}
	}
	if rejected != nil {
		return rejected, nil
	}
	if err := begin(header); err != nil {
		return nil, err
	}
	for {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if err := write(part.GetContent()); err != nil {
			return nil, err
		}
	}
}
