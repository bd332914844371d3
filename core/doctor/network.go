// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"cmp"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// proxyVariables are read by providers in Go and by wahost. The upper case wins.
var proxyVariables = []string{"HTTPS_PROXY", "HTTP_PROXY"}

// network looks at the variables that decide how vendors are reached. Providers get them.
func (e *Exam) network() {
	const check = "network"
	found := false
	for _, name := range proxyVariables {
		upper, lower := e.variable(name), e.variable(strings.ToLower(name))
		if upper != "" && lower != "" && upper != lower {
			found = true
			e.add(check, Warning, name, "Set both to the same proxy, or unset one.", "%s and %s name different proxies, and programs differ in which one they read.", name, strings.ToLower(name))
		}
		text := cmp.Or(upper, lower)
		if text == "" {
			continue
		}
		found = true
		proxy, ok := proxyURL(text)
		if !ok {
			e.add(check, Error, name, "Write it as http://HOST:PORT.", "It is not the URL of a proxy.")
			continue
		}
		e.ok(check, name, "Requests to vendors go through the proxy %s.", proxy.Host)
	}
	if text := cmp.Or(e.variable("NO_PROXY"), e.variable("no_proxy")); found && text != "" {
		e.ok(check, "NO_PROXY", "These hosts are reached without the proxy: %s.", text)
	}
	authorities := func(name string, paths ...string) {
		for _, path := range paths {
			if path == "" {
				continue
			}
			found = true
			if _, err := os.Stat(path); err != nil {
				e.add(check, Error, name, "Correct the path, or unset the variable.", "%s, from which certificates of authorities are read, cannot be used: %v.", path, reason(err))
				continue
			}
			e.ok(check, name, "Certificates of authorities are read from %s.", path)
		}
	}
	authorities("SSL_CERT_FILE", e.variable("SSL_CERT_FILE"))
	authorities("SSL_CERT_DIR", filepath.SplitList(e.variable("SSL_CERT_DIR"))...)
	if !found {
		e.ok(check, "", "No proxy is set. Vendors are reached directly.")
	}
}

// proxyURL reads a proxy as Go's net/http does: a text without a scheme is one of HTTP.
func proxyURL(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		u, err = url.Parse("http://" + text)
	}
	return u, err == nil && u.Hostname() != "" && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "socks5" || u.Scheme == "socks5h")
}
