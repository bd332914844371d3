// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// maxTemplates is the largest number of templates on a page, and maxComponents the largest size of the components of one.
const (
	maxTemplates  = 1000
	maxComponents = 256 << 10
)

// FindResultToProto encodes the result of a lookup. A result that does not have exactly one meaning is unknown.
func FindResultToProto(r provider.FindResult) *providerpb.LookupMessageResponse {
	switch {
	case r.Event != nil && r.Event.DeliveryStatus != nil && !r.NotFound:
		event, _ := soundEvent(*r.Event)
		return &providerpb.LookupMessageResponse{Result: providerpb.LookupResult_LOOKUP_RESULT_FOUND, Event: EventToProto(event)}
	case r.NotFound && r.Event == nil:
		return &providerpb.LookupMessageResponse{Result: providerpb.LookupResult_LOOKUP_RESULT_NOT_FOUND}
	}
	cause := cut(r.Cause, maxDetail)
	if cause == "" {
		cause = "the provider returned a result without a meaning"
	}
	return &providerpb.LookupMessageResponse{Result: providerpb.LookupResult_LOOKUP_RESULT_UNKNOWN, Cause: cause}
}

// FindResultFromProto decodes the result of a lookup. Whatever is not a proof is unknown.
func FindResultFromProto(pb *providerpb.LookupMessageResponse) (provider.FindResult, error) {
	switch pb.GetResult() {
	case providerpb.LookupResult_LOOKUP_RESULT_FOUND:
		if err := CheckEvent(pb.GetEvent()); err != nil {
			return provider.FindResult{}, err
		}
		e := EventFromProto(pb.GetEvent())
		if e.DeliveryStatus == nil {
			return provider.FindResult{}, errors.New("a message is found, and its status is missing")
		}
		return provider.FindResult{Event: &e}, nil
	case providerpb.LookupResult_LOOKUP_RESULT_NOT_FOUND:
		return provider.FindResult{NotFound: true}, nil
	}
	return provider.FindResult{Cause: cut(pb.GetCause(), maxDetail)}, nil
}

// TemplatePageToProto encodes a page of templates, or the rejection of the call.
func TemplatePageToProto(p provider.TemplatePage, rejected *outcome.Rejected) *providerpb.ListTemplatesResponse {
	if rejected != nil {
		return &providerpb.ListTemplatesResponse{Error: RejectedToProto(boundRejection(rejected))}
	}
	pb := &providerpb.ListTemplatesResponse{NextPage: p.Next}
	for _, t := range p.Templates {
		pb.Templates = append(pb.Templates, &providerpb.TemplateInfo{
			Name: t.Name, Language: t.Language, Category: t.Category, Status: t.Status, Id: t.ID, Components: t.Components,
		})
	}
	return pb
}

// TemplatePageFromProto decodes a page of templates, or the rejection of the call.
func TemplatePageFromProto(pb *providerpb.ListTemplatesResponse) (provider.TemplatePage, *outcome.Rejected, error) {
	if pb.GetError() != nil {
		return provider.TemplatePage{}, boundRejection(RejectedFromProto(pb.GetError())), nil
	}
	if n := len(pb.GetTemplates()); n > maxTemplates {
		return provider.TemplatePage{}, nil, fmt.Errorf("a page has %d templates, at most %d are allowed", n, maxTemplates)
	}
	p := provider.TemplatePage{Next: pb.GetNextPage()}
	if err := checkTexts(field{"the name of the next page", p.Next, MaxID}); err != nil {
		return provider.TemplatePage{}, nil, err
	}
	for _, t := range pb.GetTemplates() {
		err := checkTexts(field{"the name of a template", t.GetName(), maxPath}, field{"the language of a template", t.GetLanguage(), maxWord},
			field{"the category of a template", t.GetCategory(), maxWord}, field{"the status of a template", t.GetStatus(), maxWord},
			field{"the id of a template", t.GetId(), MaxID})
		if err != nil {
			return provider.TemplatePage{}, nil, err
		}
		if n := len(t.GetComponents()); n > maxComponents {
			return provider.TemplatePage{}, nil, fmt.Errorf("the components of a template have %d bytes, at most %d are allowed", n, maxComponents)
		}
		var list []json.RawMessage
		if len(t.GetComponents()) > 0 && json.Unmarshal(t.GetComponents(), &list) != nil {
			return provider.TemplatePage{}, nil, fmt.Errorf("the components of the template %q are not a JSON array", cut(t.GetName(), maxShown))
		}
		p.Templates = append(p.Templates, provider.TemplateInfo{
			Name: t.GetName(), Language: t.GetLanguage(), Category: t.GetCategory(), Status: t.GetStatus(), ID: t.GetId(), Components: t.GetComponents(),
		})
	}
	return p, nil, nil
}

