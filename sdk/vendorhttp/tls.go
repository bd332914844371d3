// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"
	"syscall"
)

// The TLS alerts that are told apart (RFC 8446, section 6).
const (
	alertCloseNotify         = 0
	alertHandshakeFailure    = 40
	alertBadCertificate      = 42
	alertAccessDenied        = 49
	alertProtocolVersion     = 70
	alertInternalError       = 80
	alertUserCanceled        = 90
	alertCertificateRequired = 116
	alertNoProtocol          = 120
)

// newTLSConfig returns a configuration that tells an attempt when the vendor asks for a client certificate. The client
// has none and says so.
func newTLSConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetClientCertificate: func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if a, ok := info.Context().Value(attemptKey{}).(*attempt); ok {
				a.certificateAsked.Store(true)
			}
			return &tls.Certificate{}, nil
		},
	}
}

// attemptKey is the key of the attempt in the context of its request. A connection is made with that context.
type attemptKey struct{}

func withAttempt(ctx context.Context, a *attempt) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

// alertOf returns the TLS alert in an error, and whether there is one that the vendor sent.
func alertOf(err error) (code uint64, remote bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" || op.Err == nil {
		return 0, false
	}
	// The type of the alert is not exported.
	if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
		return v.Uint(), true
	}
	return 0, false
}

// refusedCertificate reports whether the vendor ended the handshake because it wants a client certificate. In TLS 1.3 the
// client learns this only after it has sent its request. The vendor has not read the request then: it does so after the
// handshake.
func (a *attempt) refusedCertificate(err error) bool {
	code, remote := alertOf(err)
	switch {
	case !a.unused():
		return false
	case remote:
		return code == alertCertificateRequired ||
			a.certificateAsked.Load() && (code == alertHandshakeFailure || code >= alertBadCertificate && code <= alertAccessDenied)
	}
	// It may show only as a connection that ends between the handshake and the first request.
	ended := errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) || errors.Is(err, errStale)
	return a.certificateAsked.Load() && !a.maybeSent() && (!ofNetwork(err) || ended && !a.handshake.Load())
}

// refusedHTTP1 reports whether the vendor refused HTTP/1.1 in the handshake. Nothing was sent then.
func (a *attempt) refusedHTTP1(err error) bool {
	if err == nil || !a.handshake.Load() {
		return false
	}
	code, remote := alertOf(err)
	return remote && code == alertNoProtocol || strings.Contains(err.Error(), "unadvertised ALPN protocol")
}

// unused reports whether no response came over the connection yet.
func (a *attempt) unused() bool { return a.handshake.Load() || a.conn == nil || !a.conn.served.Load() }

// lastsTLS reports whether an error is a failure of TLS that lasts until somebody acts.
func (a *attempt) lastsTLS(err error) bool {
	if untrusted(err) {
		return true
	}
	if code, remote := alertOf(err); remote && (code == alertCloseNotify || code == alertInternalError || code == alertUserCanceled) {
		return false
	}
	return a.handshake.Load() && !ofNetwork(err)
}

// ofNetwork reports whether an error is one of the connection below TLS, which may work the next time.
func ofNetwork(err error) bool {
	var (
		network net.Error
		errno   syscall.Errno
	)
	return errors.As(err, &network) && network.Timeout() || errors.As(err, &errno) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, errStale) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// untrusted reports whether an error says that the vendor's certificate is not trusted, or that it speaks no TLS.
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

// explainTLS returns what a lasting failure of TLS means and what to do.
func (a *attempt) explainTLS(err error) (what, do string) {
	code, remote := alertOf(err)
	switch {
	case a.refusedCertificate(err):
		return "the vendor demands a client certificate, and this provider has none (" + err.Error() + ")",
			"ask the vendor for an endpoint without client certificates, or put a proxy that has the certificate before it"
	case remote && code == alertProtocolVersion, strings.Contains(err.Error(), "unsupported protocol version"):
		return "the vendor speaks none of the TLS versions of this provider, which are 1.2 and 1.3 (" + err.Error() + ")",
			"check the endpoint, or ask the vendor for one with TLS 1.2 or 1.3"
	}
	return err.Error(), "check the endpoint and the certificates that this machine trusts"
}
