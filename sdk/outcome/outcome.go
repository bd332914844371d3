// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package outcome defines the result of sending a message: accepted, rejected or unknown. It also defines the closed set of
// reasons of a rejection, and the statuses that a vendor reports later.
//
// Start with the type Outcome, which Accept, Reject and NewUnknown return. MetaReason translates error codes of the Cloud
// API. The package imports the standard library only.
package outcome

import (
	"fmt"
	"time"
)

// Outcome is the result of one delivery. Exactly one of Accepted, Rejected and Unknown is set.
type Outcome struct {
	// DeliveryID identifies the delivery. Channel.Send may leave it empty. GroupSender.SendGroup must set it.
	DeliveryID string

	Accepted *Accepted
	Rejected *Rejected
	Unknown  *Unknown

	// IgnoredFields are the paths of fields that the caller set and that were not passed to the vendor.
	IgnoredFields []string
	// Degraded says how the message that was sent is less than what was asked for. It is empty if the message was
	// sent as it is.
	Degraded string
	// Attempts is the number of vendor requests that were made for this delivery. It is 0 if the message was refused before a
	// request was made.
	Attempts int
}

// Accepted means that the vendor accepted the message. It does not mean that the message was sent.
type Accepted struct {
	// ProviderMessageID is the vendor's id for this recipient. It is empty if the vendor returned no such id.
	ProviderMessageID string
	// GroupID is the vendor's id for a request with several recipients. It is empty if the vendor returned no such id.
	GroupID string
	// Aliases are further ids by which a webhook may refer to this message.
	Aliases []string
}

// Rejected means that the vendor did not accept the message, or that no request was made.
type Rejected struct {
	Reason Reason
	// Path is the path of the field at fault, such as "template.components[0].parameters[1]". It may be empty.
	Path string
	// Detail says what is wrong, for the sender of the message. It contains no secrets.
	Detail string
	// Retry says whether the same message may be sent again.
	Retry Retry
	// RetryAfter is how long to wait before retrying, used when Retry is RetryLater. Zero lets the host choose.
	RetryAfter time.Duration
	// Scope says what the rejection applies to besides this message.
	Scope Scope
	// VendorCode and VendorMessage are the vendor's error code and text, verbatim except for secrets.
	VendorCode    string
	VendorMessage string
	// MetaCode is the Cloud API error code, if the vendor passes it on. It is 0 otherwise.
	MetaCode int
}

// Unknown means that the vendor may have accepted the message, but this is not known. The host never sends such a message
// again.
type Unknown struct {
	// Cause says what happened. It contains no secrets.
	Cause string
	// GroupID is the vendor's id for the request with several recipients. It is empty if the provider does not know it.
	GroupID string
	// Aliases are ids by which a webhook may refer to this message, such as the reference that the deliveries of a request share.
	Aliases []string
}

// Reason is the reason of a rejection, one of a closed set. The values are those of configuration files and JSON.
type Reason string

// The reasons. The comment of each is its text in the reference of the configuration.
const (
	// The message breaks a rule of WhatsApp, of the vendor or of the configuration. The path names the field.
	ReasonInvalidMessage Reason = "invalid_message"
	// The recipient is not a phone number, or not one that the vendor takes.
	ReasonInvalidRecipient Reason = "invalid_recipient"
	// The number cannot receive WhatsApp messages, or WhatsApp does not deliver to it now.
	ReasonRecipientUnreachable Reason = "recipient_unreachable"
	// The recipient does not want messages of this kind.
	ReasonOptedOut Reason = "opted_out"
	// The vendor has no such template in this language, or it is paused, disabled or not approved.
	ReasonTemplateUnavailable Reason = "template_unavailable"
	// The parameters of the message do not fit the template that the vendor approved.
	ReasonTemplateMismatch Reason = "template_mismatch"
	// A message without a template needs an answer of the recipient within the last 24 hours.
	ReasonOutsideServiceWindow Reason = "outside_service_window"
	// The channel cannot carry this kind of message, or one of its fields. The path names the field.
	ReasonUnsupported Reason = "unsupported"
	// The vendor does not accept the credentials.
	ReasonUnauthenticated Reason = "unauthenticated"
	// The vendor accepts the credentials, and the account may not do this: it is blocked, or it lacks a permission.
	ReasonForbidden Reason = "forbidden"
	// The account, the sender or an address is not set up as the message needs it.
	ReasonMisconfigured Reason = "misconfigured"
	// A limit of the account is used up that does not pass by itself within minutes, such as a balance.
	ReasonQuotaExceeded Reason = "quota_exceeded"
	// Too many messages in a short time.
	ReasonRateLimited Reason = "rate_limited"
	// The vendor could not be reached, or answered that it cannot serve now. The message was not taken.
	ReasonVendorUnavailable Reason = "vendor_unavailable"
	// The vendor refused the message for another reason. Its code and text say which.
	ReasonVendorRejected Reason = "vendor_rejected"
)

// Reasons returns all reasons in a fixed order.
func Reasons() []Reason {
	return []Reason{
		ReasonInvalidMessage, ReasonInvalidRecipient, ReasonRecipientUnreachable, ReasonOptedOut,
		ReasonTemplateUnavailable, ReasonTemplateMismatch, ReasonOutsideServiceWindow, ReasonUnsupported,
		ReasonUnauthenticated, ReasonForbidden, ReasonMisconfigured, ReasonQuotaExceeded, ReasonRateLimited,
		ReasonVendorUnavailable, ReasonVendorRejected,
	}
}

// Retry says whether the host may send the same message to the same vendor again.
type Retry string

// The values of Retry.
const (
	// RetryNever means that the same message would be rejected again.
	RetryNever Retry = "never"
	// RetryLater means that the same message may be sent again after Rejected.RetryAfter.
	RetryLater Retry = "after"
	// RetrySafe means that the same message may be sent again immediately: the vendor did not accept it, or no request
	// reached the vendor.
	RetrySafe Retry = "safe"
)

// Scope says what a rejection applies to.
type Scope string

// The scopes.
const (
	// ScopeMessage means this message only.
	ScopeMessage Scope = "message"
	// ScopeRecipient means all messages to the recipient.
	ScopeRecipient Scope = "recipient"
	// ScopeSender means all messages of the sending number.
	ScopeSender Scope = "sender"
	// ScopeAccount means all messages of the vendor account.
	ScopeAccount Scope = "account"
)

// Accept returns the outcome of a message that the vendor accepted. The id may be empty.
func Accept(providerMessageID string) Outcome {
	return Outcome{Accepted: &Accepted{ProviderMessageID: providerMessageID}}
}

// Reject returns the outcome of a message that was rejected. Its Retry is RetryNever and its Scope is ScopeMessage; the
// caller may change both. The path may be empty.
func Reject(reason Reason, path, format string, args ...any) Outcome {
	return Outcome{Rejected: &Rejected{
		Reason: reason, Path: path, Detail: fmt.Sprintf(format, args...), Retry: RetryNever, Scope: ScopeMessage,
	}}
}

// NewUnknown returns the outcome of a message that the vendor may have accepted. The cause must not contain secrets.
func NewUnknown(cause string) Outcome {
	return Outcome{Unknown: &Unknown{Cause: cause}}
}

// Word returns "accepted", "rejected" or "unknown", for output.
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
