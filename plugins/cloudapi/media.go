// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

const (
	// maxMedia is the size of the largest document in bytes, which is the largest media (pywa).
	maxMedia = 100 << 20
	// mediaKept is how long the Cloud API keeps uploaded media.
	mediaKept = 30 * 24 * time.Hour
)

// UploadMedia reads the whole file before it makes the request, so that a file which breaks off never reaches the vendor.
func (c *graphChannel) UploadMedia(ctx context.Context, media provider.Media) (provider.UploadedMedia, *outcome.Rejected) {
	none := provider.UploadedMedia{}
	content, err := io.ReadAll(io.LimitReader(media.Content, maxMedia+1))
	if err != nil {
		return none, outcome.Reject(outcome.ReasonInvalidMessage, "", "the media ended early: %v", err).Rejected
	}
	if len(content) > maxMedia {
		return none, outcome.Reject(outcome.ReasonInvalidMessage, "", "the media are larger than %d bytes", maxMedia).Rejected
	}
	body, kind, err := mediaForm(media, content)
	if err != nil {
		return none, outcome.Reject(outcome.ReasonInvalidMessage, "", "%v", err).Rejected
	}
	response, failure := c.account.client.Do(ctx, vendorhttp.Request{Method: http.MethodPost, Path: c.base + "/media", Body: body, ContentType: kind})
	if failure != nil {
		return none, failed(failure.Outcome())
	}
	var a struct {
		ID string `json:"id"`
	}
	if response.Status != http.StatusOK || !decode(response, &a) || a.ID == "" {
		return none, c.account.rejection(response)
	}
	return provider.UploadedMedia{ID: a.ID, Expires: time.Now().Add(mediaKept)}, nil
}

// mediaForm returns a multipart form with a file, and its type.
func mediaForm(media provider.Media, content []byte) (body []byte, kind string, err error) {
	var buf bytes.Buffer
	form := multipart.NewWriter(&buf)
	if err := form.WriteField("messaging_product", "whatsapp"); err != nil {
		return nil, "", err
	}
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", cmp.Or(media.Filename, "file"))},
		"Content-Type":        {media.MIMEType},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(content); err != nil {
		return nil, "", err
	}
	err = form.Close()
	return buf.Bytes(), form.FormDataContentType(), err
}

// mediaFile is the answer about media. The URL works for some minutes.
type mediaFile struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
}

// FetchMedia asks for the URL of the media with an id, and gets them from there.
func (c *graphChannel) FetchMedia(ctx context.Context, media string) (provider.Media, *outcome.Rejected) {
	if strings.Trim(media, ".") == "" {
		return provider.Media{}, outcome.Reject(outcome.ReasonInvalidMessage, "", "%q is not an id of media", media).Rejected
	}
	response, failure := c.account.client.Do(ctx, vendorhttp.Request{
		Method: http.MethodGet, Path: c.account.prefix + "/" + url.PathEscape(media) + "?phone_number_id=" + c.number,
	})
	if failure != nil {
		return provider.Media{}, failed(failure.Outcome())
	}
	var file mediaFile
	if response.Status != http.StatusOK || !decode(response, &file) || file.URL == "" {
		return provider.Media{}, c.account.rejection(response)
	}
	content, refused := c.account.download(ctx, file.URL)
	if refused != nil {
		return provider.Media{}, refused
	}
	return provider.Media{
		MIMEType: cmp.Or(content.Header.Get("Content-Type"), file.MIMEType), Size: int64(len(content.Body)),
		Content: io.NopCloser(bytes.NewReader(content.Body)),
	}, nil
}

// download gets what is at a URL that the vendor answered. The vendor wants the access token there too, whatever the host is. So the
// connection must be as safe as that to the endpoint.
func (a *account) download(ctx context.Context, address string) (*vendorhttp.Response, *outcome.Rejected) {
	endpoint, _ := url.Parse(a.options.Endpoint) // the client was made with it
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != endpoint.Scheme {
		r := outcome.Reject(outcome.ReasonVendorRejected, "", "%s answered with a URL of the media that cannot be used", vendor).Rejected
		r.Retry = outcome.RetrySafe
		return nil, r
	}
	options := a.options
	options.Endpoint, options.MaxResponseBytes, options.DisableKeepAlives = u.Scheme+"://"+u.Host, maxMedia, true
	client, err := vendorhttp.New(options)
	if err != nil {
		return nil, outcome.Reject(outcome.ReasonVendorRejected, "", "the URL of the media: %v", err).Rejected
	}
	defer func() { _ = client.Close() }()
	response, failure := client.Do(ctx, vendorhttp.Request{Method: http.MethodGet, Path: u.RequestURI()})
	if failure != nil {
		return nil, failed(failure.Outcome())
	}
	switch response.Status {
	case http.StatusOK:
		return response, nil
	case http.StatusNotFound, http.StatusGone:
		return nil, outcome.Reject(outcome.ReasonInvalidMessage, "", "%s does not have the media any more", vendor).Rejected
	}
	return nil, a.rejection(response)
}

// rejection returns the rejection of a call that was not answered as documented.
func (a *account) rejection(r *vendorhttp.Response) *outcome.Rejected {
	var body answer
	if decode(r, &body) && body.Error != nil {
		return failed(a.refusal(*body.Error, r))
	}
	return failed(vendorhttp.OutcomeForStatus(r))
}

// failed returns an outcome as a rejection. Calls about media change nothing for a recipient and may be made again, so an unknown
// outcome becomes one that is safe to try again.
func failed(o outcome.Outcome) *outcome.Rejected {
	if o.Rejected != nil {
		o.Rejected.Path = ""
		return o.Rejected
	}
	r := outcome.Reject(outcome.ReasonVendorUnavailable, "", "%s did not answer as documented", vendor).Rejected
	if o.Unknown != nil {
		r.Detail = fmt.Sprintf("%s: %s", r.Detail, o.Unknown.Cause)
	}
	r.Retry, r.Scope = outcome.RetrySafe, outcome.ScopeAccount
	return r
}
