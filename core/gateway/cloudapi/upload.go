// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"time"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/media"
)

const (
	// maxForm bounds a form with a file in bytes: the file, and room for the other fields.
	maxForm = media.MaxSize + 1<<16
	// maxFields and maxField bound the fields of a form, in number and in bytes.
	maxFields = 16
	maxField  = 1 << 10
	// mediaTime is how long uploaded media are kept, as the Cloud API does.
	mediaTime = 30 * 24 * time.Hour
)

// mediaID is the answer to an upload.
type mediaID struct {
	ID string `json:"id"`
}

// postMedia takes a form with a file. Its fields may come in any order, and clients leave out all but the file.
func (c *call) postMedia() error {
	if err := c.findNumber(); err != nil {
		return err
	}
	if c.s.Media == nil {
		return graph.New(graph.CodeUnsupportedType, "the gateway keeps no media, because vendors could not fetch them: send links, or let the operator set public_url")
	}
	body, err := c.upload(maxForm, 0)
	if err != nil {
		return err
	}
	c.r.Body = io.NopCloser(body)
	form, err := c.r.MultipartReader()
	if err != nil {
		return graph.New(graph.CodeInvalidParameter, "the body must be a form, multipart/form-data, with the file in the field `file`")
	}
	to, err := c.s.Media.Create(c.r.Context())
	if err != nil {
		return err
	}
	defer to.Abort()
	u := upload{call: c, to: to}
	if err := u.read(form); err != nil {
		return err
	}
	f, err := u.file()
	if err != nil {
		return err
	}
	stored, err := to.Commit(f)
	if err != nil {
		return err
	}
	return c.answer(mediaID{stored.ID})
}

// upload is a form on its way.
type upload struct {
	*call
	to media.Writer
	// mimeType is that of the field `type`, and partType is that of the file itself.
	mimeType, partType string
	name               string
	found              bool
	size               int64
}

func (u *upload) read(form *multipart.Reader) error {
	for range maxFields {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return u.formError(err)
		}
		if err := u.part(part); err != nil {
			return err
		}
	}
	return graph.New(graph.CodeInvalidParameter, "the form has more than %d fields", maxFields)
}

func (u *upload) part(part *multipart.Part) error {
	if part.FormName() == "file" {
		return u.content(part)
	}
	value, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return u.formError(err)
	}
	if len(value) > maxField {
		return graph.New(graph.CodeInvalidParameter, "a field of the form has more than %d bytes", maxField)
	}
	switch part.FormName() {
	case "messaging_product":
		return checkProduct(string(value))
	case "type":
		u.mimeType = string(value)
	}
	return nil
}

func checkProduct(s string) error {
	if s != "whatsapp" {
		return graph.New(graph.CodeInvalidParameter, `messaging_product: The value must be "whatsapp".`)
	}
	return nil
}

// content stores the file.
func (u *upload) content(part *multipart.Part) error {
	if u.found {
		return graph.New(graph.CodeInvalidParameter, "file: The form has two files. Upload one at a time.")
	}
	u.found, u.partType, u.name = true, part.Header.Get("Content-Type"), media.CleanName(part.FileName())
	n, err := io.Copy(writeOnly{u.to}, io.LimitReader(part, media.MaxSize+1))
	u.size = n
	var stored *storeError
	switch {
	case errors.Is(err, media.ErrFull):
		return graph.Unavailable(time.Minute, "the gateway has no room for media left")
	case errors.As(err, &stored):
		return stored.err
	case err != nil:
		return u.formError(err)
	case n > media.MaxSize:
		return u.tooLarge(media.MaxSize)
	}
	return nil
}

// file returns the description of the file when the whole form was read.
func (u *upload) file() (media.File, error) {
	if !u.found {
		return media.File{}, graph.New(graph.CodeMissingParameter, "file: The field is required.")
	}
	if p := u.r.URL.Query().Get("messaging_product"); p != "" {
		if err := checkProduct(p); err != nil {
			return media.File{}, err
		}
	}
	mimeType, largest, ok := media.ParseType(cmp.Or(u.mimeType, u.partType))
	switch {
	case !ok:
		return media.File{}, graph.New(graph.CodeInvalidParameter, "type: WhatsApp does not take files of the type %.100q.", cmp.Or(u.mimeType, u.partType))
	case u.size == 0:
		return media.File{}, graph.New(graph.CodeMediaUpload, "file: The file is empty.")
	case u.size > largest:
		return media.File{}, graph.New(graph.CodeMediaUpload, "file: The file has %d bytes. A file of the type %s has at most %d.", u.size, mimeType, largest)
	}
	return media.File{Number: u.number.ID, MIMEType: mimeType, Name: u.name, Expires: u.began.Add(mediaTime)}, nil
}

// formError returns the answer for a form that could not be read to its end.
func (u *upload) formError(err error) error {
	if errors.Is(err, multipart.ErrMessageTooLarge) {
		return u.tooLarge(maxForm)
	}
	return u.readError(err, maxForm)
}

// storeError marks the errors of the store among those of the connection.
type storeError struct{ err error }

func (e *storeError) Error() string { return e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

// writeOnly is a writer of the store whose errors are known as such.
type writeOnly struct{ to io.Writer }

func (w writeOnly) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil {
		return n, &storeError{err}
	}
	return n, nil
}
