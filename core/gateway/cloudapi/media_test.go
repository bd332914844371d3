// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/media"
)

const mediaPath = "/v23.0/" + numberID + "/media"

// withMedia sets up a folder for the media of a world.
func withMedia(maxBytes int64) func(*world) {
	return func(w *world) {
		folder, err := media.OpenFolder(w.t.TempDir(), maxBytes, w.options.Now)
		require.NoError(w.t, err)
		links, err := media.NewLinks(bytes.Repeat([]byte("s"), 32))
		require.NoError(w.t, err)
		w.options.Media, w.options.Links = folder, links
	}
}

// field is a field of a form. One with a file name is a file.
type field struct{ name, value, file, mimeType string }

func (w *world) post(path string, fields ...field) reply {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range fields {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf("form-data; name=%q", f.name)}}
		if f.file != "" {
			h = textproto.MIMEHeader{"Content-Disposition": {multipart.FileContentDisposition(f.name, f.file)}, "Content-Type": {f.mimeType}}
		}
		part, err := form.CreatePart(h)
		require.NoError(w.t, err)
		_, err = io.WriteString(part, f.value)
		require.NoError(w.t, err)
	}
	require.NoError(w.t, form.Close())
	return w.send("POST", path, &body, "Authorization", "Bearer "+w.token.Reveal(), "Content-Type", form.FormDataContentType())
}

var (
	product = field{name: "messaging_product", value: "whatsapp"}
	picture = field{name: "file", value: "a picture", file: "C:\\dir\\\"pict\"ure.png", mimeType: "image/png"}
)

func TestMediaAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withMedia(1<<20))
	for name, fields := range map[string][]field{
		"as Meta's page":  {product, {name: "type", value: "image/png"}, picture},
		"the file first":  {picture, product, {name: "type", value: "image/png"}},
		"the file only":   {picture},
		"the type wins":   {{name: "type", value: "IMAGE/PNG"}, {name: "file", value: "a picture", file: "x", mimeType: "application/octet-stream"}},
		"and other field": {picture, {name: "upload_strategy", value: "default"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.post(mediaPath, fields...)
			require.Equal(t, 200, r.status, r.text)
			require.Regexp(t, `^{"id":"[0-9]{19}"}$`, r.text)
			id := r.body["id"].(string)

			r = w.do("GET", "/v23.0/"+id+"?phone_number_id="+numberID, "")
			require.Equal(t, 200, r.status, r.text)
			sum := sha256.Sum256([]byte("a picture"))
			link := r.body["url"].(string)
			assert.True(t, strings.HasPrefix(link, w.url+"/media/"))
			assert.Equal(t, map[string]any{
				"messaging_product": "whatsapp", "url": link, "mime_type": "image/png", "sha256": hex.EncodeToString(sum[:]), "file_size": 9.0, "id": id,
			}, r.body)

			link = strings.TrimPrefix(link, w.url)
			got := w.do("GET", link, "")
			require.Equal(t, 200, got.status)
			assert.Equal(t, "a picture", got.text)
			assert.Equal(t, "image/png", got.header.Get("Content-Type"))
			assert.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
			part := w.do("GET", link, "", "Range", "bytes=2-")
			assert.Equal(t, 206, part.status)
			assert.Equal(t, "picture", part.text)
			beyond := w.do("GET", link, "", "Range", "bytes=100-")
			assert.Equal(t, 416, beyond.status)
			beyond.code(t)
			assert.Equal(t, 405, w.do("POST", link, "").status)
			assert.Equal(t, 401, w.do("GET", link, "", "Authorization", "").status, "the link is for the key only")

			require.Equal(t, `{"success":true}`, w.do("DELETE", "/v23.0/"+id, "").text)
			assert.Equal(t, 400, w.do("GET", "/v23.0/"+id, "").status)
			assert.Equal(t, 400, w.do("DELETE", "/v23.0/"+id, "").status)
			gone := w.do("GET", link, "")
			assert.Equal(t, 404, gone.status)
			gone.code(t)
		})
	}
}

func TestUploadsAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fields       []field
		change       func(*world)
		status, code int
		details      string
	}{
		"no file":        {fields: []field{product}, status: 400, code: 131008, details: "file: The field is required"},
		"two files":      {fields: []field{picture, picture}, status: 400, code: 100, details: "two files"},
		"another type":   {fields: []field{{name: "file", value: "x", file: "x.gif", mimeType: "image/gif"}}, status: 400, code: 100, details: "image/gif"},
		"no type":        {fields: []field{{name: "file", value: "x", file: "x"}}, status: 400, code: 100, details: "type"},
		"product":        {fields: []field{{name: "messaging_product", value: "sms"}, picture}, status: 400, code: 100, details: "messaging_product"},
		"an empty file":  {fields: []field{{name: "file", file: "x.png", mimeType: "image/png"}}, status: 400, code: 131053, details: "empty"},
		"a large image":  {fields: []field{{name: "file", value: strings.Repeat("x", 5<<20+1), file: "x.png", mimeType: "image/png"}}, status: 400, code: 131053, details: "at most 5242880"},
		"a large field":  {fields: []field{{name: "type", value: strings.Repeat("x", maxField+1)}}, status: 400, code: 100, details: "1024 bytes"},
		"many fields":    {fields: make([]field, maxFields+1), status: 400, code: 100, details: "more than 16"},
		"a full store":   {fields: []field{picture}, change: withMedia(8), status: 503, code: 2, details: "no room"},
		"no store":       {fields: []field{picture}, change: func(w *world) { w.options.Media = nil }, status: 400, code: 131051},
		"another number": {fields: []field{picture}, change: func(w *world) { w.key.Numbers = []string{otherID} }, status: 403, code: 200},
		"scope":          {fields: []field{picture}, change: func(w *world) { w.key.Scopes = []keys.Scope{keys.ScopeRead} }, status: 403, code: 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(w *world) {
				withMedia(100 << 20)(w)
				if test.change != nil {
					test.change(w)
				}
			})
			r := w.post(mediaPath, test.fields...)
			require.Equal(t, test.status, r.status, r.text)
			code, details := r.code(t)
			assert.Equal(t, test.code, code, details)
			assert.Contains(t, details, test.details)
		})
	}
	w := newWorld(t, withMedia(1<<20))
	for name, r := range map[string]reply{
		"not a form":  w.do("POST", mediaPath, "{}"),
		"no boundary": w.do("POST", mediaPath, "x", "Content-Type", "multipart/form-data"),
		"cut off":     w.do("POST", mediaPath, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nabc", "Content-Type", "multipart/form-data; boundary=b"),
	} {
		require.Equal(t, 400, r.status, name)
		code, _ := r.code(t)
		assert.Equal(t, 100, code, name)
	}
}

func TestMediaOfOthers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	stranger := keys.NewToken()
	w := newWorld(t, func(w *world) {
		w.options.Now = func() time.Time { return now }
		withMedia(1 << 20)(w)
		w.options.PublicURL = "https://wa.example.com/"
		w.options.Keys = keys.NewSet(w.key, &keys.Key{
			ID: stranger.ID(), Name: "stranger", Secrets: []keys.Secret{{Hash: stranger.Hash()}}, Scopes: []keys.Scope{keys.ScopeRead}, Numbers: []string{otherID},
		})
	})
	id := w.post(mediaPath, picture).body["id"].(string)
	link, ok := strings.CutPrefix(w.do("GET", "/"+id, "").body["url"].(string), "https://wa.example.com")
	require.True(t, ok)
	other := []string{"Authorization", "Bearer " + stranger.Reveal()}
	assert.Equal(t, 400, w.do("GET", "/"+id, "", other...).status, "another number")
	assert.Equal(t, 400, w.do("GET", "/"+id+"?phone_number_id="+otherID, "").status)
	assert.Equal(t, 404, w.do("GET", link, "", other...).status, "another key")

	now = now.Add(media.CallerTime - time.Second)
	assert.Equal(t, 200, w.do("GET", link, "").status)
	now = now.Add(time.Second)
	assert.Equal(t, 404, w.do("GET", link, "").status, "after 5 minutes")
	now = now.Add(mediaTime)
	assert.Equal(t, 400, w.do("GET", "/"+id, "").status, "after 30 days")
}

func TestVendorsFetchMediaByLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w *world) {
		withMedia(1 << 20)(w)
		w.options.PublicURL = "https://wa.example.com"
	})
	id := w.post(mediaPath, picture).body["id"].(string)
	link, err := New(w.options).VendorLink(id)
	require.NoError(t, err)
	path, ok := strings.CutPrefix(link, "https://wa.example.com")
	require.True(t, ok)
	r := w.do("GET", path, "", "Authorization", "")
	require.Equal(t, 200, r.status)
	assert.Equal(t, "a picture", r.text)
	assert.Equal(t, `attachment; filename=picture.png`, r.header.Get("Content-Disposition"))
	assert.Equal(t, 404, w.do("GET", path[:len(path)-2]+"AA", "", "Authorization", "").status)
	assert.Equal(t, 404, w.do("GET", strings.Replace(path, "/m/", "/media/", 1), "").status, "a link for vendors is none for keys")

	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	w.options.Now = func() time.Time { return now }
	at := func(minutes int) string {
		now = time.Date(2026, 11, 26, 10, minutes, 0, 0, time.UTC)
		link, err := New(w.options).VendorLink(id)
		require.NoError(t, err)
		return link
	}
	assert.Equal(t, at(0), at(59), "messages of equal content stay equal")
	assert.NotEqual(t, at(0), at(60))
	w.options.PublicURL = ""
	_, err = New(w.options).VendorLink(id)
	require.ErrorContains(t, err, "public_url")
}
