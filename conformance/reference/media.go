// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

const (
	mediaPath = "/v1/media"
	// maxMedia is the largest size of media in bytes.
	maxMedia = 16 << 20
)

// UploadMedia reads the whole file before it makes the request, so that a file which breaks off never reaches acme.
func (c *channel) UploadMedia(ctx context.Context, media provider.Media) (provider.UploadedMedia, *outcome.Rejected) {
	if m := c.account.mutant.media; m != nil {
		m(&media)
	}
	return c.account.mutant.uploaded.of(c.upload(ctx, media))
}

func (c *channel) upload(ctx context.Context, media provider.Media) (provider.UploadedMedia, *outcome.Rejected) {
	content, err := io.ReadAll(io.LimitReader(media.Content, maxMedia+1))
	if err != nil {
		return provider.UploadedMedia{}, outcome.Reject(outcome.ReasonInvalidMessage, "", "the media ended early: %v", err).Rejected
	}
	if len(content) > maxMedia {
		return provider.UploadedMedia{}, outcome.Reject(outcome.ReasonInvalidMessage, "", "the media are larger than %d bytes", maxMedia).Rejected
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, cmp.Or(media.Filename, "file"))},
		"Content-Type":        {media.MIMEType},
	})
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return provider.UploadedMedia{}, outcome.Reject(outcome.ReasonInvalidMessage, "", "%v", err).Rejected
	}
	response, failure := c.account.post(ctx, vendorhttp.Request{
		Method: http.MethodPost, Path: mediaPath, Body: body.Bytes(), ContentType: form.FormDataContentType(), Header: c.authorized(),
	})
	if failure != nil {
		return provider.UploadedMedia{}, c.failed(failure.Outcome())
	}
	var a struct {
		ID string `json:"id"`
	}
	if response.Status != http.StatusCreated || json.Unmarshal(response.Body, &a) != nil || a.ID == "" {
		return provider.UploadedMedia{}, c.rejection(response)
	}
	return provider.UploadedMedia{ID: a.ID}, nil
}

// FetchMedia returns the media with an id.
func (c *channel) FetchMedia(ctx context.Context, media string) (provider.Media, *outcome.Rejected) {
	return c.account.mutant.fetched.of(c.fetch(ctx, media))
}

func (c *channel) fetch(ctx context.Context, media string) (provider.Media, *outcome.Rejected) {
	response, failure := c.account.files.Do(ctx, vendorhttp.Request{
		Method: http.MethodGet, Path: mediaPath + "/" + url.PathEscape(media), Header: c.authorized(),
	})
	if failure != nil {
		return provider.Media{}, c.failed(failure.Outcome())
	}
	if response.Status != http.StatusOK {
		return provider.Media{}, c.rejection(response)
	}
	return provider.Media{
		MIMEType: response.Header.Get("Content-Type"), Size: int64(len(response.Body)),
		Content: io.NopCloser(bytes.NewReader(response.Body)),
	}, nil
}

// rejection returns the rejection of a call that acme did not answer as documented. Calls that change nothing at the recipient
// may be made again, so nothing is unknown about them.
func (c *channel) rejection(r *vendorhttp.Response) *outcome.Rejected {
	var a answer
	if json.Unmarshal(r.Body, &a) == nil && a.Error != nil && !unsure(r.Status) {
		return c.failed(c.refusal(*a.Error, r))
	}
	return c.failed(vendorhttp.OutcomeForStatus(r))
}

// failed returns an outcome as a rejection. An unknown outcome becomes one that is safe to try again.
func (c *channel) failed(o outcome.Outcome) *outcome.Rejected {
	if o.Rejected != nil {
		return o.Rejected
	}
	r := outcome.Reject(outcome.ReasonVendorUnavailable, "", "acme did not answer as documented").Rejected
	if o.Unknown != nil {
		r.Detail = o.Unknown.Cause
	}
	r.Retry, r.Scope = outcome.RetrySafe, outcome.ScopeAccount
	return r
}
