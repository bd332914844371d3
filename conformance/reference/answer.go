// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// answer is the body of acme's answers, both for success and for failure.
type answer struct {
	Messages []struct {
		To    string       `json:"to"`
		ID    string       `json:"id"`
		Error *vendorError `json:"error"`
	} `json:"messages"`
	Error *vendorError `json:"error"`
}

type vendorError struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Field string `json:"field"`
	// RetryAfter is in seconds.
	RetryAfter int `json:"retry_after"`
}

type meaning struct {
	reason outcome.Reason
	retry  outcome.Retry
	scope  outcome.Scope
}

// meanings is acme's error table. It has the same rows as the dialect.
var meanings = map[string]meaning{
	"auth":              {outcome.ReasonUnauthenticated, outcome.RetryNever, outcome.ScopeAccount},
	"forbidden":         {outcome.ReasonForbidden, outcome.RetryNever, outcome.ScopeAccount},
	"invalid":           {outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage},
	"bad_recipient":     {outcome.ReasonInvalidRecipient, outcome.RetryNever, outcome.ScopeRecipient},
	"unreachable":       {outcome.ReasonRecipientUnreachable, outcome.RetryNever, outcome.ScopeRecipient},
	"opted_out":         {outcome.ReasonOptedOut, outcome.RetryNever, outcome.ScopeRecipient},
	"no_template":       {outcome.ReasonTemplateUnavailable, outcome.RetryNever, outcome.ScopeMessage},
	"template_mismatch": {outcome.ReasonTemplateMismatch, outcome.RetryNever, outcome.ScopeMessage},
	"window_closed":     {outcome.ReasonOutsideServiceWindow, outcome.RetryNever, outcome.ScopeRecipient},
	"sender_unknown":    {outcome.ReasonMisconfigured, outcome.RetryNever, outcome.ScopeSender},
	"no_credit":         {outcome.ReasonQuotaExceeded, outcome.RetryNever, outcome.ScopeAccount},
	"rate_recipient":    {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeRecipient},
	"rate_sender":       {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeSender},
	"rate_account":      {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeAccount},
	"busy":              {outcome.ReasonVendorUnavailable, outcome.RetryLater, outcome.ScopeAccount},
	"refused":           {outcome.ReasonVendorRejected, outcome.RetryNever, outcome.ScopeMessage},
}

// maxWait is the longest accepted retry_after.
const maxWait = time.Hour

// classify returns the outcome of each delivery. A message is accepted only if the answer has an id for the recipient.
func (c *channel) classify(r *vendorhttp.Response, deliveries []message.Delivery) []outcome.Outcome {
	if m := c.account.mutant.classify; m != nil {
		if o := m(c, r); o != nil {
			o.Attempts = r.Attempts
			return each(deliveries, *o)
		}
	}
	var a answer
	if json.Unmarshal(r.Body, &a) != nil || a.Error == nil && (r.Status < 200 || r.Status > 299) {
		return each(deliveries, vendorhttp.OutcomeForStatus(r))
	}
	if a.Error != nil {
		o := c.refusal(*a.Error, r)
		if r.Status >= 500 && r.Status != http.StatusServiceUnavailable {
			o = vendorhttp.OutcomeForStatus(r)
		}
		o.Attempts = r.Attempts
		return each(deliveries, o)
	}
	var out []outcome.Outcome
	for _, d := range deliveries {
		o := outcome.NewUnknown("acme's answer has no id for this recipient")
		for _, m := range a.Messages {
			switch {
			// With one recipient, the id can only be for that recipient.
			case digits(m.To) != digits(d.To.Address) && (len(deliveries) > 1 || o.Accepted == nil && m.To != ""):
			case m.Error != nil:
				o = c.refusal(*m.Error, r)
			case m.ID == "":
			case o.Accepted != nil:
				o.Accepted.Aliases = append(o.Accepted.Aliases, m.ID)
			default:
				o = outcome.Accept(m.ID)
			}
		}
		o.DeliveryID, o.Attempts = d.DeliveryID, r.Attempts
		out = append(out, o)
	}
	return out
}

func (c *channel) refusal(e vendorError, r *vendorhttp.Response) outcome.Outcome {
	m, known := meanings[e.Code]
	if !known {
		o := vendorhttp.OutcomeForStatus(r)
		if o.Rejected == nil || r.Status < 400 {
			o = outcome.Reject(outcome.ReasonVendorRejected, "", "acme refused the message with a code that it does not document")
		}
		o.Rejected.VendorCode, o.Rejected.VendorMessage = e.Code, c.account.client.Redact(e.Title)
		return o
	}
	o := outcome.Reject(m.reason, e.Field, "acme refused the message: %s", m.reason)
	o.Rejected.Retry, o.Rejected.Scope = m.retry, m.scope
	o.Rejected.VendorCode, o.Rejected.VendorMessage = e.Code, c.account.client.Redact(e.Title)
	if m.scope == outcome.ScopeRecipient {
		o.Rejected.Path = "to"
	}
	if m.retry == outcome.RetryLater {
		// The HTTP client reads the header. The body has acme's own field for the same delay.
		if byStatus := vendorhttp.OutcomeForStatus(r); byStatus.Rejected != nil {
			o.Rejected.RetryAfter = byStatus.Rejected.RetryAfter
		}
		if o.Rejected.RetryAfter == 0 && e.RetryAfter > 0 {
			o.Rejected.RetryAfter = min(time.Duration(min(e.RetryAfter, 1<<20))*time.Second, maxWait)
		}
	}
	return o
}

// digits removes everything but the digits of a phone number, so that numbers with and without "+" can be compared.
func digits(s string) string { return strings.TrimPrefix(s, "+") }
