// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

const (
	// headerTimeout is how long a server may take to answer.
	headerTimeout = 30 * time.Second
	maxRedirects  = 10
	// directPath is where a host offers the providers of its own addresses.
	directPath = "/.well-known/wahost/providers/"
)

// HTTPS is a web server with static files: for each provider a folder with an index and packages.
type HTTPS struct {
	// Client makes the requests. NewClient returns one.
	Client *http.Client
	// Base is the URL below which the providers are, by the path of their source address. If it is nil, each provider comes from the
	// host of its address.
	Base *url.URL
}

// NewClient returns a client for downloads. It never leaves HTTPS for HTTP, except from loopback to loopback.
func NewClient(userAgent string) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = headerTimeout
	return &http.Client{
		Transport: agentTransport{userAgent, transport},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			switch {
			case len(via) >= maxRedirects:
				return permanentError{fmt.Errorf("more than %d redirects", maxRedirects)}
			case r.URL.Scheme != "https" && (!isLocal(r) || !isLocal(via[len(via)-1])):
				return permanentError{fmt.Errorf("redirected to %s, which is not HTTPS", r.URL.Redacted())}
			}
			return nil
		},
	}
}

// isLocal reports whether a request is to this machine.
func isLocal(r *http.Request) bool { return source.IsLoopback(r.URL.Hostname()) }

type agentTransport struct {
	agent string
	http.RoundTripper
}

func (t agentTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", t.agent)
	return t.RoundTripper.RoundTrip(r)
}

// String names the server.
func (h HTTPS) String() string {
	if h.Base == nil {
		return "the host of the source address"
	}
	return "HTTPS mirror " + h.Base.Redacted()
}

// folder returns the URL of the folder of a provider, or nil if its address names no host to ask.
func (h HTTPS) folder(a source.Address) *url.URL {
	if h.Base != nil {
		return h.Base.JoinPath(a.Path(), "/")
	}
	if a.Host == "" {
		return nil
	}
	u := &url.URL{Scheme: "https", Host: a.Host}
	return u.JoinPath(directPath, a.Namespace, a.Name, "/")
}

// Versions reads the index.
func (h HTTPS) Versions(ctx context.Context, a source.Address) ([]release.Version, error) {
	x, _, err := h.index(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []release.Version
	for text := range x.Versions {
		v, err := release.ParseVersion(text)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		return nil, ErrNotOffered
	}
	return out, nil
}

// Release reads the index, and the checksums of the release with their signature.
func (h HTTPS) Release(ctx context.Context, a source.Address, v release.Version) (*release.Release, error) {
	x, folder, err := h.index(ctx, a)
	if err != nil {
		return nil, err
	}
	listed, ok := x.Versions[v.String()]
	if !ok {
		return nil, ErrNotOffered
	}
	r := &release.Release{Source: a, Version: v, Packages: map[release.Platform]release.Package{}, Origin: h.String()}
	if h.Base == nil {
		r.Origin = "direct from " + a.Host
	}
	for text, p := range listed.Packages {
		platform, err := release.ParsePlatform(text)
		if err != nil {
			return nil, err
		}
		r.Packages[platform] = release.Package{Size: p.Size, SHA256: p.SHA256, Hash: p.Hash, At: folder.JoinPath(p.File).String()}
	}
	if listed.Sums != "" {
		if r.Sums, err = h.read(ctx, folder.JoinPath(listed.Sums), release.MaxSums); err != nil {
			return nil, err
		}
	}
	if listed.Signature != "" {
		if r.Signature, err = h.read(ctx, folder.JoinPath(listed.Signature), release.MaxSums); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (h HTTPS) index(ctx context.Context, a source.Address) (*Index, *url.URL, error) {
	folder := h.folder(a)
	if folder == nil {
		return nil, nil, ErrNotOffered
	}
	at := folder.JoinPath(IndexFile)
	data, err := h.read(ctx, at, maxIndex)
	var status *StatusError
	if errors.As(err, &status) && (status.Status == http.StatusNotFound || status.Status == http.StatusGone) {
		return nil, nil, ErrNotOffered
	}
	if err != nil {
		return nil, nil, err
	}
	x, err := parseIndex(data, a)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", at.Redacted(), err)
	}
	return x, folder, nil
}

// read reads a small file.
func (h HTTPS) read(ctx context.Context, u *url.URL, most int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, idleTimeout)
	defer cancel()
	answer, err := h.get(ctx, u, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Redacted(), err)
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("%s has more than %d bytes", u.Redacted(), most)
	}
	return data, nil
}

// StatusError is the error of an answer with an unexpected status.
type StatusError struct {
	// URL has no password. Host is its host, with its port unless that is the one of HTTPS.
	URL, Host string
	Status    int
}

// Error names the URL and the status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s answered %d %s", e.URL, e.Status, http.StatusText(e.Status))
}

// get requests a file from an offset. The answer has the status 200, or 206 if it begins at the offset.
func (h HTTPS) get(ctx context.Context, u *url.URL, offset int64) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, permanentError{err}
	}
	// Packages are compressed already, and an offset is about the bytes as they are stored.
	r.Header.Set("Accept-Encoding", "identity")
	if offset > 0 {
		r.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
	}
	answer, err := h.Client.Do(r)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			wrong.URL = u.Redacted()
		}
		return nil, err
	}
	switch status := answer.StatusCode; {
	case status == http.StatusOK, status == http.StatusPartialContent && offset > 0:
		return answer, nil
	default:
		_ = answer.Body.Close()
		err := &StatusError{u.Redacted(), hostOf(answer.Request.URL), status}
		if status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout {
			return nil, err
		}
		return nil, permanentError{err}
	}
}

// Open requests the rest of an archive.
func (h HTTPS) Open(ctx context.Context, pkg release.Package, offset int64) (io.ReadCloser, int64, error) {
	u, err := url.Parse(pkg.At)
	if err != nil {
		return nil, 0, permanentError{err}
	}
	answer, err := h.get(ctx, u, offset)
	var status *StatusError
	if errors.As(err, &status) && status.Status == http.StatusRequestedRangeNotSatisfiable {
		// There is less than is there already, so that is from something else.
		answer, err = h.get(ctx, u, 0)
	}
	if err != nil {
		return nil, 0, err
	}
	if answer.StatusCode == http.StatusOK {
		return answer.Body, 0, nil
	}
	start, ok := rangeStart(answer.Header.Get("Content-Range"))
	if !ok || start != offset {
		_ = answer.Body.Close()
		return nil, 0, permanentError{fmt.Errorf("%s was asked for the bytes from %d and answered with others", u.Redacted(), offset)}
	}
	return answer.Body, start, nil
}

// rangeStart reads the beginning of "bytes 100-199/200".
func rangeStart(text string) (int64, bool) {
	rest, ok := strings.CutPrefix(text, "bytes ")
	first, _, dash := strings.Cut(rest, "-")
	start, err := strconv.ParseInt(first, 10, 64)
	return start, ok && dash && err == nil
}
