// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"io"
	"strings"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// uploadMutants have a defect in uploads.
var uploadMutants = []Mutant{
	{Name: "upload-changes-line-ends", Defect: "line ends in media are changed", media: keepError(func(content []byte) []byte {
		return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	})},
	{Name: "upload-keeps-the-first-part", Defect: "media are cut after the first part of the stream", media: keepError(func(content []byte) []byte {
		return content[:min(len(content), 256<<10)]
	})},
	{Name: "upload-without-a-type", Defect: "media are uploaded with a type of nothing", media: func(m *provider.Media) {
		m.MIMEType = "application/octet-stream"
	}},
	{Name: "upload-drops-the-name", Defect: "media are uploaded without their file name", media: func(m *provider.Media) { m.Filename = "" }},
	{Name: "upload-of-what-arrived", Defect: "media that break off are uploaded", media: overContent(func(content []byte, _ error) []byte { return content })},
	{Name: "upload-returns-another-id", Defect: "the id of media is not the vendor's", uploaded: func(u provider.UploadedMedia, r *outcome.Rejected) (provider.UploadedMedia, *outcome.Rejected) {
		u.ID = strings.TrimPrefix(u.ID, "media-")
		return u, r
	}},
	{Name: "upload-invents-an-id", Defect: "an upload that failed has an id", uploaded: func(u provider.UploadedMedia, r *outcome.Rejected) (provider.UploadedMedia, *outcome.Rejected) {
		if r != nil {
			u.ID = "media-0"
		}
		return u, nil
	}},
	{Name: "upload-fails-without-a-reason", Defect: "an upload that failed has neither an id nor a rejection", uploaded: func(u provider.UploadedMedia, _ *outcome.Rejected) (provider.UploadedMedia, *outcome.Rejected) {
		return u, nil
	}},
	{Name: "serves-undeclared-upload", Defect: "uploads of media are not declared but served", tamper: withdraw("media_upload"),
		withdraws: func(c *capability.Capabilities) { c.MediaUpload = false }},
}

// overContent returns a hook that changes the content of a file before it is uploaded.
func overContent(change func(content []byte, err error) []byte) func(*provider.Media) {
	return func(m *provider.Media) { m.Content = reader(change(io.ReadAll(m.Content))) }
}

// keepError returns a hook that changes the content of a file that did not break off.
func keepError(change func([]byte) []byte) func(*provider.Media) {
	return func(m *provider.Media) {
		if content, err := io.ReadAll(m.Content); err != nil {
			m.Content = io.NopCloser(failing{err})
		} else {
			m.Content = reader(change(content))
		}
	}
}

// reader returns the content of media that were read already.
func reader(content []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(content)) }

// failing is a content that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// fetchMutants have a defect in fetching media.
var fetchMutants = []Mutant{
	{Name: "fetch-keeps-the-beginning", Defect: "media that are fetched are cut after a megabyte", fetched: func(m provider.Media, r *outcome.Rejected) (provider.Media, *outcome.Rejected) {
		if r == nil {
			content, _ := io.ReadAll(io.LimitReader(m.Content, 1<<20))
			m.Content, m.Size = reader(content), 0
		}
		return m, r
	}},
	{Name: "fetch-drops-the-type", Defect: "media that are fetched have no type", fetched: func(m provider.Media, r *outcome.Rejected) (provider.Media, *outcome.Rejected) {
		m.MIMEType = ""
		return m, r
	}},
	{Name: "fetch-missing-as-empty", Defect: "media that the vendor does not have are empty", fetched: func(m provider.Media, r *outcome.Rejected) (provider.Media, *outcome.Rejected) {
		if r != nil && r.Retry == outcome.RetryNever {
			return provider.Media{MIMEType: "image/png", Content: reader(nil)}, nil
		}
		return m, r
	}},
	{Name: "fetch-missing-as-outage", Defect: "media that the vendor does not have are reported as an outage", fetched: func(m provider.Media, r *outcome.Rejected) (provider.Media, *outcome.Rejected) {
		if r != nil {
			r.Reason, r.Retry = outcome.ReasonVendorUnavailable, outcome.RetrySafe
		}
		return m, r
	}},
	{Name: "fetch-failure-as-empty", Defect: "media that could not be fetched are empty", fetched: func(m provider.Media, r *outcome.Rejected) (provider.Media, *outcome.Rejected) {
		if r != nil && r.Retry != outcome.RetryNever {
			return provider.Media{MIMEType: "image/png", Content: reader(nil)}, nil
		}
		return m, r
	}},
	{Name: "fetch-cut-as-whole", Defect: "media whose connection was cut are returned as far as they came", fetched: func(m provider.Media, r *outcome.Rejected) (provider.Media, *outcome.Rejected) {
		if r != nil && strings.Contains(r.Detail, "EOF") {
			return provider.Media{MIMEType: "image/png", Content: reader([]byte("a picture "))}, nil
		}
		return m, r
	}},
	{Name: "serves-undeclared-fetch", Defect: "fetching media is not declared but served", tamper: withdraw("media_fetch"),
		withdraws: func(c *capability.Capabilities) { c.MediaFetch = false }},
}
