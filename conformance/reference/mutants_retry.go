// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// retryMutants repeat requests, or report wrongly whether a request may have arrived.
var retryMutants = []Mutant{
	{Name: "retries-server-error", Defect: "a request that was answered with 5xx is sent again",
		post: again(func(r *vendorhttp.Response, _ *vendorhttp.Failure) bool { return r != nil && r.Status >= 500 })},
	{Name: "retries-after-reset", Defect: "a request whose connection was reset is sent again",
		post: again(func(_ *vendorhttp.Response, f *vendorhttp.Failure) bool {
			return f != nil && f.MaybeSent && !f.Canceled && !f.Timeout
		})},
	{Name: "retries-after-timeout", Defect: "a request without an answer after 300 milliseconds is sent again", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			impatient, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			defer cancel()
			if response, failure := next(impatient, r); response != nil || impatient.Err() == nil {
				return response, failure
			}
			return next(ctx, r)
		}
	}},
	{Name: "accepts-before-the-answer", Defect: "a message whose deadline is near is reported as accepted before the vendor answers", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			deadline, ok := ctx.Deadline()
			if !ok || time.Until(deadline) > time.Second {
				return next(ctx, r)
			}
			go func() { _, _ = next(context.WithoutCancel(ctx), r) }()
			return &vendorhttp.Response{Status: http.StatusOK, Body: []byte(`{"messages":[{"id":"acme-early"}]}`), Attempts: 1}, nil
		}
	}},
	{Name: "refused-as-unknown", Defect: "a connection that was refused counts as a request that may have arrived", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			if failure != nil {
				failure.MaybeSent = true
			}
			return response, failure
		}
	}},
	{Name: "retries-client-error", Defect: "a request that was refused is sent again",
		post: again(func(r *vendorhttp.Response, _ *vendorhttp.Failure) bool {
			return r != nil && r.Status >= 400 && r.Status < 500
		})},
	{Name: "retries-in-silence", Defect: "a request that was answered with 429 or 503 is sent five times in a row", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			for range 4 {
				if response == nil || response.Status != http.StatusTooManyRequests && response.Status != http.StatusServiceUnavailable {
					break
				}
				response, failure = next(ctx, r)
			}
			return response, failure
		}
	}},
	{Name: "sends-twice", Defect: "every message is sent twice",
		post: again(func(r *vendorhttp.Response, _ *vendorhttp.Failure) bool { return r != nil && r.Status == http.StatusOK })},
	{Name: "claims-idempotency", Defect: "a header that looks like an idempotency key changes with every request",
		request: func(_ *channel, r *vendorhttp.Request) {
			r.Header.Set("Idempotency-Key", strconv.FormatInt(time.Now().UnixNano(), 36))
		}},
	{Name: "resends-after-restart", Defect: "requests that were under way when the process ended are sent again by the next process", post: journaled},
	{Name: "new-key-each-time", Defect: "the idempotency key changes with every request", request: withKey(func(*vendorhttp.Request) string {
		return strconv.FormatInt(sequence.Add(1), 36) + strconv.FormatInt(time.Now().UnixNano(), 36)
	})},
	{Name: "one-key-for-a-recipient", Defect: "all messages to a recipient have the same idempotency key", request: withKey(func(r *vendorhttp.Request) string {
		var body map[string]any
		_ = json.Unmarshal(r.Body, &body)
		var to []string
		for _, recipient := range objects(body, "recipients") {
			to = append(to, str(recipient, "to"))
		}
		return strings.Join(to, "-")
	})},
	{Name: "claims-unsent", Defect: "a request that may have reached the vendor is reported as safe to send again",
		outcomes: perOutcome(func(o *outcome.Outcome) {
			if o.Unknown != nil {
				r := outcome.Reject(outcome.ReasonVendorUnavailable, "", "no answer")
				o.Unknown, o.Rejected = nil, r.Rejected
				o.Rejected.Retry = outcome.RetrySafe
			}
		})},
}

// journaled keeps each request in a file until it is answered, and sends the requests that it finds in the file.
func journaled(_ *account, next poster) poster {
	name := filepath.Join(os.TempDir(), "acme-journal.json")
	var left vendorhttp.Request
	if data, err := os.ReadFile(name); err == nil && json.Unmarshal(data, &left) == nil {
		_ = os.Remove(name)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, _ = next(ctx, left)
		cancel()
	}
	return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
		if data, err := json.Marshal(r); err == nil {
			_ = os.WriteFile(name, data, 0o600)
		}
		response, failure := next(ctx, r)
		if response != nil {
			_ = os.Remove(name)
		}
		return response, failure
	}
}

// withKey returns a hook that replaces the idempotency key of a request that has one.
func withKey(key func(*vendorhttp.Request) string) func(*channel, *vendorhttp.Request) {
	return func(_ *channel, r *vendorhttp.Request) {
		if r.Header.Get(keyHeader) != "" {
			r.Header.Set(keyHeader, key(r))
		}
	}
}

// again returns a hook that repeats a request once, depending on its first result.
func again(when func(*vendorhttp.Response, *vendorhttp.Failure) bool) func(*account, poster) poster {
	return func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			if when(response, failure) {
				return next(ctx, r)
			}
			return response, failure
		}
	}
}
