// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"net"
	"net/url"
)

// CheckURL returns an error unless a URL is one of HTTPS, or of HTTP on the loopback interface, to whose end names of files can be
// added.
func CheckURL(u *url.URL) error {
	if u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !IsLoopback(u.Hostname())) {
		return fmt.Errorf("%s is not the URL of a server with HTTPS, such as https://providers.example.com/", quoted(u.Redacted()))
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%s has a user, a query or a fragment, and names of files are added to its end", quoted(u.Redacted()))
	}
	return nil
}

// IsLoopback reports whether a host name or an address is on the loopback interface.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
