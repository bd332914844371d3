// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// header is the headers of requests. They must not be changed.
type header struct {
	own http.Header
	// zipped is own with a header that asks for gzip, as net/http does. It is nil if own says which encodings or which part is wanted:
	// a part of a body cannot be decompressed.
	zipped http.Header
	// err says which of them cannot be sent.
	err error
}

func newHeader(own http.Header) *header {
	h := &header{own: own, err: checkHeader(own)}
	if own.Get("Accept-Encoding") == "" && own.Get("Range") == "" {
		h.zipped = maps.Clone(own)
		h.zipped["Accept-Encoding"] = []string{"gzip"}
	}
	return h
}

// headerFor returns the headers of a request.
func (c *Client) headerFor(r Request) *header {
	if len(r.Header) == 0 && r.ContentType == "" {
		return c.header
	}
	own := c.header.own.Clone()
	merge(own, r.Header)
	if r.ContentType != "" {
		own.Set("Content-Type", r.ContentType)
	}
	return newHeader(own)
}

// merge copies the headers of more into header. The transport repeats a request with an idempotency key by itself when
// the connection breaks. These headers are written in lower case so that it does not recognize them; header names are
// case-insensitive to a server (RFC 9110, section 5.1).
func merge(header, more http.Header) {
	for name, values := range more {
		name = http.CanonicalHeaderKey(name)
		if name == "Idempotency-Key" || name == "X-Idempotency-Key" {
			name = strings.ToLower(name)
		}
		header[name] = slices.Clone(values)
	}
}

// checkMethod returns an error if a method cannot be sent.
func checkMethod(method string) error {
	if method != "" && !httpguts.ValidHeaderFieldName(method) { // both are tokens (RFC 9110, sections 5.1 and 9.1)
		return fmt.Errorf("the method %q is not valid", method)
	}
	return nil
}

// checkHeader returns an error if a header cannot be sent. The error does not contain its value, which may be a secret.
func checkHeader(header http.Header) error {
	for name, values := range header {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("the name of the header %q is not valid", name)
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("the header %s has a value that cannot be sent: it contains a control character", name)
			}
		}
	}
	return nil
}
