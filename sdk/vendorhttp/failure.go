// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
)

// maxCause bounds the text of a cause, which may quote a broken server, in characters.
const maxCause = 500

// Failure is the result of a request that got no complete response.
type Failure struct {
	// Cause says what happened. It contains no secrets.
	Cause error
	// MaybeSent is true if the vendor may have received the request, and acted on it.
	MaybeSent bool
	// Timeout is true if the time was up. Canceled is true if the caller's context was cancelled.
	Timeout, Canceled bool
	// Attempts is the number of requests that may have reached the vendor.
	Attempts int

	// permanent is true if the same request fails again until somebody changes the configuration.
	permanent bool
	// what is Cause without the words about the message.
	what string
	// rejection is the outcome of a message for which there was no token. It is nil for all other failures.
	rejection *outcome.Outcome
}

// Outcome returns the outcome of the failure. It is unknown if the request may have reached the vendor, and such a
// message is never sent again. Otherwise it is a rejection. The reason is misconfigured if the
// failure lasts until somebody acts: the vendor's certificate is not trusted, the vendor wants another version of TLS or a
// client certificate, a proxy wants a password, or the request could not be made. If there was no token for the request,
// the answer to the request for the token decides. In all other cases the reason is vendor_unavailable, safe to retry.
func (f *Failure) Outcome() outcome.Outcome {
	var o outcome.Outcome
	switch {
	case f.rejection != nil:
		return *f.rejection
	case f.MaybeSent:
		o = outcome.NewUnknown(f.Cause.Error())
	case f.permanent:
		o = outcome.Reject(outcome.ReasonMisconfigured, "", "%s", f.Cause)
		o.Rejected.Scope = outcome.ScopeAccount
	default:
		o = outcome.Reject(outcome.ReasonVendorUnavailable, "", "%s", f.Cause)
		o.Rejected.Retry = outcome.RetrySafe
		if !f.Canceled {
			o.Rejected.Scope = outcome.ScopeAccount
		}
	}
	o.Attempts = f.Attempts
	return o
}

// refuse returns the failure of a request that cannot be made.
func (c *Client) refuse(text string) *Failure {
	text = c.secrets.Redact(text)
	return &Failure{Cause: errors.New(text), what: text, permanent: true}
}

func (c *Client) failure(limit *limit, a *attempt, maybeSent bool, prefix string, err error) *Failure {
	if maybeSent && a.refusedCertificate(err) {
		maybeSent = false
	}
	f := &Failure{MaybeSent: maybeSent}
	if maybeSent {
		f.Attempts = 1
	}
	var (
		netErr net.Error
		proxy  *proxyError
	)
	ended := limit.err()
	f.Canceled = errors.Is(ended, context.Canceled)
	f.Timeout = !f.Canceled && (ended != nil || errors.As(err, &netErr) && netErr.Timeout())

	var what, do string
	switch {
	case f.Canceled:
		what = "the request was cancelled"
	case f.Timeout && ended != nil:
		what = fmt.Sprintf("no complete response within the time limit (at most %s)", c.timeout.Round(time.Millisecond))
	case !maybeSent && errors.As(err, &proxy):
		f.permanent, what = proxy.lasts, proxy.text
	case !maybeSent && (a.lastsTLS(err) || a.refusedCertificate(err)):
		f.permanent = true
		what, do = a.explainTLS(inner(err))
	default:
		what = inner(err).Error()
		switch {
		case unreachableProxy(err):
			what = "the proxy cannot be reached: " + what + "; check " + proxyVariables
		case a.certificateAsked.Load() && a.unused():
			what += " (the vendor asked for a client certificate, and this provider has none)"
		}
	}
	text := c.base.Host + ": " + prefix + what
	f.what = c.secrets.Redact(printable(text, maxCause))
	if maybeSent {
		text += "; the vendor may have received the request"
	} else {
		text += "; nothing was sent"
	}
	if do != "" {
		text += ": " + do
	}
	f.Cause = errors.New(c.secrets.Redact(printable(text, maxCause)))
	return f
}

// inner returns the error in a *url.Error, whose own text has the URL.
func inner(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
