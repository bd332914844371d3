// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/outcome"
)

const (
	// maxRetryAfter bounds the wait that a vendor can ask for.
	maxRetryAfter = time.Hour
	// maxSnippet bounds the part of a body that becomes a VendorMessage, in characters.
	maxSnippet = 500
)

// OutcomeForStatus returns the outcome of a response by its HTTP status alone (RFC 9110), for a body that the provider
// does not understand. The outcome of a success status is unknown, because nothing proves that the vendor accepted the
// message. The outcome of 408 and of the 5xx statuses except 503 is unknown too, because the vendor may have accepted
// the message. The texts say what kind of body the response had.
//
// The reason for 404 is misconfigured: the vendor has nothing at the address, whatever the message is. A provider of a
// vendor that answers 404 for a recipient or a template must recognize that answer by its body.
func OutcomeForStatus(r *Response) outcome.Outcome {
	o := outcomeForStatus(r)
	o.Attempts = r.Attempts
	return o
}

func outcomeForStatus(r *Response) outcome.Outcome {
	snippet := r.Snippet()
	answered := fmt.Sprintf("the vendor answered HTTP %d", r.Status)
	if text := http.StatusText(r.Status); text != "" && r.Status != http.StatusOK {
		answered += " " + text
	}
	reject := func(reason outcome.Reason, scope outcome.Scope, retry outcome.Retry) outcome.Outcome {
		o := outcome.Reject(reason, "", "%s", answered)
		o.Rejected.Scope, o.Rejected.Retry, o.Rejected.VendorMessage = scope, retry, snippet
		return o
	}
	switch {
	case r.Status >= 300 && r.Status < 400:
		answered += r.redirectHint()
		return reject(outcome.ReasonMisconfigured, outcome.ScopeAccount, outcome.RetryNever)
	case r.Status == http.StatusUnauthorized:
		return reject(outcome.ReasonUnauthenticated, outcome.ScopeAccount, outcome.RetryNever)
	case r.Status == http.StatusForbidden:
		return reject(outcome.ReasonForbidden, outcome.ScopeAccount, outcome.RetryNever)
	case r.Status == http.StatusNotFound:
		answered += r.atAddress() + ": nothing is there; check the endpoint"
		return reject(outcome.ReasonMisconfigured, outcome.ScopeAccount, outcome.RetryNever)
	case r.Status == http.StatusProxyAuthRequired:
		answered = r.secrets.Redact(wantsPassword(r.proxy))
		return reject(outcome.ReasonMisconfigured, outcome.ScopeAccount, outcome.RetryNever)
	case r.Status == http.StatusTooManyRequests:
		o := reject(outcome.ReasonRateLimited, outcome.ScopeSender, outcome.RetryLater)
		o.Rejected.RetryAfter = retryAfter(r.Header, time.Now())
		return o
	case r.Status == http.StatusServiceUnavailable:
		o := reject(outcome.ReasonVendorUnavailable, outcome.ScopeAccount, outcome.RetrySafe)
		if wait := retryAfter(r.Header, time.Now()); wait > 0 {
			o.Rejected.Retry, o.Rejected.RetryAfter = outcome.RetryLater, wait
		}
		return o
	case r.Status >= 400 && r.Status < 500 && r.Status != http.StatusRequestTimeout:
		return reject(outcome.ReasonVendorRejected, outcome.ScopeMessage, outcome.RetryNever)
	}
	answered += r.held()
	if snippet != "" {
		answered += ": " + snippet
	}
	return outcome.NewUnknown(answered)
}

// atAddress returns " at" and the URL that was requested, or "" if the URL is not kept.
func (r *Response) atAddress() string {
	if r.address == "" {
		return ""
	}
	return " at " + r.address
}

// content returns the body without a byte order mark and the space around it.
func (r *Response) content() []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(r.Body, []byte("\xef\xbb\xbf")))
}

// held returns what kind of body a response has, as the end of a sentence. It never returns a part of the body.
func (r *Response) held() string {
	body := r.content()
	notJSON := " with a body that is not JSON: "
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var cut *json.SyntaxError
	switch {
	case len(body) == 0:
		return " without a body"
	case json.Valid(body):
		return " with JSON that does not say whether the message was accepted"
	case r.encoding != "":
		return notJSON + "it has the Content-Encoding " + strconv.Quote(printable(r.secrets.Redact(r.encoding), 50)) + ", which was not asked for"
	case r.isHTML():
		return notJSON + "an HTML page"
	case bytes.HasPrefix(body, []byte("<")):
		return notJSON + "XML"
	case !utf8.Valid(body):
		return notJSON + "binary data"
	case (body[0] == '{' || body[0] == '[') && errors.As(json.Unmarshal(body, new(any)), &cut) && cut.Offset >= int64(len(body)):
		return notJSON + "JSON that is cut off"
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		return notJSON + "a form"
	}
	return notJSON + "text"
}

// unasked returns the Content-Encoding of a response that the transport did not decode although the headers of the request did not ask
// for any, or "" if it has no such encoding.
func unasked(asked http.Header, reply *http.Response) string {
	encoding := strings.Join(reply.Header.Values("Content-Encoding"), ", ")
	if asked.Get("Accept-Encoding") != "" || strings.EqualFold(encoding, "identity") {
		return ""
	}
	return encoding
}

// redirectHint names the host that a redirect leads to. Path and query may contain secrets and are left out.
func (r *Response) redirectHint() string {
	hint := ": the endpoint redirects and is not followed"
	location, err := url.Parse(r.Header.Get("Location"))
	if err == nil && location.Host != "" {
		hint = ": the endpoint redirects to " + location.Scheme + "://" + location.Host + " and is not followed"
	}
	return r.secrets.Redact(hint) + "; set the endpoint to the vendor's final address"
}

// Snippet returns the beginning of the body on one line and without secrets, for a VendorMessage. It returns the empty
// string for HTML pages and for everything that is not text.
func (r *Response) Snippet() string {
	body := r.content()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if len(body) == 0 || r.isHTML() || !utf8.Valid(body) || r.encoding != "" && !json.Valid(body) ||
		bytes.HasPrefix(body, []byte("<")) && !strings.Contains(kind, "xml") {
		return ""
	}
	// Redact before cutting: half a secret would not be recognized.
	return printable(r.secrets.Redact(string(body)), maxSnippet)
}

// isHTML reports whether the body is an HTML page, by its type or its beginning.
func (r *Response) isHTML() bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body := r.content()
	lower := bytes.ToLower(body[:min(len(body), 64)])
	return strings.Contains(kind, "html") || bytes.HasPrefix(lower, []byte("<!doctype html")) || bytes.HasPrefix(lower, []byte("<html"))
}

// retryAfter returns the wait that the header Retry-After asks for, or 0. The header has seconds or a date. A date is
// compared with the vendor's own clock if the response has a Date.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		if seconds >= uint64(maxRetryAfter/time.Second) {
			return maxRetryAfter
		}
		return time.Duration(seconds) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if vendorNow, err := http.ParseTime(header.Get("Date")); err == nil {
		now = vendorNow
	}
	return min(max(date.Sub(now), 0), maxRetryAfter)
}

// printable returns a text on one line and without control characters, cut to a number of characters.
func printable(text string, limit int) string {
	var b strings.Builder
	count, space := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
			count++
		}
		space = false
		if count >= limit-1 {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
		count++
	}
	return b.String()
}
