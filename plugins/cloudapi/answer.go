// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// graphError is the error object of an answer and of a webhook. A webhook has no type and may have a title.
type graphError struct {
	Message string `json:"message"`
	Title   string `json:"title"`
	// Code may be a number or its text.
	Code json.Number `json:"code"`
	// Data is an object with details or, as pywa has seen, a text.
	Data json.RawMessage `json:"error_data"`
}

// answer is the body of an answer to a message.
type answer struct {
	Messages []struct {
		ID     string `json:"id"`
		Status string `json:"message_status"`
	} `json:"messages"`
	Error *graphError `json:"error"`
}

// decode reads the body of an answer.
func decode(r *vendorhttp.Response, into any) bool {
	return json.Unmarshal(bytes.TrimPrefix(r.Body, []byte("\xef\xbb\xbf")), into) == nil
}

// classify returns the outcome of an answer. The code of the error decides, since the HTTP status of a code differs between
// sources. A message is accepted only if its id is there.
func (a *account) classify(r *vendorhttp.Response) outcome.Outcome {
	var body answer
	if !decode(r, &body) {
		return vendorhttp.OutcomeForStatus(r)
	}
	var ids []string
	for _, m := range body.Messages {
		if m.ID != "" {
			ids = append(ids, m.ID)
		}
	}
	var o outcome.Outcome
	switch ok := r.Status >= 200 && r.Status < 300; {
	case len(ids) > 0 && ok && body.Error == nil:
		o = outcome.Accept(ids[0])
		o.Accepted.Aliases = ids[1:]
		if status := body.Messages[0].Status; status != "" && status != "accepted" {
			o.Degraded = a.client.Redact("WhatsApp took the message and holds it back: " + status)
		}
	case len(ids) > 0:
		o = outcome.NewUnknown("the Cloud API answered HTTP " + strconv.Itoa(r.Status) + " with the id of a message, which is not documented")
	case body.Error != nil:
		o = a.refusal(*body.Error, r)
	default:
		return vendorhttp.OutcomeForStatus(r)
	}
	o.Attempts = r.Attempts
	return o
}

// hints say what to do about some codes.
var hints = map[int]string{
	131030: "add the number to the recipients of the test number, or use a number of the business",
	131055: "the template is not a marketing template: set wahost.category to its category, and remove product_policy and message_activity_sharing",
	131063: "set the channel's argument marketing_messages",
}

// refusal returns the outcome of an error in an answer. An error without a code that is known is judged by the HTTP status.
func (a *account) refusal(e graphError, r *vendorhttp.Response) outcome.Outcome {
	o := vendorhttp.OutcomeForStatus(r)
	code, known := e.known()
	switch {
	case known:
		o = outcome.Outcome{Rejected: a.rejected(e, code)}
	case o.Unknown != nil && r.Status >= http.StatusBadRequest:
		return o
	case o.Rejected == nil, o.Rejected.Reason == outcome.ReasonMisconfigured:
		// The error shows that the address is right.
		o = outcome.Outcome{Rejected: a.rejected(e, code)}
	default:
		o.Rejected.VendorCode, o.Rejected.VendorMessage, o.Rejected.MetaCode = string(e.Code), a.client.Redact(e.text()), code
	}
	if o.Rejected.Retry == outcome.RetryLater {
		o.Rejected.RetryAfter = wait(r)
	}
	if o.Rejected.Scope == outcome.ScopeRecipient {
		o.Rejected.Path = "to"
	}
	return o
}

// rejected returns the meaning of an error, of an answer or a webhook.
func (a *account) rejected(e graphError, code int) *outcome.Rejected {
	r := outcome.Reject(outcome.ReasonVendorRejected, "", "%s refused the message", vendor).Rejected
	if e.Code != "" {
		r.Detail += " with code " + string(e.Code)
	}
	if hint := hints[code]; hint != "" {
		r.Detail += ": " + hint
	}
	if _, known := e.known(); known {
		r.Reason, r.Retry, r.Scope = outcome.MetaReason(code)
	}
	r.VendorCode, r.VendorMessage, r.MetaCode = string(e.Code), a.client.Redact(e.text()), code
	return r
}

// known returns the code, and whether outcome.MetaReason has a meaning for it.
func (e graphError) known() (code int, known bool) {
	code, err := strconv.Atoi(string(e.Code))
	if err != nil {
		return 0, false
	}
	reason, _, _ := outcome.MetaReason(code)
	return code, reason != outcome.ReasonVendorRejected
}

// text returns the vendor's words: the message or the title, and the details if they say more.
func (e graphError) text() string {
	text := cmp.Or(e.Message, e.Title)
	var data struct {
		Details string `json:"details"`
	}
	if json.Unmarshal(e.Data, &data) != nil {
		_ = json.Unmarshal(e.Data, &data.Details)
	}
	switch {
	case text == "":
		return data.Details
	case data.Details == "" || strings.Contains(text, data.Details):
		return text
	}
	return text + ": " + data.Details
}

// usageHeader is a header with the use of a business, in JSON.
const usageHeader = "X-Business-Use-Case-Usage"

// wait returns how long the vendor asks to wait: in the header Retry-After, or as estimated_time_to_regain_access in minutes in the
// header with the use of the business, which is as Meta's OpenAPI file shows it. Zero means that it does not say.
func wait(r *vendorhttp.Response) time.Duration {
	same := *r
	same.Status = http.StatusTooManyRequests
	if after := vendorhttp.OutcomeForStatus(&same).Rejected.RetryAfter; after > 0 {
		return after
	}
	var usage map[string][]struct {
		Minutes int `json:"estimated_time_to_regain_access"`
	}
	if json.Unmarshal([]byte(r.Header.Get(usageHeader)), &usage) != nil {
		return 0
	}
	minutes := 0
	for _, uses := range usage {
		for _, u := range uses {
			minutes = max(minutes, min(u.Minutes, 24*60))
		}
	}
	return time.Duration(minutes) * time.Minute
}
