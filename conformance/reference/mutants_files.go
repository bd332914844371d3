// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"io"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

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

// overPage returns a hook that changes a page of templates.
func overPage(change func(*provider.TemplatePage)) func(provider.TemplatePage, *outcome.Rejected) (provider.TemplatePage, *outcome.Rejected) {
	return func(p provider.TemplatePage, r *outcome.Rejected) (provider.TemplatePage, *outcome.Rejected) {
		if r == nil {
			change(&p)
		}
		return p, r
	}
}

// templateMutants have a defect in the list of templates.
var templateMutants = []Mutant{
	{Name: "templates-first-page-only", Defect: "the first page of templates is the last", listed: overPage(func(p *provider.TemplatePage) { p.Next = "" })},
	{Name: "templates-first-page-again", Defect: "the name of a page of templates is ignored", tamper: func(m protoreflect.Message, sending bool) {
		if !sending && m.Descriptor().Name() == "ListTemplatesRequest" {
			m.Clear(field(m, "page"))
		}
	}},
	{Name: "templates-drop-the-region", Defect: "the languages of templates have no region", listed: overPage(func(p *provider.TemplatePage) {
		for i, t := range p.Templates {
			p.Templates[i].Language, _, _ = strings.Cut(t.Language, "_")
		}
	})},
	{Name: "templates-all-approved", Defect: "every template is approved", listed: overPage(func(p *provider.TemplatePage) {
		for i := range p.Templates {
			p.Templates[i].Status = "APPROVED"
		}
	})},
	{Name: "templates-lose-the-last", Defect: "the last template of a page is missing", listed: overPage(func(p *provider.TemplatePage) {
		p.Templates = p.Templates[:max(0, len(p.Templates)-1)]
	})},
	{Name: "templates-failure-as-empty", Defect: "a list of templates that failed is empty", listed: func(p provider.TemplatePage, _ *outcome.Rejected) (provider.TemplatePage, *outcome.Rejected) {
		return p, nil
	}},
	{Name: "serves-undeclared-templates", Defect: "the list of templates is not declared but served", tamper: withdraw("template_list"),
		withdraws: func(c *capability.Capabilities) { c.TemplateList = false }},
}
