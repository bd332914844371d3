// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
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
}

// Outcome returns the outcome of the failure. It is unknown if the request may have reached the vendor, and such a
// message is never sent again. Otherwise it is a rejection. The reason is misconfigured if the vendor's certificate is
// not trusted or the request could not be made, and vendor_unavailable, safe to retry, in all other cases.
func (f *Failure) Outcome() outcome.Outcome {
	var o outcome.Outcome
	switch {
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
	return &Failure{Cause: errors.New(c.secrets.Redact(text)), permanent: true}
}

func (c *Client) failure(ctx context.Context, maybeSent bool, prefix string, err error) *Failure {
	f := &Failure{MaybeSent: maybeSent}
	if maybeSent {
		f.Attempts = 1
	}
	var netErr net.Error
	f.Canceled = errors.Is(ctx.Err(), context.Canceled)
	f.Timeout = !f.Canceled && (ctx.Err() != nil || errors.As(err, &netErr) && netErr.Timeout())
	f.permanent = !maybeSent && untrusted(err)

	var what string
	switch {
	case f.Canceled:
		what = "the request was cancelled"
	case f.Timeout && ctx.Err() != nil:
		what = fmt.Sprintf("no complete response within the time limit (at most %s)", c.timeout.Round(time.Millisecond))
	default:
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err
		}
		what = err.Error()
	}
	text := c.base.Host + ": " + prefix + what
	switch {
	case maybeSent:
		text += "; the vendor may have received the request"
	case f.permanent:
		text += "; nothing was sent: check the endpoint and the certificates that this machine trusts"
	default:
		text += "; nothing was sent"
	}
	f.Cause = errors.New(c.secrets.Redact(printable(text, maxCause)))
	return f
}

// untrusted reports whether an error is a failure of TLS that lasts until somebody acts.
func untrusted(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		record       tls.RecordHeaderError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &record) || errors.As(err, &authority) ||
		errors.As(err, &hostname) || errors.As(err, &invalid)
}
