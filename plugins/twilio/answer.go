// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// answer is a message of Twilio, or an error (https://www.twilio.com/docs/usage/twilios-response).
type answer struct {
	SID    string `json:"sid"`
	Status status `json:"status"`
	// Code and Message are those of an error.
	Code    json.Number `json:"code"`
	Message string      `json:"message"`
	// ErrorCode and ErrorMessage are those of a message that failed.
	ErrorCode    json.Number `json:"error_code"`
	ErrorMessage string      `json:"error_message"`
	Updated      string      `json:"date_updated"`
}

// status is the status of a message. In an error, it is the HTTP status as a number, which is read as "".
type status string

// UnmarshalJSON reads a text, and takes everything else as "".
func (s *status) UnmarshalJSON(data []byte) error {
	var text string
	_ = json.Unmarshal(data, &text)
	*s = status(text)
	return nil
}

// decode reads the body of an answer.
func decode(r *vendorhttp.Response) (a answer, ok bool) {
	err := json.Unmarshal(bytes.TrimPrefix(r.Body, []byte("\xef\xbb\xbf")), &a)
	return a, err == nil
}

// classify returns the outcome of an answer. A message is accepted only if its SID is there.
func (a *account) classify(r *vendorhttp.Response) outcome.Outcome {
	body, ok := decode(r)
	if !ok {
		return vendorhttp.OutcomeForStatus(r)
	}
	success := r.Status >= 200 && r.Status < 300
	var o outcome.Outcome
	switch {
	case body.SID != "" && (!success || body.Code != ""):
		o = outcome.NewUnknown(vendor + " answered HTTP " + strconv.Itoa(r.Status) + " with the SID of a message, which is not documented")
	case body.SID != "" && statuses[body.Status] == outcome.StatusFailed:
		o = outcome.Outcome{Rejected: a.rejected(string(body.ErrorCode), body.ErrorMessage)}
	case body.SID != "":
		o = outcome.Accept(body.SID)
	case body.Code != "":
		o = a.refusal(body, r)
	default:
		return vendorhttp.OutcomeForStatus(r)
	}
	o.Attempts = r.Attempts
	return o
}

// refusal returns the outcome of an error in an answer. An error whose code is not known is judged by the HTTP status.
func (a *account) refusal(body answer, r *vendorhttp.Response) outcome.Outcome {
	byStatus := vendorhttp.OutcomeForStatus(r)
	known := codes[string(body.Code)].reason != ""
	if byStatus.Unknown != nil && r.Status >= http.StatusBadRequest && !known {
		return byStatus
	}
	o := outcome.Outcome{Rejected: a.rejected(string(body.Code), body.Message)}
	// The error shows that the address is right.
	if b := byStatus.Rejected; !known && b != nil && b.Reason != outcome.ReasonMisconfigured {
		o.Rejected.Reason, o.Rejected.Retry, o.Rejected.Scope = b.Reason, b.Retry, b.Scope
	}
	if o.Rejected.Retry != outcome.RetryNever {
		same := *r
		same.Status = http.StatusTooManyRequests // its outcome has the wait that the header Retry-After asks for
		o.Rejected.RetryAfter = vendorhttp.OutcomeForStatus(&same).Rejected.RetryAfter
	}
	if o.Rejected.Scope == outcome.ScopeRecipient {
		o.Rejected.Path = "to"
	}
	return o
}

// rejected returns the meaning of an error code, of an answer or a webhook.
func (a *account) rejected(code, text string) *outcome.Rejected {
	r := outcome.Reject(outcome.ReasonVendorRejected, "", "%s refused the message", vendor).Rejected
	if code != "" {
		r.Detail += " with code " + code
	}
	if known := codes[code]; known.reason != "" {
		r.Reason, r.Retry, r.Scope = known.reason, known.retry, known.scope
		if known.hint != "" {
			r.Detail += ": " + known.hint
		}
	}
	r.VendorCode, r.VendorMessage = code, a.client.Redact(text)
	return r
}

type meaning struct {
	reason outcome.Reason
	retry  outcome.Retry
	scope  outcome.Scope
	hint   string
}

// codes are the errors that have a meaning here. The dialect has the source of each.
var codes = map[string]meaning{
	"10001": {outcome.ReasonForbidden, outcome.RetryNever, outcome.ScopeAccount, "the account is not active"},
	"20003": {outcome.ReasonUnauthenticated, outcome.RetryNever, outcome.ScopeAccount, "check account_sid, auth_token and the API key"},
	"20404": {outcome.ReasonMisconfigured, outcome.RetryNever, outcome.ScopeAccount, "check account_sid"},
	"20429": {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeAccount, ""},
	"21211": {outcome.ReasonInvalidRecipient, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"21608": {outcome.ReasonMisconfigured, outcome.RetryNever, outcome.ScopeAccount, "a trial account sends to verified numbers only"},
	"21610": {outcome.ReasonOptedOut, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"21619": {outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage, ""},
	"21655": {outcome.ReasonTemplateUnavailable, outcome.RetryNever, outcome.ScopeMessage,
		`the name of a template is its ContentSid: "HX" and 32 hexadecimal digits`},
	"21656":  {outcome.ReasonTemplateMismatch, outcome.RetryNever, outcome.ScopeMessage, "no parameter may be empty"},
	"30001":  {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeSender, ""},
	"63003":  {outcome.ReasonRecipientUnreachable, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"63005":  {outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage, ""},
	"63006":  {outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage, ""},
	"63007":  {outcome.ReasonMisconfigured, outcome.RetryNever, outcome.ScopeSender, "check from and account_sid"},
	"63008":  {outcome.ReasonMisconfigured, outcome.RetryNever, outcome.ScopeSender, ""},
	"63012":  {outcome.ReasonVendorUnavailable, outcome.RetryLater, outcome.ScopeAccount, ""},
	"63014":  {outcome.ReasonOptedOut, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"63016":  {outcome.ReasonOutsideServiceWindow, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"63017":  {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeAccount, ""},
	"63018":  {outcome.ReasonRateLimited, outcome.RetryLater, outcome.ScopeSender, ""},
	"63019":  {outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage, "Twilio could not download the media"},
	"63021":  {outcome.ReasonInvalidMessage, outcome.RetryNever, outcome.ScopeMessage, ""},
	"63024":  {outcome.ReasonRecipientUnreachable, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"63027":  {outcome.ReasonTemplateUnavailable, outcome.RetryNever, outcome.ScopeMessage, ""},
	"63028":  {outcome.ReasonTemplateMismatch, outcome.RetryNever, outcome.ScopeMessage, "Twilio numbers the variables of a whole template"},
	"63032":  {outcome.ReasonRecipientUnreachable, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"63038":  {outcome.ReasonQuotaExceeded, outcome.RetryNever, outcome.ScopeAccount, ""},
	"63049":  {outcome.ReasonRecipientUnreachable, outcome.RetryNever, outcome.ScopeRecipient, ""},
	"63062":  {outcome.ReasonForbidden, outcome.RetryNever, outcome.ScopeAccount, "the terms of the Marketing Messages API are not accepted"},
	"63112":  {outcome.ReasonForbidden, outcome.RetryNever, outcome.ScopeSender, "the sender is disabled"},
	"216602": {outcome.ReasonUnsupported, outcome.RetryNever, outcome.ScopeMessage, "the type of the content template is not for WhatsApp"},
}
