// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"cmp"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/media"
)

// The paths of links to media. They are not those of any object, because no id is so short or has letters only.
const (
	callerPrefix = "/media/"
	vendorPrefix = "/m/"
)

// mediaObject is the answer about media.
type mediaObject struct {
	Product  string `json:"messaging_product"`
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	SHA256   string `json:"sha256"`
	Size     int64  `json:"file_size"`
	ID       string `json:"id"`
}

// findMedia returns the media of the path, if the key may use the number that they belong to. The parameter phone_number_id may name
// the number.
func (c *call) findMedia() (media.File, error) {
	none := graph.NoObject(c.method(), c.id)
	if c.s.Media == nil {
		return media.File{}, none
	}
	f, err := c.s.Media.Find(c.r.Context(), c.id)
	if errors.Is(err, media.ErrNotFound) {
		return f, none
	}
	if err != nil {
		return f, err
	}
	if number := c.r.URL.Query().Get("phone_number_id"); number != "" && number != f.Number || !c.key.Covers(f.Number) {
		return f, none
	}
	return f, nil
}

// getMedia answers with a link that works for some minutes.
func (c *call) getMedia() error {
	f, err := c.findMedia()
	if err != nil {
		return err
	}
	token := c.s.Links.Token(media.ForCaller, f.ID, c.key.ID, c.began.Add(media.CallerTime))
	return c.answer(mediaObject{
		Product: "whatsapp", URL: c.base() + callerPrefix + token, MIMEType: f.MIMEType, SHA256: f.SHA256, Size: f.Size, ID: f.ID,
	})
}

// deleteMedia removes media.
func (c *call) deleteMedia() error {
	f, err := c.findMedia()
	if err != nil {
		return err
	}
	if err := c.s.Media.Delete(c.r.Context(), f.ID); err != nil && !errors.Is(err, media.ErrNotFound) {
		return err
	}
	return c.answer(success{true})
}

// base returns the address of the gateway as callers see it.
func (c *call) base() string {
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	return cmp.Or(strings.TrimSuffix(c.s.PublicURL, "/"), scheme+"://"+c.r.Host)
}

// VendorLink returns a link to media for a vendor that takes links only. It works for a day and needs no key. Within an hour, it is the
// same for everybody, so that messages of equal content stay equal.
func (s *Server) VendorLink(id string) (string, error) {
	if s.Media == nil || s.PublicURL == "" {
		return "", errors.New("vendors can fetch media from the gateway only if it has a public_url and keeps media")
	}
	return strings.TrimSuffix(s.PublicURL, "/") + vendorPrefix + s.Links.Token(media.ForVendor, id, "", s.Now().Truncate(time.Hour).Add(media.VendorTime+time.Hour)), nil
}

// download answers a request to a link. It returns false for any other path.
func (c *call) download() (bool, error) {
	purpose, prefix := media.ForVendor, vendorPrefix
	switch {
	case strings.HasPrefix(c.r.URL.Path, callerPrefix):
		purpose, prefix, c.name = media.ForCaller, callerPrefix, "download"
	case strings.HasPrefix(c.r.URL.Path, vendorPrefix):
		c.name = "link"
	default:
		return false, nil
	}
	holder := ""
	if purpose == media.ForCaller {
		if err := c.authenticate(); err != nil {
			return true, err
		}
		holder = c.key.ID
	}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return true, c.methodNotAllowed(http.MethodGet)
	}
	return true, c.serveFile(purpose, strings.TrimPrefix(c.r.URL.Path, prefix), holder)
}

// serveFile sends a file, or the parts of it that are asked for.
func (c *call) serveFile(purpose media.Purpose, token, holder string) error {
	gone := graph.New(graph.CodeInvalidParameter, "the link is not valid or not valid any more: ask for a new one by the id of the media")
	gone.Status = http.StatusNotFound
	if c.s.Media == nil {
		return gone
	}
	id, err := c.s.Links.Read(purpose, token, holder, c.began)
	if err != nil {
		return gone
	}
	f, err := c.s.Media.Find(c.r.Context(), id)
	if errors.Is(err, media.ErrNotFound) {
		return gone
	}
	if err != nil {
		return err
	}
	content, err := c.s.Media.Open(c.r.Context(), id)
	if errors.Is(err, media.ErrNotFound) {
		return gone
	}
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	h := c.w.Header()
	h.Set("Content-Type", f.MIMEType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, max-age=300")
	h.Set("ETag", `"`+f.SHA256+`"`)
	if f.Name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	w := &fileWriter{call: c, control: http.NewResponseController(c.w)}
	defer w.end()
	http.ServeContent(w, c.r, "", f.Expires.Add(-mediaTime), content)
	return nil
}
