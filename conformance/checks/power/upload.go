// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package power

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/provider"
)

var mediaUpload = power{"media_upload", func(c capability.Capabilities) bool { return c.MediaUpload }}

func uploads() []suite.Check {
	return append(mediaUpload.checks(
		suite.Check{
			ID: "upload/bytes", Run: uploadBytes,
			Requirement: "Media arrive at the vendor byte for byte with their type and name, up to 3 MiB, and the vendor's id is returned.",
			Kills:       []string{"upload-changes-line-ends", "upload-keeps-the-first-part", "upload-without-a-type", "upload-drops-the-name", "upload-returns-another-id"},
		},
		suite.Check{
			ID: "upload/failure", Run: uploadFailure,
			Requirement: "An upload that the vendor did not take is rejected with a reason, and has no id.",
			Kills:       []string{"upload-invents-an-id", "upload-fails-without-a-reason"},
		},
		suite.Check{
			ID: "upload/broken-stream", Run: uploadBroken,
			Requirement: "Media that break off before their end never reach the vendor as a whole file, and are no success.",
			Kills:       []string{"upload-of-what-arrived"},
		},
	), mediaUpload.undeclared("upload/undeclared-refused", "serves-undeclared-upload", func(ctx context.Context, e *suite.Env) error {
		_, _, err := e.Client().UploadMedia(ctx, e.ChannelID(), suite.File("image/png", "a.png", []byte("png")))
		return err
	}))
}

// contents are files that a wrong encoding changes, and one that needs several parts.
func contents(e *suite.Env) map[string][]byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	large := make([]byte, 3<<20+17)
	for i := range large {
		large[i] = byte(e.Rand().Uint32())
	}
	return map[string][]byte{
		"every byte": bytes.Repeat(all, 5), "line ends": []byte("\r\n--x\n\r\n\r--\r\n"), "a large file": large,
	}
}

func uploadBytes(ctx context.Context, e *suite.Env) {
	d := e.Dialect().MediaUpload
	described(e, d, "media_upload")
	for name, content := range contents(e) {
		uploaded, rejected, exchanges, err := e.Upload(ctx, suite.File("image/png", "picture 1.png", content), 0)
		if err != nil || rejected != nil {
			e.Failf(name, "an id", "%s", refusal(rejected, err))
			continue
		}
		x := single(e, exchanges, d.Route)
		arrived := strings.Join(e.Emulator().Texts(x, d.ContentAt), "")
		if arrived != string(content) {
			e.Failf(name, "the same bytes", "%d bytes instead of %d, equal up to byte %d", len(arrived), len(content), common(arrived, string(content)))
		}
		if !d.TypeAt.IsZero() {
			equal(e, "MIME type", "image/png", strings.Join(e.Emulator().Texts(x, d.TypeAt), " "))
		}
		if !d.FilenameAt.IsZero() {
			equal(e, "file name", "picture 1.png", strings.Join(e.Emulator().Texts(x, d.FilenameAt), " "))
		}
		equal(e, "id", answered(x, d.IDAt), uploaded.ID)
	}
}

// answered returns the text at a path of an answer.
func answered(x emulator.Exchange, path dialect.Path) string {
	text, _ := path.Text(emulator.DecodeAnswer(x))
	return text
}

// common returns the number of bytes up to which two texts are equal.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// mediaFaults are what a vendor does instead of taking media or answering a question.
var mediaFaults = []string{
	"status(400)", "status(401)", "status(413)", "status(429)", "status(500)", "status(503)", "html(200)", "garbage", "empty_200",
	"json_null", "json_empty", "reset_after_request", "accept_then_close", "hang_after_read",
}

func uploadFailure(ctx context.Context, e *suite.Env) {
	described(e, e.Dialect().MediaUpload, "media_upload")
	eachFailure(e, mediaFaults, func(fault string, timeout time.Duration) {
		uploaded, rejected, _, err := e.Upload(ctx, suite.File("image/png", "a.png", []byte("png")), timeout, faults(fault)...)
		if err == nil && rejected == nil || uploaded.ID != "" {
			e.Failf(fault, "a rejection without an id", "the id %q", uploaded.ID)
		}
		if err != nil && timeout == 0 {
			e.Failf(fault, "a rejection", "%v", err)
		}
	})
}

// breaking is a content that ends with an error.
type breaking struct {
	io.Reader
	err error
}

func (b *breaking) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.err
	}
	return n, err
}

func (*breaking) Close() error { return nil }

func uploadBroken(ctx context.Context, e *suite.Env) {
	described(e, e.Dialect().MediaUpload, "media_upload")
	half := bytes.Repeat([]byte("half of a picture"), 1000)
	for name, end := range map[string]error{"the caller leaves": io.ErrUnexpectedEOF, "the size is not reached": io.EOF} {
		media := provider.Media{MIMEType: "image/png", Filename: "a.png", Size: int64(2 * len(half)), Content: &breaking{bytes.NewReader(half), end}}
		uploaded, rejected, exchanges, err := e.Upload(ctx, media, 0)
		if err == nil && rejected == nil {
			e.Failf(name, "no success", "the id %q", uploaded.ID)
		}
		for _, x := range exchanges {
			if x.Delivered {
				e.Failf(name, "the vendor gets no file", "a request with %d bytes", len(x.Body))
			}
		}
	}
	if uploaded, rejected, _, err := e.Upload(ctx, suite.File("image/png", "a.png", half), 0); uploaded.ID == "" {
		e.Failf("afterwards", "an id", "%s", refusal(rejected, err))
	}
}
