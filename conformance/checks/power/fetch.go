// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package power

import (
	"bytes"
	"context"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

var mediaFetch = power{"media_fetch", func(c capability.Capabilities) bool { return c.MediaFetch }}

func fetches() []suite.Check {
	return append(mediaFetch.checks(
		suite.Check{
			ID: "fetch/bytes", Run: fetchBytes,
			Requirement: "Media of the vendor are returned byte for byte with their type, up to 200 kB.",
			Kills:       []string{"fetch-keeps-the-beginning", "fetch-drops-the-type"},
		},
		suite.Check{
			ID: "fetch/expired", Run: fetchExpired,
			Requirement: "Media that the vendor does not have any more are rejected for good, without content.",
			Control:     "Media that the vendor has are returned.",
			Kills:       []string{"fetch-missing-as-empty", "fetch-missing-as-outage"},
		},
		suite.Check{
			ID: "fetch/failure", Run: fetchFailure,
			Requirement: "When the vendor fails or the connection is cut, the call fails: a part of the content is never returned as the whole.",
			Control:     "The same media are returned without a fault.",
			Kills:       []string{"fetch-failure-as-empty", "fetch-cut-as-whole"},
		},
	), mediaFetch.undeclared("fetch/undeclared-refused", "serves-undeclared-fetch", func(ctx context.Context, e *suite.Env) error {
		_, err := e.Client().FetchMedia(ctx, e.ChannelID(), "media-1", func(provider.Media) error { return nil }, func([]byte) error { return nil })
		return err
	}))
}

// put adds a file to what the vendor has, and returns its id.
func put(e *suite.Env, kind string, content []byte) string {
	described(e, e.Dialect().MediaFetch, "media_fetch")
	id := "file-" + e.DeliveryID()
	e.Emulator().PutMedia(id, emulator.Media{MIMEType: kind, Content: content})
	return id
}

func fetchBytes(ctx context.Context, e *suite.Env) {
	for name, content := range contents(e) {
		f := e.Fetch(ctx, put(e, "image/webp", content), 0)
		if !f.Whole() {
			e.Failf(name, "the media", "%s", refusal(f.Rejected, f.Err))
			continue
		}
		if !bytes.Equal(f.Content, content) {
			e.Failf(name, "the same bytes", "%d bytes instead of %d, equal up to byte %d", len(f.Content), len(content), common(string(f.Content), string(content)))
		}
		equal(e, "MIME type", "image/webp", f.Header.MIMEType)
		if f.Header.Size != 0 && f.Header.Size != int64(len(content)) {
			e.Failf("size", "the number of bytes, or 0", "%d", f.Header.Size)
		}
	}
}

func fetchExpired(ctx context.Context, e *suite.Env) {
	if f := e.Fetch(ctx, put(e, "image/png", []byte("png")), 0); !f.Whole() {
		e.Blocked("control: media of the vendor are not returned: %s", refusal(f.Rejected, f.Err))
	}
	f := e.Fetch(ctx, "gone-"+e.DeliveryID(), 0)
	if f.Rejected == nil || f.Rejected.Reason == outcome.ReasonVendorUnavailable || f.Rejected.Retry != outcome.RetryNever {
		e.Failf("result", "a rejection, retry never", "%s", refusal(f.Rejected, f.Err))
	}
	if len(f.Content) > 0 {
		e.Failf("content", "none", "%d bytes", len(f.Content))
	}
}

func fetchFailure(ctx context.Context, e *suite.Env) {
	content := bytes.Repeat([]byte("a picture "), 20_000)
	id := put(e, "image/png", content)
	if f := e.Fetch(ctx, id, 0); !f.Whole() {
		e.Blocked("control: media of the vendor are not returned: %s", refusal(f.Rejected, f.Err))
	}
	cuts := []string{"truncate(100)", "truncate(150000)", "reset_mid_answer", "status(400)", "status(401)", "status(404)", "status(500)",
		"status(503)", "reset_after_request", "accept_then_close", "hang_after_read"}
	eachFailure(e, cuts, func(fault string, timeout time.Duration) {
		// Some vendors refuse with status 200. Where the content is the whole answer, such a refusal cannot be told from a file.
		if row := rowOf(e, fault); row != nil && row.Status < 300 {
			return
		}
		if f := e.Fetch(ctx, id, timeout, faults(fault)...); f.Whole() {
			e.Failf(fault, "a rejection or an error", "%d of %d bytes as the whole content", len(f.Content), len(content))
		}
	})
}
