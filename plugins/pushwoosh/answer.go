// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pushwoosh

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

const (
	// statusArgument is the status_code for a wrong argument and for wrong credentials. Only the text differs.
	statusArgument = 210
	// statusMalformed is the status_code for a request that the vendor could not read.
	statusMalformed = 400
	// codeNotAvailable is in Messages if the vendor has no id.
	codeNotAvailable = "CODE_NOT_AVAILABLE"
)

// answer is the body of a response. StatusCode is a number or a string. Response is decoded later, because an empty object
// may be written as an empty list.
type answer struct {
	StatusCode    json.RawMessage `json:"status_code"`
	StatusMessage string          `json:"status_message"`
	Response      json.RawMessage `json:"response"`
}

// classify returns the outcome of a response. A message is accepted only if the body's status_code is 200, whatever the
// HTTP status is. An answer that is not documented and has an id is unknown: the vendor may have accepted the message.
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
	ids := messageIDs(a.Response)
	status, err := strconv.Atoi(strings.Trim(string(a.StatusCode), `"`))
	if err != nil {
		if len(ids) > 0 {
			return undocumented(r, a, ids, redact)
		}
		return vendorhttp.OutcomeForStatus(r)
	}
	ok := r.Status >= 200 && r.Status < 300
	var o outcome.Outcome
	switch {
	case status == http.StatusOK && ok:
		o = accepted(a, ids)
	case status == statusMalformed:
		o = outcome.Reject(outcome.ReasonInvalidMessage, "", "Pushwoosh could not read the request")
	case status == statusArgument:
		o = argumentError(a.StatusMessage)
	case status != http.StatusForbidden && len(ids) > 0, (ok || r.Status >= 500) && looksAccepted(status):
		o = undocumented(r, a, ids, redact)
	case status == http.StatusOK || !ok:
		o = vendorhttp.OutcomeForStatus(r)
	case status == http.StatusNotFound, status == http.StatusProxyAuthRequired:
		// The address is right, because the vendor's API is there.
		o = outcome.Reject(outcome.ReasonVendorRejected, "", "Pushwoosh refused the message")
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

// looksAccepted reports whether a status_code may mean a success: 0, or a success status of HTTP.
func looksAccepted(status int) bool {
	return status == 0 || status >= 200 && status < 300 && status != statusArgument
}

// undocumented returns the outcome of an answer that is not documented and may mean that the message was accepted.
func undocumented(r *vendorhttp.Response, a answer, ids []string, redact func(string) string) outcome.Outcome {
	text := fmt.Sprintf("HTTP %d, status_code %.50s", r.Status, cmp.Or(string(a.StatusCode), "missing"))
	if len(ids) > 0 {
		text += fmt.Sprintf(", message %.100q", ids[0])
	}
	o := outcome.NewUnknown(redact("Pushwoosh answered in a form that is not documented and may have accepted the message: " + text))
	o.Attempts = r.Attempts
	return o
}

// anyCase reads a name in any case, as encoding/json does, and refuses one that is there twice.
var anyCase = jsonv2.MatchCaseInsensitiveNames(true)

// plainSuccess returns the id in a response that looks as the vendor documents it. It is fast, and classify examines all
// other responses.
func plainSuccess(r *vendorhttp.Response) (id string, ok bool) {
	var a struct {
		StatusCode int `json:"status_code"`
		Response   struct {
			Messages       []string
			UnknownDevices jsontext.Value
		} `json:"response"`
	}
	if r.Status < 200 || r.Status >= 300 || jsonv2.Unmarshal(r.Body, &a, anyCase) != nil || a.StatusCode != http.StatusOK ||
		len(a.Response.UnknownDevices) > 0 || len(a.Response.Messages) != 1 {
		return "", false
	}
	id = a.Response.Messages[0]
	return id, id != "" && id != codeNotAvailable
}

// accepted returns the outcome of a response with status_code 200. The message is not accepted if the vendor does not know
// the device, and the outcome is unknown if the response lists no message.
func accepted(a answer, ids []string) outcome.Outcome {
	var response struct {
		Messages       json.RawMessage
		UnknownDevices json.RawMessage
	}
	_ = json.Unmarshal(a.Response, &response)
	// The request had one device, so any device listed here is the recipient.
	if !isEmpty(response.UnknownDevices) {
		o := outcome.Reject(outcome.ReasonRecipientUnreachable, "to",
			"Pushwoosh does not know the recipient's number as a device; set use_auto_registration, or register the number first")
		o.Rejected.Scope = outcome.ScopeRecipient
		return o
	}
	switch {
	case len(ids) == 0 && !isEmpty(response.Messages):
		return outcome.NewUnknown("Pushwoosh answered with status_code 200 and listed messages in a form that is not understood: " + kindOf(response.Messages))
	case len(ids) == 0:
		return outcome.NewUnknown("Pushwoosh answered with status_code 200 and listed no message")
	case ids[0] == codeNotAvailable:
		return outcome.Accept("")
	}
	o := outcome.Accept(ids[0])
	o.Accepted.Aliases = ids[1:] // a webhook may refer to any of them
	return o
}

// isEmpty reports whether a JSON value is absent, null, {} or [].
func isEmpty(raw json.RawMessage) bool {
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

// argumentErrors are the beginnings, in lower case, of the texts with status_code 210 in the vendor's documents and
// libraries. Only the beginning counts, because a text may quote the content of the message.
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
