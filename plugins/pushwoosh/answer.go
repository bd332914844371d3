// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pushwoosh

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

const (
	// statusArgument is the body's status_code for a bad argument and also for bad credentials: only its text
	// tells them apart.
	statusArgument = 210
	// statusMalformed is the body's status_code for a request that could not be read.
	statusMalformed = 400
	// codeNotAvailable stands in Messages where the vendor has no id.
	codeNotAvailable = "CODE_NOT_AVAILABLE"
)

// answer is the vendor's body. StatusCode is a number, and read as a string too; the contents of response are
// read leniently, because an empty object may be written as an empty list.
type answer struct {
	StatusCode    json.RawMessage `json:"status_code"`
	StatusMessage string          `json:"status_message"`
	Response      json.RawMessage `json:"response"`
}

// classify says what an answer means. Success is the body's status_code 200, and never the HTTP status alone.
func classify(r *vendorhttp.Response, redact func(string) string) outcome.Outcome {
	if id, ok := plainSuccess(r); ok {
		o := outcome.Accept(id)
		o.Attempts = r.Attempts
		return o
	}
	var a answer
	if err := json.Unmarshal(bytes.TrimPrefix(r.Body, []byte("\xef\xbb\xbf")), &a); err != nil {
		return vendorhttp.OutcomeForStatus(r)
	}
	status, err := strconv.Atoi(strings.Trim(string(a.StatusCode), `"`))
	if err != nil {
		return vendorhttp.OutcomeForStatus(r)
	}
	ok := r.Status >= 200 && r.Status < 300
	var o outcome.Outcome
	switch {
	case status == http.StatusOK && ok:
		o = accepted(a)
	case status == statusMalformed:
		o = outcome.Reject(outcome.ReasonInvalidMessage, "", "Pushwoosh could not read the request")
	case status == statusArgument:
		o = argumentError(a.StatusMessage)
	case status == http.StatusOK || !ok:
		o = vendorhttp.OutcomeForStatus(r)
	case status >= 400 && status < 600:
		// The vendor's codes follow the HTTP statuses (403, 500).
		same := *r
		same.Status = status
		o = vendorhttp.OutcomeForStatus(&same)
	default:
		o = outcome.Reject(outcome.ReasonVendorRejected, "", "Pushwoosh refused the message")
	}
	if o.Rejected != nil {
		o.Rejected.VendorCode = strconv.Itoa(status)
		if a.StatusMessage != "" {
			o.Rejected.VendorMessage = redact(a.StatusMessage)
		}
	}
	o.Attempts = r.Attempts
	return o
}

// plainSuccess reads the answer that the vendor documents, in one go; anything else is for the closer look.
func plainSuccess(r *vendorhttp.Response) (id string, ok bool) {
	var a struct {
		StatusCode int `json:"status_code"`
		Response   struct {
			Messages       []string
			UnknownDevices json.RawMessage
		} `json:"response"`
	}
	if r.Status < 200 || r.Status >= 300 || json.Unmarshal(r.Body, &a) != nil || a.StatusCode != http.StatusOK ||
		len(a.Response.UnknownDevices) > 0 || len(a.Response.Messages) != 1 {
		return "", false
	}
	id = a.Response.Messages[0]
	return id, id != "" && id != codeNotAvailable
}

// accepted judges an answer with status_code 200, which proves nothing yet: a device that the vendor does not know
// gets no message, and an answer that lists no message is no evidence of one.
func accepted(a answer) outcome.Outcome {
	var response struct {
		Messages       json.RawMessage
		UnknownDevices json.RawMessage
	}
	_ = json.Unmarshal(a.Response, &response)
	// The request had one device, so any device listed here is the recipient.
	if !empty(response.UnknownDevices) {
		o := outcome.Reject(outcome.ReasonRecipientUnreachable, "to",
			"Pushwoosh does not know the recipient's number as a device; set use_auto_registration, or register it before")
		o.Rejected.Scope = outcome.ScopeRecipient
		return o
	}
	var messages []string
	_ = json.Unmarshal(response.Messages, &messages)
	switch {
	case len(messages) == 0 || messages[0] == "":
		return outcome.NewUnknown("Pushwoosh answered with status_code 200 and listed no message")
	case messages[0] == codeNotAvailable:
		return outcome.Accept("")
	}
	o := outcome.Accept(messages[0])
	o.Accepted.Aliases = messages[1:] // a webhook may speak of any of them
	return o
}

// empty reports whether a JSON value is absent, null, {} or [].
func empty(raw json.RawMessage) bool {
	var value any
	_ = json.Unmarshal(raw, &value)
	switch v := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// argumentErrors are the beginnings, in lower case, of the texts of status_code 210 that the vendor's documents and
// libraries show. Texts may quote the caller's own content, so a word inside of one proves nothing.
var argumentErrors = []struct {
	begins string
	reason outcome.Reason
	scope  outcome.Scope
	path   string
	detail string
}{
	{"access denied", outcome.ReasonUnauthenticated, outcome.ScopeAccount, "",
		"Pushwoosh refused the access token, or it does not belong to the application: check auth and application"},
	{"application not found", outcome.ReasonMisconfigured, outcome.ScopeSender, "",
		"Pushwoosh refused the application code: check the channel's argument application"},
	{"invalid devices list", outcome.ReasonInvalidRecipient, outcome.ScopeRecipient, "to",
		"Pushwoosh refused the recipient's number"},
}

func argumentError(text string) outcome.Outcome {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, e := range argumentErrors {
		if strings.HasPrefix(text, e.begins) {
			o := outcome.Reject(e.reason, e.path, "%s", e.detail)
			o.Rejected.Scope = e.scope
			return o
		}
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, "", "Pushwoosh refused an argument of the message")
}
