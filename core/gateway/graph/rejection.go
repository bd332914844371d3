// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package graph

import (
	"net/http"

	"github.com/wahost/wahost/sdk/outcome"
)

// codes has a code for each reason, for vendors that have none of Meta's. A reason that is about the gateway's own accounts is
// nothing that a caller can act on, and so it has the general code.
var codes = map[outcome.Reason]Code{
	outcome.ReasonInvalidMessage:       CodeInvalidValue,
	outcome.ReasonInvalidRecipient:     CodeInvalidValue,
	outcome.ReasonRecipientUnreachable: CodeUndeliverable,
	outcome.ReasonOptedOut:             CodeOptedOut,
	outcome.ReasonTemplateUnavailable:  CodeTemplateUnavailable,
	outcome.ReasonTemplateMismatch:     CodeTemplateParameters,
	outcome.ReasonOutsideServiceWindow: CodeReengagement,
	outcome.ReasonUnsupported:          CodeUnsupportedType,
	outcome.ReasonRateLimited:          CodeRateLimit,
	outcome.ReasonQuotaExceeded:        CodePayment,
	outcome.ReasonForbidden:            CodeAccessDenied,
	outcome.ReasonVendorUnavailable:    CodeServiceUnavailable,
}

// CodeOf returns the code of a rejection: Meta's own if the vendor passed it on, and otherwise that of the reason.
func CodeOf(r *outcome.Rejected) Code {
	if r.MetaCode != 0 {
		return Code(r.MetaCode)
	}
	if r.Reason == outcome.ReasonRateLimited && r.Scope == outcome.ScopeRecipient {
		return CodePairRate
	}
	if code, ok := codes[r.Reason]; ok {
		return code
	}
	return CodeSomethingWrong
}

// FromRejection returns the answer for a message that is refused before it is stored. The details name the field at fault.
func FromRejection(r *outcome.Rejected) *Error {
	code := CodeOf(r)
	e := New(code, "%s", r.Detail)
	if r.Path != "" {
		e.Details = r.Path + ": " + r.Detail
	}
	e.RetryAfter = r.RetryAfter
	switch code {
	case CodeSomethingWrong:
		// The gateway works: this message has no way to its recipient.
		e.Status = http.StatusBadRequest
	case CodeServiceUnavailable:
		e.Transient = true
	}
	return e
}
