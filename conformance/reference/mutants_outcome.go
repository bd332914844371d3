// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// perOutcome returns a hook that changes each outcome.
func perOutcome(change func(o *outcome.Outcome)) func(context.Context, *channel, provider.GroupRequest, []outcome.Outcome) []outcome.Outcome {
	return func(_ context.Context, _ *channel, _ provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		for i := range out {
			change(&out[i])
		}
		return out
	}
}

func ptr(o outcome.Outcome) *outcome.Outcome { return &o }

var (
	// sentBefore holds the ids of messages by content and recipient.
	sentBefore sync.Map
	lastID     atomic.Value
	sequence   atomic.Int64
)

// outcomeMutants misread answers or report wrong outcomes.
var outcomeMutants = []Mutant{
	{Name: "declares-video-but-refuses", Defect: "video is declared but refused", refuse: func(m *message.Message) *outcome.Outcome {
		if m.Kind() == message.KindVideo {
			return ptr(outcome.Reject(outcome.ReasonUnsupported, "type", "video is not possible"))
		}
		return nil
	}},
	{Name: "drops-audio-caption", Defect: "the caption of audio is silently dropped", accept: func(m *message.Message) { m.GetAudio().Caption = "" },
		acceptKind: message.KindAudio},
	{Name: "drops-sticker-caption", Defect: "the caption of a sticker is silently dropped", accept: func(m *message.Message) { m.GetSticker().Caption = "" },
		acceptKind: message.KindSticker},
	{Name: "drops-duplicate-row", Defect: "rows with a duplicate id are silently dropped", acceptKind: message.KindList, accept: func(m *message.Message) {
		seen := map[string]bool{}
		for _, s := range m.GetInteractive().GetAction().GetSections() {
			s.Rows = slices.DeleteFunc(s.Rows, func(r *message.Row) bool {
				again := seen[r.GetId()]
				seen[r.GetId()] = true
				return again
			})
		}
	}},
	{Name: "invents-contact-name", Defect: "a name is invented for a contact without one", acceptKind: message.KindContacts, accept: func(m *message.Message) {
		for _, c := range m.GetContacts() {
			if c.GetName().GetFormattedName() == "" {
				c.Name = &message.ContactName{FormattedName: "Contact", FirstName: "Contact"}
			}
		}
	}},
	{Name: "parses-id", Defect: "the vendor's id is reported in lower case and without its prefix", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Accepted != nil {
			o.Accepted.ProviderMessageID = strings.ToLower(strings.TrimPrefix(o.Accepted.ProviderMessageID, "acme-"))
		}
	})},
	{Name: "template-mismatch-transient", Defect: "a template with wrong parameters is reported as retryable", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil && o.Rejected.Reason == outcome.ReasonTemplateMismatch {
			o.Rejected.Reason, o.Rejected.Retry = outcome.ReasonVendorUnavailable, outcome.RetrySafe
		}
	})},
	{Name: "window-as-transient", Defect: "a closed service window is reported as retryable", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil && o.Rejected.Reason == outcome.ReasonOutsideServiceWindow {
			o.Rejected.Reason, o.Rejected.Retry = outcome.ReasonVendorUnavailable, outcome.RetrySafe
		}
	})},
	{Name: "success-without-network", Defect: "every message is reported as accepted but none is sent", refuse: func(*message.Message) *outcome.Outcome {
		return ptr(outcome.Accept("acme-" + strconv.FormatInt(sequence.Add(1), 10)))
	}},
	{Name: "success-on-vendor-error", Defect: "status 200 with an error in the body is a success", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if r.Status == http.StatusOK && bytes.Contains(r.Body, []byte(`"error"`)) {
			return ptr(outcome.Accept("acme-" + strconv.FormatInt(sequence.Add(1), 10)))
		}
		return nil
	}},
	{Name: "success-without-id", Defect: "status 200 is a success whatever the body is", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		var a answer
		if r.Status == http.StatusOK && (json.Unmarshal(r.Body, &a) != nil || len(a.Messages) == 0 && a.Error == nil || len(a.Messages) > 0 && a.Messages[0].ID == "") {
			return ptr(outcome.Accept(""))
		}
		return nil
	}},
	{Name: "rate-limit-as-permanent", Defect: "429 is reported as a permanent refusal", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if r.Status == http.StatusTooManyRequests {
			return ptr(outcome.Reject(outcome.ReasonVendorRejected, "", "refused"))
		}
		return nil
	}},
	{Name: "client-error-as-transient", Defect: "an unknown 4xx is reported as retryable", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if r.Status >= 400 && r.Status < 500 && r.Status != http.StatusTooManyRequests && !bytes.Contains(r.Body, []byte(`"code"`)) {
			o := outcome.Reject(outcome.ReasonVendorUnavailable, "", "try again")
			o.Rejected.Retry = outcome.RetrySafe
			return &o
		}
		return nil
	}},
	{Name: "server-error-as-permanent", Defect: "an unknown 5xx is reported as a permanent refusal", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if r.Status >= 500 {
			return ptr(outcome.Reject(outcome.ReasonVendorRejected, "", "refused"))
		}
		return nil
	}},
	{Name: "server-error-as-safe", Defect: "a 500 is reported as safe to send again, although the vendor may have accepted the message", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if r.Status >= 500 {
			o := outcome.Reject(outcome.ReasonVendorUnavailable, "", "try again")
			o.Rejected.Retry = outcome.RetrySafe
			return &o
		}
		return nil
	}},
	{Name: "quotes-html", Defect: "the whole page of a proxy is quoted", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if bytes.Contains(r.Body, []byte("<html")) {
			return ptr(outcome.Reject(outcome.ReasonVendorRejected, "", "%s", r.Body))
		}
		return nil
	}},
	{Name: "crashes-on-null", Defect: "an answer of null ends the process", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if bytes.Equal(bytes.TrimSpace(r.Body), []byte("null")) {
			os.Exit(2)
		}
		return nil
	}},
	{Name: "panics-on-garbage", Defect: "an answer that is not JSON ends the process", classify: func(_ *channel, r *vendorhttp.Response) *outcome.Outcome {
		if len(r.Body) > 0 && r.Body[0] != '<' && !json.Valid(r.Body) {
			ended := make(chan struct{})
			go func() { panic("not JSON") }()
			<-ended
		}
		return nil
	}},
	{Name: "timeout-is-success", Defect: "a timeout is reported as accepted", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Unknown != nil {
			o.Unknown, o.Accepted = nil, &outcome.Accepted{ProviderMessageID: "acme-late"}
		}
	})},
	{Name: "lies-about-attempts", Defect: "three attempts are reported instead of one", outcomes: perOutcome(func(o *outcome.Outcome) { o.Attempts = 3 })},
	{Name: "hides-vendor-code", Defect: "the vendor's code and message are not reported", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil {
			o.Rejected.VendorCode, o.Rejected.VendorMessage = "", ""
		}
	})},
	{Name: "drops-retry-after", Defect: "the vendor's retry delay is not reported", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil {
			o.Rejected.RetryAfter = 0
		}
	})},
	{Name: "retry-after-unbounded", Defect: "the retry delay is a thousand times the vendor's", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil {
			o.Rejected.RetryAfter *= 1000
		}
	})},
	{Name: "one-scope-for-all", Defect: "every refusal has the scope account", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil {
			o.Rejected.Scope = outcome.ScopeAccount
		}
	})},
	{Name: "one-reason-for-all", Defect: "every refusal by the vendor has the reason vendor_rejected", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil && o.Rejected.VendorCode != "" {
			o.Rejected.Reason = outcome.ReasonVendorRejected
		}
	})},
	{Name: "stack-trace-in-error", Defect: "refusals carry a stack trace", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil {
			o.Rejected.Detail = "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d"
		}
	})},
	{Name: "invents-ids", Defect: "the id reported is not the vendor's", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Accepted != nil {
			o.Accepted.ProviderMessageID = "acme-" + strconv.FormatInt(sequence.Add(1), 10)
		}
	})},
	{Name: "drops-extra-ids", Defect: "ids beyond the first are not reported", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Accepted != nil {
			o.Accepted.Aliases = nil
		}
	})},
	{Name: "lies-about-ignored", Defect: "a field that was sent is reported as ignored", outcomes: func(_ context.Context, _ *channel, req provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		for i := range out {
			if req.Message.GetText().GetBody() != "" {
				out[i].IgnoredFields = []string{"text.body"}
			}
			if req.Message.GetInteractive().GetFooter() != nil {
				out[i].IgnoredFields = []string{"interactive.footer.text"}
			}
		}
		return out
	}},
	{Name: "deduplicates", Defect: "a second message with equal content to the same recipient is not sent", outcomes: nil, post: func(_ *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			var body map[string]any
			_ = json.Unmarshal(r.Body, &body)
			for _, to := range objects(body, "recipients") {
				delete(to, "reference")
			}
			key, _ := json.Marshal(body)
			if old, ok := sentBefore.Load(string(key)); ok {
				return old.(*vendorhttp.Response), nil
			}
			response, failure := next(ctx, r)
			if response != nil && response.Status == http.StatusOK {
				sentBefore.Store(string(key), response)
			}
			return response, failure
		}
	}},
	{Name: "mixes-answers", Defect: "each message is reported with the id of the previous one", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Accepted != nil {
			if before, ok := lastID.Swap(o.Accepted.ProviderMessageID).(string); ok {
				o.Accepted.ProviderMessageID = before
			}
		}
	})},
	{Name: "batch-reorders", Defect: "the outcomes of a group are reported for the wrong recipients", outcomes: func(_ context.Context, _ *channel, _ provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		if len(out) > 1 {
			first := out[0].DeliveryID
			for i := range len(out) - 1 {
				out[i].DeliveryID = out[i+1].DeliveryID
			}
			out[len(out)-1].DeliveryID = first
		}
		return out
	}},
	{Name: "batch-cancel-claims-unsent", Defect: "a cancelled group is reported as not sent", outcomes: func(ctx context.Context, _ *channel, _ provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		for i := range out {
			if ctx.Err() != nil && out[i].Unknown != nil {
				r := outcome.Reject(outcome.ReasonVendorUnavailable, "", "cancelled")
				r.Rejected.Retry, r.DeliveryID, r.Attempts = outcome.RetrySafe, out[i].DeliveryID, out[i].Attempts
				out[i] = r
			}
		}
		return out
	}},
}
