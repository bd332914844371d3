// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode"
)

// CheckEndpoint returns an error if a base URL cannot be used. It does not use the network. The error says what is
// wrong and never contains the URL, which may hold a password.
func CheckEndpoint(endpoint string) error {
	_, err := parseEndpoint(endpoint)
	return err
}

func parseEndpoint(endpoint string) (*url.URL, error) {
	if endpoint == "" {
		return nil, errors.New("the endpoint is empty: expected a URL such as https://api.example.com")
	}
	if strings.ContainsFunc(endpoint, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return nil, errors.New("the endpoint contains a space or a control character")
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("the endpoint is not a URL: %w", err)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the endpoint must begin with https:// or http://")
	case u.User != nil:
		return nil, errors.New("the endpoint contains a user name or a password: use the arguments for credentials")
	case u.Hostname() == "":
		return nil, errors.New("the endpoint has no host")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("the endpoint has a query (from \"?\" on): set the base URL only")
	case u.Fragment != "" || strings.Contains(endpoint, "#"):
		return nil, errors.New("the endpoint has a fragment (from \"#\" on): set the base URL only")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, errors.New("the endpoint's port must be between 1 and 65535")
		}
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// CheckPath returns an error if a request path cannot be appended to an endpoint. A path begins with one "/", so that
// it cannot name another host, and may have a query.
func CheckPath(path string) error {
	_, err := parsePath(path)
	return err
}

func parsePath(path string) (*url.URL, error) {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return nil, errors.New(`the path must begin with one "/"`)
	}
	if strings.ContainsFunc(path, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return nil, errors.New("the path contains a space or a control character")
	}
	u, err := url.Parse(path)
	if err != nil {
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("the path is malformed: %w", err)
	}
	if u.Fragment != "" {
		return nil, errors.New(`the path has a fragment (from "#" on)`)
	}
	return u, nil
}

// resolve returns the URL of a path below the base.
func resolve(base *url.URL, path string) (*url.URL, error) {
	ref, err := parsePath(path)
	if err != nil {
		return nil, err
	}
	u := *base
	u.Path = base.Path + ref.Path
	if base.RawPath != "" || ref.RawPath != "" {
		u.RawPath = base.EscapedPath() + ref.EscapedPath()
	}
	u.RawQuery = ref.RawQuery
	return &u, nil
}

// targets resolves paths below a base. It remembers the last one, since most vendors have one path for all messages.
type targets struct {
	base *url.URL
	last atomic.Pointer[target]
}

type target struct {
	path string
	url  *url.URL
}

// resolve returns the URL of a path, which must not be changed.
func (t *targets) resolve(path string) (*url.URL, error) {
	if last := t.last.Load(); last != nil && last.path == path {
		return last.url, nil
	}
	u, err := resolve(t.base, path)
	if err == nil {
		t.last.Store(&target{path, u})
	}
	return u, err
}

// sameOrigin returns the target of a redirect, or nil if it has another origin or is not a URL.
func sameOrigin(from *url.URL, location string) *url.URL {
	to, err := from.Parse(location)
	if err != nil || location == "" || to.User != nil {
		return nil
	}
	if to.Scheme != from.Scheme || !strings.EqualFold(to.Hostname(), from.Hostname()) || port(to) != port(from) {
		return nil
	}
	return to
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
