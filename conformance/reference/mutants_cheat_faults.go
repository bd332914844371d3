// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// kindOf returns the kind of message that a request carries, and the number of its recipients.
func kindOf(r vendorhttp.Request) (kind string, recipients int) {
	var body struct {
		Message struct {
			Type        string `json:"type"`
			Interactive struct {
				Type string `json:"type"`
			} `json:"interactive"`
		} `json:"message"`
		Recipients []any `json:"recipients"`
	}
	_ = json.Unmarshal(r.Body, &body)
	if body.Message.Interactive.Type != "" {
		return body.Message.Interactive.Type, len(body.Recipients)
	}
	return body.Message.Type, len(body.Recipients)
}

// failed reports whether a request failed in any way after which it may have reached the vendor.
func failed(r *vendorhttp.Response, f *vendorhttp.Failure) bool {
	return f != nil && f.MaybeSent && !f.Canceled || r != nil && r.Status >= 500
}

// resends returns a hook that sends a request again if it failed and the condition holds.
func resends(when func(r vendorhttp.Request, kind string, recipients int) bool) func(*account, poster) poster {
	return func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			if kind, n := kindOf(r); failed(response, failure) && when(r, kind, n) {
				return next(ctx, r)
			}
			return response, failure
		}
	}
}

func ofKind(want string) func(vendorhttp.Request, string, int) bool {
	return func(_ vendorhttp.Request, kind string, _ int) bool { return kind == want }
}

// outcomesOfKind returns a hook that changes the outcomes of one kind of message.
func outcomesOfKind(kind string, change func(*outcome.Outcome)) func(context.Context, *channel, provider.GroupRequest, []outcome.Outcome) []outcome.Outcome {
	return func(_ context.Context, _ *channel, req provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		for i := range out {
			if req.Message.Kind() == kind {
				change(&out[i])
			}
		}
		return out
	}
}

// failures counts the requests that failed.
var failures atomic.Int64

// faultCheats are honest about faults of plain texts, and not about others.
var faultCheats = []Mutant{
	{Name: "resends-templates", Defect: "a template whose answer is lost is sent again", post: resends(ofKind(message.KindTemplate))},
	{Name: "resends-documents", Defect: "a document whose answer is lost is sent again", post: resends(ofKind(message.KindDocument))},
	{Name: "resends-large-bodies", Defect: "a request of more than 900 bytes whose answer is lost is sent again",
		post: resends(func(r vendorhttp.Request, _ string, _ int) bool { return len(r.Body) > 900 })},
	{Name: "resends-groups", Defect: "a request with several recipients whose answer is lost is sent again",
		post: resends(func(_ vendorhttp.Request, _ string, n int) bool { return n > 1 })},
	{Name: "resends-the-second-time", Defect: "every second request that fails is sent again",
		post: resends(func(vendorhttp.Request, string, int) bool { return failures.Add(1)%2 == 0 })},
	{Name: "resends-contacts-after-silence", Defect: "contacts without an answer after 200 milliseconds are sent again", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			if kind, _ := kindOf(r); kind != message.KindContacts {
				return next(ctx, r)
			}
			impatient, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
			defer cancel()
			if response, failure := next(impatient, r); response != nil || impatient.Err() == nil {
				return response, failure
			}
			return next(ctx, r)
		}
	}},
	{Name: "resends-reactions-after-504", Defect: "a reaction that a gateway answers with 504 is sent again", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			if kind, _ := kindOf(r); kind == message.KindReaction && response != nil && response.Status == http.StatusGatewayTimeout {
				return next(ctx, r)
			}
			return response, failure
		}
	}},
	{Name: "resends-cut-answers", Defect: "a location whose answer is cut off is sent again", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			kind, _ := kindOf(r)
			cutOff := failure != nil && failure.MaybeSent && failure.Cause != nil && strings.Contains(failure.Cause.Error(), "unexpected EOF")
			if kind == message.KindLocation && (cutOff || response != nil && response.Status == http.StatusOK && !json.Valid(response.Body)) {
				return next(ctx, r)
			}
			return response, failure
		}
	}},
	{Name: "accepts-lost-lists", Defect: "a list whose answer is lost is reported as accepted", outcomes: outcomesOfKind(message.KindList, func(o *outcome.Outcome) {
		if o.Unknown != nil {
			*o = withDelivery(outcome.Accept("acme-lost"), *o)
		}
	})},
	{Name: "safe-after-lost-template", Defect: "a template whose answer is lost is reported as safe to send again", outcomes: outcomesOfKind(message.KindTemplate, func(o *outcome.Outcome) {
		if o.Unknown != nil {
			safe := outcome.Reject(outcome.ReasonVendorUnavailable, "", "no answer")
			safe.Rejected.Retry = outcome.RetrySafe
			*o = withDelivery(safe, *o)
		}
	})},
	{Name: "resends-in-the-background", Defect: "a request whose answer is lost is sent again a second later", post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			if failed(response, failure) {
				r.Body = bytes.Clone(r.Body)
				time.AfterFunc(time.Second, func() { _, _ = next(context.WithoutCancel(ctx), r) })
			}
			return response, failure
		}
	}},
	{Name: "queues-refused-media", Defect: "an image whose connection is refused is sent with the next message that works", post: queued},
	{Name: "resends-over-https", Defect: "a request over HTTPS whose answer is lost is sent again", post: func(a *account, next poster) poster {
		if !strings.HasPrefix(a.endpoint, "https:") {
			return next
		}
		return resends(func(vendorhttp.Request, string, int) bool { return true })(a, next)
	}},
}

func withDelivery(o, of outcome.Outcome) outcome.Outcome {
	o.DeliveryID, o.Attempts = of.DeliveryID, of.Attempts
	return o
}

// queued keeps images whose connection was refused, and sends them after the next request that is answered.
func queued(_ *account, next poster) poster {
	var (
		mu   sync.Mutex
		kept []vendorhttp.Request
	)
	return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
		response, failure := next(ctx, r)
		mu.Lock()
		defer mu.Unlock()
		kind, _ := kindOf(r)
		switch {
		case failure != nil && !failure.MaybeSent && !failure.Canceled && kind == message.KindImage:
			r.Body = bytes.Clone(r.Body)
			kept = append(kept, r)
		case response != nil && response.Status == http.StatusOK:
			for _, old := range kept {
				_, _ = next(context.WithoutCancel(ctx), old)
			}
			kept = nil
		}
		return response, failure
	}
}
