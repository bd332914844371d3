// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package media

import (
	"context"
	"errors"
	"io"
	"mime"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrNotFound is the error for a file that does not exist, was removed, or is kept no longer.
var ErrNotFound = errors.New("the file does not exist")

// ErrFull is the error for a store that may hold no more.
var ErrFull = errors.New("the store of media is full")

// File describes a file. It does not change.
type File struct {
	// ID has digits only, as the ids of the Cloud API.
	ID string `json:"id"`
	// Number is the phone number id that the file was uploaded to.
	Number string `json:"number"`
	// MIMEType is in lower case, with its parameters, such as "audio/ogg; codecs=opus".
	MIMEType string `json:"mime_type"`
	// Name is the name of the file, without folders. It may be empty.
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Expires is when the file is removed.
	Expires time.Time `json:"expires"`
}

// Store keeps files. It is safe for concurrent use.
type Store interface {
	// Create begins a file. The caller must Commit or Abort it.
	Create(ctx context.Context) (Writer, error)
	// Find returns a file, or ErrNotFound.
	Find(ctx context.Context, id string) (File, error)
	// Open returns the content of a file, or ErrNotFound. The caller closes it.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)
	// Delete removes a file. It returns ErrNotFound if there is nothing to remove.
	Delete(ctx context.Context, id string) error
}

// Writer takes the content of a file.
type Writer interface {
	io.Writer
	// Commit makes the file durable and returns it. It sets ID, Size and SHA256.
	Commit(f File) (File, error)
	// Abort forgets the file. It does nothing after Commit.
	Abort()
}

// MaxSize is the size in bytes of the largest file of any type.
const MaxSize = 100 << 20

// kinds has what may be uploaded, with the largest size in bytes (Meta's page "Media" of the Cloud API and pywa).
var kinds = map[string]int64{
	"image/jpeg": 5 << 20,
	"image/png":  5 << 20,
	"image/webp": 500 << 10, // an animated sticker

	"video/mp4":  16 << 20,
	"video/3gpp": 16 << 20,
	"video/3gp":  16 << 20, // as whatsapp-api-js writes it

	"audio/aac":  16 << 20,
	"audio/amr":  16 << 20,
	"audio/mp4":  16 << 20,
	"audio/mpeg": 16 << 20,
	"audio/ogg":  16 << 20,
	"audio/opus": 16 << 20,

	"text/plain":                    MaxSize,
	"application/pdf":               MaxSize,
	"application/msword":            MaxSize,
	"application/vnd.ms-excel":      MaxSize,
	"application/vnd.ms-powerpoint": MaxSize,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": MaxSize,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         MaxSize,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   MaxSize,
}

// ParseType returns a MIME type in the form of File.MIMEType and the largest size of a file of that type. It returns false for a type
// that cannot be uploaded.
func ParseType(s string) (mimeType string, maxSize int64, ok bool) {
	base, parameters, err := mime.ParseMediaType(s)
	if err != nil {
		return "", 0, false
	}
	maxSize, ok = kinds[base]
	if !ok {
		return "", 0, false
	}
	return mime.FormatMediaType(base, parameters), maxSize, true
}

// CleanName returns the last part of the name of a file, without characters that no file name should have. It is empty if nothing is
// left.
func CleanName(s string) string {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' || r == '"' {
			return -1
		}
		return r
	}, s)
	const longest = 240 // Meta names no limit; file systems have 255
	for len(s) > longest {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	if s = strings.TrimSpace(s); s == "." || s == ".." {
		return ""
	}
	return s
}
