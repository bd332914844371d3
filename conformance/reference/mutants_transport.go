// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// plainly returns a hook that makes requests with an ordinary HTTP client instead of vendorhttp.
func plainly(client *http.Client, bound int64) func(*account, poster) poster {
	return func(a *account, _ poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			request, err := http.NewRequestWithContext(ctx, r.Method, a.endpoint+r.Path, bytes.NewReader(r.Body))
			if err != nil {
				return nil, &vendorhttp.Failure{Cause: err}
			}
			request.Header = r.Header.Clone()
			request.Header.Set("Content-Type", r.ContentType)
			response, err := client.Do(request)
			if err != nil {
				return nil, &vendorhttp.Failure{Cause: err, MaybeSent: true, Attempts: 1}
			}
			defer func() { _ = response.Body.Close() }()
			body, err := io.ReadAll(io.LimitReader(response.Body, bound))
			if err != nil {
				return nil, &vendorhttp.Failure{Cause: err, MaybeSent: true, Attempts: 1}
			}
			return &vendorhttp.Response{Status: response.StatusCode, Header: response.Header, Body: body, Attempts: 1}, nil
		}
	}
}

// withContext returns a hook that changes the context of requests.
func withContext(change func(context.Context) (context.Context, context.CancelFunc)) func(*account, poster) poster {
	return func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			ctx, cancel := change(ctx)
			defer cancel()
			return next(ctx, r)
		}
	}
}

// beside returns a hook that runs a function with each request.
func beside(what func(a *account)) func(*account, poster) poster {
	return func(a *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			what(a)
			return next(ctx, r)
		}
	}
}

func keepAuthorization(r *http.Request, via []*http.Request) error {
	r.Header.Set("Authorization", via[0].Header.Get("Authorization"))
	if len(via) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

func endless(*http.Request, []*http.Request) error { return nil }

const plenty = 1 << 20

var (
	oneAtATime sync.Mutex
	hoardMu    sync.Mutex
	hoard      [][]byte
	openFiles  []*os.File
	openConns  []net.Conn
)

// transportMutants make requests wrongly.
var transportMutants = []Mutant{
	{Name: "ignores-cancellation", Defect: "a cancelled send continues",
		post: withContext(func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithoutCancel(ctx), func() {}
		})},
	{Name: "hidden-timeout", Defect: "a request is abandoned after two seconds, whatever the deadline",
		post: withContext(func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 2*time.Second)
		})},
	{Name: "sleeps-through-backoff", Defect: "the provider sleeps three seconds after 429 and 503, even if the send is cancelled", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			if response != nil && (response.Status == http.StatusTooManyRequests || response.Status == http.StatusServiceUnavailable) {
				time.Sleep(3 * time.Second)
			}
			return response, failure
		}
	}},
	{Name: "one-at-a-time", Defect: "sends wait for each other", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			oneAtATime.Lock()
			defer oneAtATime.Unlock()
			return next(ctx, r)
		}
	}},
	{Name: "validates-in-turn", Defect: "sends wait for each other, and validation waits for all sends", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			oneAtATime.Lock()
			defer oneAtATime.Unlock()
			return next(ctx, r)
		}
	}, validate: func(config provider.Config) diag.Diagnostics {
		oneAtATime.Lock()
		defer oneAtATime.Unlock()
		return validate(config)
	}},
	{Name: "leaks-connections", Defect: "each send leaves a connection to the vendor open", post: beside(func(a *account) {
		u, err := url.Parse(a.endpoint)
		if err != nil {
			return
		}
		if conn, err := net.DialTimeout("tcp", u.Host, time.Second); err == nil {
			hoardMu.Lock()
			defer hoardMu.Unlock()
			openConns = append(openConns, conn)
		}
	})},
	{Name: "forwards-authorization", Defect: "credentials are sent to other hosts after a redirect",
		post: plainly(&http.Client{CheckRedirect: keepAuthorization}, plenty)},
	{Name: "follows-redirects-with-get", Defect: "a redirect turns a send into a GET", post: plainly(&http.Client{}, plenty)},
	{Name: "follows-redirects-for-ever", Defect: "redirects are followed without a limit", post: plainly(&http.Client{CheckRedirect: endless}, plenty)},
	{Name: "trusts-any-certificate", Defect: "the vendor's certificate is not checked",
		post: plainly(&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}, plenty)}, //nolint:gosec // the defect
	{Name: "reads-without-bound", Defect: "answers are read without a limit", post: plainly(&http.Client{}, 1<<40)},
	{Name: "leaks-temp-file", Defect: "each send leaves a temporary file", post: beside(func(*account) {
		if f, err := os.CreateTemp("", "acme-*"); err == nil {
			_ = f.Close()
		}
	})},
	{Name: "leaks-descriptors", Defect: "each send leaves a file open", post: beside(func(*account) {
		f, err := os.Open(os.DevNull)
		hoardMu.Lock()
		defer hoardMu.Unlock()
		if err == nil {
			openFiles = append(openFiles, f)
		}
	})},
	{Name: "leaks-memory", Defect: "each send keeps 100 KB", post: beside(func(*account) {
		hoardMu.Lock()
		defer hoardMu.Unlock()
		hoard = append(hoard, bytes.Repeat([]byte{1}, 100<<10))
	})},
	{Name: "phones-home", Defect: "each send makes a request to a host that is not the endpoint", post: beside(func(*account) {
		client := http.Client{Timeout: 500 * time.Millisecond}
		if response, err := client.Get("http://telemetry.acme.example/beacon"); err == nil {
			_ = response.Body.Close()
		}
	})},
	{Name: "looks-up-a-name", Defect: "each send looks up the address of a host that is not the endpoint", post: beside(func(*account) {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		_, _ = net.DefaultResolver.LookupHost(ctx, "telemetry.acme.invalid")
	})},
	{Name: "validates-online", Defect: "validation makes a request to the vendor", validate: func(config provider.Config) diag.Diagnostics {
		client := http.Client{Timeout: time.Second}
		if address := config.String("endpoint"); address != "" {
			if response, err := client.Get(address + "/v1/account"); err == nil {
				_ = response.Body.Close()
			}
		}
		return validate(config)
	}},
	{Name: "rejects-unknown", Defect: "an unknown value fails validation", validate: func(config provider.Config) diag.Diagnostics {
		diags := validate(config)
		if v := config.Value; v != cty.NilVal && !v.IsWhollyKnown() {
			diags = append(diags, diag.BlockError("Unknown value", "All arguments must be known."))
		}
		return diags
	}},
}
