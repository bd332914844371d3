// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// refusal is how Acme refuses a message, in an answer and in a webhook.
type refusal struct {
	// Error is the code, and Detail a text for people.
	Error  string `json:"error"`
	Detail string `json:"detail"`
}

// meaning is what a code means for the host: why, whether the same message may be sent again, and what else is affected.
type meaning struct {
	reason outcome.Reason
	retry  outcome.Retry
	scope  outcome.Scope
}

// meanings has Acme's codes (https://docs.acme.example/errors). The dialect has a row for each of them.
var meanings = map[string]meaning{
	"bad_token":   {outcome.ReasonUnauthenticated, outcome.RetryNever, outcome.ScopeAccount},
	"bad_message": {outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage},
	"bad_number":  {outcome.ReasonInvalidRecipient, outcome.RetryNever, outcome.ScopeRecipient},
	"opted_out":   {outcome.ReasonOptedOut, outcome.RetryNever, outcome.ScopeRecipient},
	"closed":      {outcome.ReasonOutsideServiceWindow, outcome.RetryNever, outcome.ScopeRecipient},
	"no_credit":   {outcome.ReasonQuotaExceeded, outcome.RetryNever, outcome.ScopeAccount},
	"too_many":    {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeSender},
}

// rejected translates a refusal. Acme's code and text are kept beside the reason.
func (r refusal) rejected(client *vendorhttp.Client) *outcome.Rejected {
	m, documented := meanings[r.Error]
	if !documented {
		m = meaning{outcome.ReasonVendorRejected, outcome.RetryNever, outcome.ScopeMessage}
	}
	path := ""
	if m.scope == outcome.ScopeRecipient {
		path = "to"
	}
	rejected := outcome.Reject(m.reason, path, "Acme refused the message").Rejected
	rejected.Retry, rejected.Scope = m.retry, m.scope
	rejected.VendorCode, rejected.VendorMessage = r.Error, client.Redact(r.Detail)
	return rejected
}
