// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outcome

// MetaReason returns the meaning of an error code of Meta's Cloud API, for vendors that pass the code on. For an unknown
// code it returns ReasonVendorRejected, RetryNever and ScopeMessage. The codes are from Meta's page "Error codes" of the
// Cloud API. Reason, retry and scope are this project's interpretation of their descriptions.
func MetaReason(code int) (Reason, Retry, Scope) {
	if code >= 200 && code <= 299 {
		return ReasonForbidden, RetryNever, ScopeAccount
	}
	if m, ok := metaCodes[code]; ok {
		return m.reason, m.retry, m.scope
	}
	return ReasonVendorRejected, RetryNever, ScopeMessage
}

type metaMeaning struct {
	reason Reason
	retry  Retry
	scope  Scope
}

var metaCodes = map[int]metaMeaning{
	0:   {ReasonUnauthenticated, RetryNever, ScopeAccount}, // authentication exception
	190: {ReasonUnauthenticated, RetryNever, ScopeAccount}, // access token expired

	3:      {ReasonForbidden, RetryNever, ScopeAccount},         // capability or permission
	10:     {ReasonForbidden, RetryNever, ScopeAccount},         // permission denied
	131005: {ReasonForbidden, RetryNever, ScopeAccount},         // access denied
	368:    {ReasonForbidden, RetryNever, ScopeAccount},         // blocked for policy violations
	131031: {ReasonForbidden, RetryNever, ScopeAccount},         // account locked
	1:      {ReasonVendorUnavailable, RetryLater, ScopeAccount}, // unknown API error
	2:      {ReasonVendorUnavailable, RetryLater, ScopeAccount}, // service down or overloaded
	131000: {ReasonVendorUnavailable, RetryLater, ScopeMessage}, // something went wrong
	131016: {ReasonVendorUnavailable, RetryLater, ScopeAccount}, // service unavailable
	131057: {ReasonVendorUnavailable, RetryLater, ScopeSender},  // account in maintenance
	133004: {ReasonVendorUnavailable, RetryLater, ScopeAccount}, // server temporarily unavailable
	135000: {ReasonVendorUnavailable, RetryLater, ScopeMessage}, // generic user error

	4:      {ReasonRateLimited, RetryLater, ScopeAccount},   // application call rate
	80007:  {ReasonRateLimited, RetryLater, ScopeAccount},   // business account call rate
	130429: {ReasonRateLimited, RetryLater, ScopeSender},    // throughput
	131056: {ReasonRateLimited, RetryLater, ScopeRecipient}, // pair of sender and recipient
	131048: {ReasonRateLimited, RetryNever, ScopeSender},    // spam rate limit: needs a person
	132069: {ReasonRateLimited, RetryLater, ScopeMessage},   // flow throttled
	131042: {ReasonQuotaExceeded, RetryNever, ScopeAccount}, // payment problem
	131064: {ReasonQuotaExceeded, RetryNever, ScopeAccount}, // messaging limit reached

	33:     {ReasonMisconfigured, RetryNever, ScopeSender}, // phone number deleted
	131030: {ReasonMisconfigured, RetryNever, ScopeSender}, // recipient not on the test list
	131037: {ReasonMisconfigured, RetryNever, ScopeSender}, // display name not approved
	131045: {ReasonMisconfigured, RetryNever, ScopeSender}, // registration error
	133000: {ReasonMisconfigured, RetryNever, ScopeSender}, // incomplete deregistration
	133005: {ReasonMisconfigured, RetryNever, ScopeSender}, // wrong two-step PIN
	133006: {ReasonMisconfigured, RetryNever, ScopeSender}, // number needs verification
	133008: {ReasonMisconfigured, RetryNever, ScopeSender}, // too many PIN guesses
	133009: {ReasonMisconfigured, RetryNever, ScopeSender}, // PIN guessed too fast
	133010: {ReasonMisconfigured, RetryNever, ScopeSender}, // number not registered
	133015: {ReasonMisconfigured, RetryNever, ScopeSender}, // wait before registering
	133016: {ReasonMisconfigured, RetryNever, ScopeSender}, // register attempts exceeded

	100:    {ReasonInvalidMessage, RetryNever, ScopeMessage},         // invalid parameter
	131008: {ReasonInvalidMessage, RetryNever, ScopeMessage},         // parameter missing
	131009: {ReasonInvalidMessage, RetryNever, ScopeMessage},         // parameter value not valid
	131052: {ReasonInvalidMessage, RetryNever, ScopeMessage},         // media download failed
	131053: {ReasonInvalidMessage, RetryNever, ScopeMessage},         // media upload failed
	131051: {ReasonUnsupported, RetryNever, ScopeMessage},            // message type unsupported
	131055: {ReasonUnsupported, RetryNever, ScopeMessage},            // not a marketing template
	131062: {ReasonUnsupported, RetryNever, ScopeRecipient},          // business-scoped user id not supported here
	131063: {ReasonUnsupported, RetryNever, ScopeSender},             // marketing templates disabled on this API
	131021: {ReasonInvalidRecipient, RetryNever, ScopeRecipient},     // recipient is the sender
	131026: {ReasonRecipientUnreachable, RetryNever, ScopeRecipient}, // undeliverable
	130497: {ReasonRecipientUnreachable, RetryNever, ScopeRecipient}, // restricted country
	131049: {ReasonRecipientUnreachable, RetryNever, ScopeRecipient}, // held back for a healthy ecosystem: not before 24 h
	130472: {ReasonRecipientUnreachable, RetryNever, ScopeRecipient}, // recipient in an experiment
	137000: {ReasonRecipientUnreachable, RetryNever, ScopeRecipient}, // identity key mismatch
	131050: {ReasonOptedOut, RetryNever, ScopeRecipient},             // stopped marketing messages
	131047: {ReasonOutsideServiceWindow, RetryNever, ScopeRecipient}, // more than 24 h since the last reply

	132000: {ReasonTemplateMismatch, RetryNever, ScopeMessage},    // parameter count
	132005: {ReasonTemplateMismatch, RetryNever, ScopeMessage},    // text too long once filled
	132008: {ReasonTemplateMismatch, RetryNever, ScopeMessage},    // parameter value
	132012: {ReasonTemplateMismatch, RetryNever, ScopeMessage},    // parameter format
	132001: {ReasonTemplateUnavailable, RetryNever, ScopeMessage}, // missing in this language
	132007: {ReasonTemplateUnavailable, RetryNever, ScopeMessage}, // violates policy
	132015: {ReasonTemplateUnavailable, RetryNever, ScopeMessage}, // paused
	132016: {ReasonTemplateUnavailable, RetryNever, ScopeMessage}, // disabled
	132068: {ReasonTemplateUnavailable, RetryNever, ScopeMessage}, // flow blocked
}
