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

// maxCause bounds the text of a cause, which may quote what a broken server sent.
const maxCause = 500

// Failure is a request that brought no complete answer.
type Failure struct {
	// Cause says what happened, without secrets.
	Cause error
	// MaybeSent: the vendor may have received the request, and acted on it.
	MaybeSent bool
	// Timeout and Canceled say why it was given up, where it was.
	Timeout, Canceled bool
	// Attempts is the number of requests that may have reached the vendor.
	Attempts int

	// permanent: the same request would fail again until somebody changes the configuration.
	permanent bool
}

// Outcome classifies the failure. Where the request may have reached the vendor it is unknown, and never resent.
// Otherwise it is rejected: as misconfigured where the vendor's certificate is not trusted or the request could not
// be made at all, else as vendor_unavailable, safe to try again.
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

// refuse is the failure of a request that cannot be made.
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
		what = fmt.Sprintf("no complete answer within the time limit (at most %s)", c.timeout.Round(time.Millisecond))
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

// untrusted reports failures of TLS that last until somebody acts.
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