// UploadedMediaToProto encodes the result of an upload.
func UploadedMediaToProto(u provider.UploadedMedia, rejected *outcome.Rejected) *providerpb.UploadMediaResponse {
	if rejected != nil {
		return &providerpb.UploadMediaResponse{Error: RejectedToProto(boundRejection(rejected))}
	}
	pb := &providerpb.UploadMediaResponse{MediaId: u.ID}
	if !u.Expires.IsZero() {
		pb.Expires = timestamppb.New(u.Expires)
	}
	return pb
}

// UploadedMediaFromProto decodes the result of an upload.
func UploadedMediaFromProto(pb *providerpb.UploadMediaResponse) (provider.UploadedMedia, *outcome.Rejected, error) {
	if pb.GetError() != nil {
		return provider.UploadedMedia{}, boundRejection(RejectedFromProto(pb.GetError())), nil
	}
	if pb.GetMediaId() == "" {
		return provider.UploadedMedia{}, nil, errors.New("an upload has neither an id nor an error")
	}
	if err := checkTexts(field{"the id of media", pb.GetMediaId(), MaxID}); err != nil {
		return provider.UploadedMedia{}, nil, err
	}
	u := provider.UploadedMedia{ID: pb.GetMediaId()}
	if t := pb.GetExpires(); t != nil {
		if err := t.CheckValid(); err != nil {
			return provider.UploadedMedia{}, nil, fmt.Errorf("the expiry of media is not valid: %w", err)
		}
		u.Expires = t.AsTime()
	}
	return u, nil, nil
}

// MediaHeaderToProto encodes the first part of fetched media.
func MediaHeaderToProto(m provider.Media, rejected *outcome.Rejected) *providerpb.FetchMediaResponse {
	if rejected != nil {
		return &providerpb.FetchMediaResponse{Part: &providerpb.FetchMediaResponse_Error{Error: RejectedToProto(boundRejection(rejected))}}
	}
	return &providerpb.FetchMediaResponse{Part: &providerpb.FetchMediaResponse_Header{Header: &providerpb.MediaHeader{
		MimeType: m.MIMEType, Filename: m.Filename, Size: m.Size,
	}}}
}

// MediaHeaderFromProto decodes the first part of fetched media, without the content.
func MediaHeaderFromProto(pb *providerpb.FetchMediaResponse) (provider.Media, *outcome.Rejected, error) {
	if e := pb.GetError(); e != nil {
		return provider.Media{}, boundRejection(RejectedFromProto(e)), nil
	}
	h := pb.GetHeader()
	if h == nil {
		return provider.Media{}, nil, errors.New("media begins without a header")
	}
	if err := checkTexts(field{"the type of media", h.GetMimeType(), maxWord}, field{"the file name of media", h.GetFilename(), MaxID}); err != nil {
		return provider.Media{}, nil, err
	}
	if h.GetSize() < 0 {
		return provider.Media{}, nil, fmt.Errorf("the size of media is %d, and must not be negative", h.GetSize())
	}
	return provider.Media{MIMEType: h.GetMimeType(), Filename: h.GetFilename(), Size: h.GetSize()}, nil, nil
}
