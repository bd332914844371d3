// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package outcome holds what becomes of a message: accepted, rejected or unknown, the closed set of reasons of a
// rejection, and the statuses that a vendor reports later. It depends on nothing but the standard library, so that
// routing and dispatch can use it without the configuration language.
//
// The main starting point is the Outcome type, made by Accept, Reject and NewUnknown.
package outcome

import (
	"fmt"
	"time"
)

// Outcome says what became of one delivery. Exactly one of Accepted, Rejected and Unknown is set.
type Outcome struct {
	// DeliveryID may be left empty by Channel.Send: the SDK fills it in. SendGroup must set it.
	DeliveryID string

	Accepted *Accepted
	Rejected *Rejected
	Unknown  *Unknown

	// IgnoredFields are the paths of fields that the caller set and the vendor was not given.
	IgnoredFields []string
	// Degraded says what less than asked went out; empty for nothing.
	Degraded string
	// Attempts is the number of vendor requests made for this delivery; 0 when refused before the wire.
	Attempts int
}

// Accepted means that the vendor took the message. It does not mean that it was sent.
type Accepted struct {
	// ProviderMessageID is the vendor's id for this recipient; empty where there is none.
	ProviderMessageID string
	// GroupID is the vendor's id for the whole request, where recipients share one.
	GroupID string
	// Aliases are other ids under which a webhook may speak of this message.
	Aliases []string
}

// Rejected means that the vendor surely did not take the message, or was never asked.
type Rejected struct {
	Reason Reason
	// Path is the field at fault, such as "template.components[0].parameters[1]"; may be empty.
	Path string
	// Detail says what went wrong, in words for the sender.
	Detail string
	Retry  Retry
	// RetryAfter is how long to wait before retrying, used when Retry is RetryLater. Zero lets the host choose.
	RetryAfter time.Duration
	Scope      Scope
	// VendorCode and VendorMessage are the vendor's own words, verbatim.
	VendorCode    string
	VendorMessage string
	// MetaCode is the Cloud API error code where the vendor passes it on; 0 for none.
	MetaCode int
}

// Unknown means that the request may have reached the vendor and no answer came. It is never resent.
type Unknown struct {
	// Cause says what happened, without secrets.
	Cause string
}

// Reason is why a message was rejected: one of a closed set, in the words that configuration and JSON use.
type Reason string

// The reasons.
const (
	ReasonInvalidMessage       Reason = "invalid_message"
	ReasonInvalidRecipient     Reason = "invalid_recipient"
	ReasonRecipientUnreachable Reason = "recipient_unreachable"
	ReasonOptedOut             Reason = "opted_out"
	ReasonTemplateUnavailable  Reason = "template_unavailable"
	ReasonTemplateMismatch     Reason = "template_mismatch"
	ReasonOutsideServiceWindow Reason = "outside_service_window"
	ReasonUnsupported          Reason = "unsupported"
	ReasonUnauthenticated      Reason = "unauthenticated"
	ReasonForbidden            Reason = "forbidden"
	ReasonMisconfigured        Reason = "misconfigured"
	ReasonQuotaExceeded        Reason = "quota_exceeded"
	ReasonRateLimited          Reason = "rate_limited"
	ReasonVendorUnavailable    Reason = "vendor_unavailable"
	ReasonVendorRejected       Reason = "vendor_rejected"
)

// Reasons lists all reasons in a fixed order.
func Reasons() []Reason {
	return []Reason{
		ReasonInvalidMessage, ReasonInvalidRecipient, ReasonRecipientUnreachable, ReasonOptedOut,
		ReasonTemplateUnavailable, ReasonTemplateMismatch, ReasonOutsideServiceWindow, ReasonUnsupported,
		ReasonUnauthenticated, ReasonForbidden, ReasonMisconfigured, ReasonQuotaExceeded, ReasonRateLimited,
		ReasonVendorUnavailable, ReasonVendorRejected,
	}
}

// Retry is advice to the host about sending the same message again to the same vendor.
type Retry string

// The advice.
const (
	// RetryNever: the same message would be refused again.
	RetryNever Retry = "never"
	// RetryLater means that the same message may be sent again after Rejected.RetryAfter.
	RetryLater Retry = "after"
	// RetrySafe: safe at once; nothing reached the vendor, or the vendor surely did not take it.
	RetrySafe Retry = "safe"
)

// Scope says what else a rejection applies to.
type Scope string

// The scopes.
const (
	ScopeMessage   Scope = "message"
	ScopeRecipient Scope = "recipient"
	ScopeSender    Scope = "sender"
	ScopeAccount   Scope = "account"
)

// Accept is the outcome of a message that the vendor took, with its id.
func Accept(providerMessageID string) Outcome {
	return Outcome{Accepted: &Accepted{ProviderMessageID: providerMessageID}}
}

// Reject is the outcome of a message that was refused. Retry is never and Scope is message: set others on Rejected.
func Reject(reason Reason, path, format string, args ...any) Outcome {
	return Outcome{Rejected: &Rejected{
		Reason: reason, Path: path, Detail: fmt.Sprintf(format, args...), Retry: RetryNever, Scope: ScopeMessage,
	}}
}

// NewUnknown returns the outcome of a request that may have reached the vendor. The cause must hold no secrets.
func NewUnknown(cause string) Outcome {
	return Outcome{Unknown: &Unknown{Cause: cause}}
}

// Word gives "accepted", "rejected" or "unknown", the words that output uses.
func (o Outcome) Word() string {
	switch {
	case o.Accepted != nil:
		return "accepted"
	case o.Rejected != nil:
		return "rejected"
	default:
		return "unknown"
	}
}
