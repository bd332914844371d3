// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// Guard decides which addresses the gateway connects to on behalf of applications. It is asked after a name was resolved, so that a name
// cannot lead to an address that is refused.
type Guard struct {
	// Allow are networks that are allowed although they are not public.
	Allow []netip.Prefix
}

// AddressError is the error for an address that is refused.
type AddressError struct{ Address netip.Addr }

// Error returns the address and what to do about it.
func (e *AddressError) Error() string {
	return fmt.Sprintf("the address %s is not public, and webhooks may go there only if the configuration allows its network", e.Address)
}

// reserved are networks that no webhook has a reason to go to, beside those that netip.Addr knows: IANA's registries of special-purpose
// addresses. Some lead to IPv4 addresses that are written in them.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared by carriers, and by some clouds for metadata
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("3fff::/20"),
	netip.MustParsePrefix("fec0::/10"),
}

// Check returns an *AddressError for an address that is refused.
func (g Guard) Check(a netip.Addr) error {
	a = a.Unmap().WithZone("")
	in := func(p netip.Prefix) bool { return p.Contains(a) }
	public := a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !slices.ContainsFunc(reserved, in)
	if public || slices.ContainsFunc(g.Allow, in) {
		return nil
	}
	return &AddressError{a}
}

// control is called with the address before each connection.
func (g Guard) control(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("the address %q cannot be checked: %w", address, err)
	}
	return g.Check(a.Addr())
}

// errRedirect is why a redirect is not followed.
var errRedirect = errors.New("the endpoint answered with a redirect, and webhooks follow none: change the URL")

// connectTime is how long a connection and its TLS may take.
const connectTime = 5 * time.Second

// NewClient returns a client that asks the guard, uses no proxy of the environment, and follows no redirect.
func NewClient(g Guard, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: connectTime, Control: g.control}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTime, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: maxInFlight, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}
}

// CheckURL returns an error for a URL that no webhook can go to.
func CheckURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("the URL is malformed") // the error would repeat it, and it may have a secret
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("the URL must begin with https:// or http:// and have a host")
	case u.User != nil:
		return errors.New("the URL must not have a user or a password: webhooks prove their origin by a signature")
	case u.Fragment != "":
		return errors.New("the URL must not have a fragment")
	}
	return nil
}
