// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wahost/wahost/core/registry/source"
)

// tlsEndsSoon is how long before the end of a vendor's certificate a warning begins. Vendors renew theirs without anybody's help.
const tlsEndsSoon = 7 * 24 * time.Hour

// reach examines the way to an endpoint: its name, a connection, and its certificate. Channels are those that use it.
func reach(ctx context.Context, endpoint string, channels []string, now time.Time) []Finding {
	e := &Exam{}
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" {
		e.add("endpoint", Error, listOf(channels), "Correct the endpoint in the provider block.", "The endpoint is not a URL.")
		return e.findings
	}
	where := nameOf(u)
	conn, ok := e.connect(ctx, u, where, channels)
	if !ok {
		return e.findings
	}
	defer func() { _ = conn.Close() }()
	if u.Scheme != "https" {
		if source.IsLoopback(u.Hostname()) {
			e.ok("tls", where, "The endpoint is on this machine and has no TLS.")
		} else {
			e.add("tls", Warning, where, "Use the https URL of the vendor.", "Credentials and messages are not encrypted.")
		}
		return e.findings
	}
	e.handshake(ctx, conn, u.Hostname(), where, now)
	return e.findings
}

// connect makes a connection to an endpoint, through the proxy of the environment if there is one.
func (e *Exam) connect(ctx context.Context, u *url.URL, where string, channels []string) (net.Conn, bool) {
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u})
	if err != nil {
		e.add("tcp", Error, where, "Write the variable as http://HOST:PORT.", "The proxy of the environment is not usable.")
		return nil, false
	}
	to, name := where, u.Hostname()
	if proxy != nil {
		if proxy.Scheme != "http" {
			e.add("tcp", Warning, where, "Try it with `wahost send`.", "Connections go through a proxy of the kind %s, which is not examined.", proxy.Scheme)
			return nil, false
		}
		to, name = nameOf(proxy), proxy.Hostname()
	}
	if net.ParseIP(name) == nil {
		addresses, err := net.DefaultResolver.LookupHost(ctx, name)
		if err != nil {
			e.add("dns", Error, name, "Check the endpoint and the name servers of this machine.", "The name cannot be resolved: %s. It is used by %s.", failure(err), listOf(channels))
			return nil, false
		}
		e.ok("dns", name, "The name leads to %s.", strings.Join(addresses[:min(len(addresses), 3)], ", "))
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", to)
	if err != nil {
		e.add("tcp", Error, to, "Check the endpoint, the firewall and the proxy variables.", "No connection: %s. It is used by %s.", failure(err), listOf(channels))
		return nil, false
	}
	if proxy != nil && u.Scheme == "https" {
		if err := tunnel(ctx, conn, proxy, where); err != nil {
			_ = conn.Close()
			e.add("tcp", Error, where, "Check the proxy, its credentials and NO_PROXY.", "The proxy %s does not connect to it: %s.", to, failure(err))
			return nil, false
		}
	}
	if proxy != nil {
		e.ok("tcp", where, "A connection can be made, through the proxy %s.", to)
	} else {
		e.ok("tcp", where, "A connection can be made, for %s.", listOf(channels))
	}
	return conn, true
}

// tunnel asks a proxy for a connection to an address.
func tunnel(ctx context.Context, conn net.Conn, proxy *url.URL, to string) error {
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	r := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: to}, Host: to, Header: http.Header{}}
	if user := proxy.User; user != nil {
		password, _ := user.Password()
		r.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := r.Write(conn); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		return err
	}
	_ = answer.Body.Close() // of a CONNECT: it ends nothing
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answered HTTP %d", answer.StatusCode)
	}
	return nil
}

// handshake examines the certificate of an endpoint.
func (e *Exam) handshake(ctx context.Context, conn net.Conn, name, where string, now time.Time) {
	client := tls.Client(conn, &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12})
	if err := client.HandshakeContext(ctx); err != nil {
		do := "Check whether a proxy or a firewall stands between, and whether the endpoint is right."
		var unknown x509.UnknownAuthorityError
		var invalid x509.CertificateInvalidError
		switch {
		case errors.As(err, &unknown):
			do = "If a proxy of your company inspects connections, let SSL_CERT_FILE name a file with its certificate. Otherwise somebody may pretend to be the vendor."
		case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
			do = "Check the clock of this machine, and tell the vendor."
		}
		e.add("tls", Error, where, do, "TLS fails: %s.", failure(err))
		return
	}
	state := client.ConnectionState()
	ends := state.PeerCertificates[0].NotAfter
	days := int(ends.Sub(now) / (24 * time.Hour))
	if ends.Before(now.Add(tlsEndsSoon)) {
		e.add("tls", Warning, where, "Tell the vendor, unless it renews it in time.", "The certificate of the vendor ends on %s, in %s.", ends.UTC().Format(time.DateOnly), count(days, "day"))
		return
	}
	e.ok("tls", where, "%s, and the certificate is valid until %s, for %s.", tls.VersionName(state.Version), ends.UTC().Format(time.DateOnly), count(days, "day"))
}

// failure returns the cause of an error of the network, without addresses that the finding names.
func failure(err error) string {
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case timedOut(err):
		return "nothing was answered in time"
	case errors.As(err, &dns) && dns.IsTimeout:
		return "the name server did not answer in time"
	case errors.As(err, &dns):
		return dns.Err
	case errors.As(err, &op) && op.Timeout():
		return "nothing was answered in time"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return err.Error()
}
