// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// headerFor returns the headers of a request. They are the client's own, and must not be changed, if the request adds
// no header.
func (c *Client) headerFor(r Request) http.Header {
	if len(r.Header) == 0 && r.ContentType == "" {
		return c.header
	}
	header := c.header.Clone()
	merge(header, r.Header)
	if r.ContentType != "" {
		header.Set("Content-Type", r.ContentType)
	}
	return header
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

// checkRequest returns an error if a method or a header cannot be sent. The error does not contain the value of a header,
// which may be a secret.
func checkRequest(method string, header http.Header) error {
	if method != "" && !httpguts.ValidHeaderFieldName(method) { // both are tokens (RFC 9110, sections 5.1 and 9.1)
		return fmt.Errorf("the method %q is not valid", method)
	}
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
