// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// codeAccepted is the code of an accepted message. The message is not sent yet, and its template may not exist.
const codeAccepted = "0"

// answer is the body of the response to a submission. The v3 documents do not describe it. In the older ones, code and
// data have more than one type.
type answer struct {
	Code    scalar          `json:"code"`
	Message scalar          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// scalar is a JSON string, number or boolean as text, without a change of its digits. Any other JSON value is "".
type scalar string

func (s *scalar) UnmarshalJSON(data []byte) error {
	*s = ""
	switch {
	case len(data) == 0 || data[0] == '{' || data[0] == '[' || string(data) == "null":
	case data[0] == '"':
		return json.Unmarshal(data, (*string)(s))
	default:
		*s = scalar(data)
	}
	return nil
}

// classify returns the outcome of a response to a request for a number of recipients, and the vendor's id of the
// request.
func classify(r *vendorhttp.Response, recipients int, redact func(string) string) (outcome.Outcome, string) {
	var a answer
	if json.Unmarshal(bytes.TrimPrefix(r.Body, []byte("\xef\xbb\xbf")), &a) != nil || a.Code == "" && a.Message == "" {
		return vendorhttp.OutcomeForStatus(r), ""
	}
	ok := r.Status >= 200 && r.Status < 300
	if a.Code == codeAccepted && ok {
		o := outcome.Accept("")
		o.Attempts = r.Attempts
		return o, dataID(a.Data)
	}
	o, known := outcomeOfCode(string(a.Code), string(a.Message), recipients)
	switch {
	case known:
	case a.looksAccepted(r.Status):
		o = outcome.NewUnknown(redact("InnoPaaS answered in a form that is not documented and may have accepted the message: " + a.describe(r.Status)))
	case !ok && r.Status == http.StatusNotFound && a.Code != "" && a.Code != "404":
		// The vendor's own code says that its API is at the address.
	case !ok || a.Code == "":
		// The vendor's HTTP statuses are not documented. A known status says more than an unknown code.
		o = vendorhttp.OutcomeForStatus(r)
	}
	o.Attempts = r.Attempts
	if o.Rejected != nil {
		o.Rejected.VendorCode, o.Rejected.VendorMessage = redact(string(a.Code)), redact(string(a.Message))
	}
	return o, ""
}

// looksAccepted reports whether an answer with a code that is not documented may mean that the vendor accepted the message:
// by its code, by its text, or by an id. Two of the vendor's other APIs have the codes "0000" and "000000" for a success.
// An answer with the status of a refusal must have both such a code and an id.
func (a answer) looksAccepted(status int) bool {
	word := isSuccessWord(string(a.Code)) || isSuccessWord(string(a.Message))
	id := holdsID(a.Data)
	switch {
	case status >= 200 && status < 300:
		return word || id
	case status >= 500:
		return word
	}
	return word && id
}

// successWords are the texts, in lower case, with which APIs answer that a request was accepted.
var successWords = []string{
	"200", "201", "202", "ok", "success", "successful", "successfully", "succeed", "succeeded", "submitted", "accepted", "true",
	"成功", "提交成功", "发送成功", "操作成功", "请求成功",
}

// isSuccessWord reports whether a code or a text means a success by itself: zeros only, or one of successWords.
func isSuccessWord(s string) bool {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), ".!。！"))
	return s != "" && strings.Trim(s, "0") == "" || slices.Contains(successWords, s)
}

// describe returns the parts of an answer that matter for an outcome, for a text.
func (a answer) describe(status int) string {
	const most = 100
	text := fmt.Sprintf("HTTP %d, code %q", status, cut(string(a.Code), most))
	if a.Message != "" {
		text += fmt.Sprintf(", message %q", cut(string(a.Message), most))
	}
	if id := dataID(a.Data); id != "" {
		text += fmt.Sprintf(", id %q", cut(id, most))
	}
	return text
}

func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// holdsID reports whether data has a message id, or a list of them. A text with spaces is not an id.
func holdsID(data json.RawMessage) bool {
	var list []json.RawMessage
	if len(data) > 0 && data[0] == '[' && json.Unmarshal(data, &list) == nil {
		return slices.ContainsFunc(list, func(e json.RawMessage) bool { return e[0] != '[' && holdsID(e) })
	}
	id := dataID(data)
	return id != "" && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}

// dataID returns the message id in data, or "" if data has no id. The id is a string or a number as in older documents
// and clients, or the "messageId" or "id" of an object (the vendor's SMS API has the first), or the only element of a list.
// The meaning of a longer list is not documented. Without an id, webhooks are matched by uid.
func dataID(data json.RawMessage) string {
	if len(data) == 0 {
		return ""
	}
	switch data[0] {
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(data, &list) != nil || len(list) != 1 || list[0][0] == '[' {
			return ""
		}
		return dataID(list[0])
	case '{':
		var object struct {
			MessageID scalar `json:"messageId"`
			ID        scalar `json:"id"`
		}
		if json.Unmarshal(data, &object) != nil || object.MessageID == "" {
			return string(object.ID)
		}
		return string(object.MessageID)
	case 't', 'f':
		return ""
	}
	var id scalar
	_ = id.UnmarshalJSON(data)
	return strings.TrimSpace(string(id))
}

// codeMeaning is a row of the error table.
type codeMeaning struct {
	reason outcome.Reason
	scope  outcome.Scope
	detail string
}

// codes are the vendor's error codes: 101 to 118 from https://docs.innopaas.com, "custom error codes", and 143 from the
// older WhatsApp documents. Those marked SMS are from the vendor's SMS documents and are not confirmed for WhatsApp. A
// message that is rejected with one of them must not be sent again unchanged.
var codes = map[string]codeMeaning{
	"101": {outcome.ReasonMisconfigured, outcome.ScopeAccount, "the account does not exist"},
	"102": {outcome.ReasonUnauthenticated, outcome.ScopeAccount, "wrong password"},
	"105": {outcome.ReasonInvalidMessage, outcome.ScopeMessage, "the uid is too long"},
	"106": {outcome.ReasonInvalidMessage, outcome.ScopeMessage, "the text is longer than 3000 characters"},
	"108": {outcome.ReasonInvalidRecipient, outcome.ScopeRecipient, "the phone number is malformed"},
	"109": {outcome.ReasonInvalidMessage, outcome.ScopeMessage, "the count of phone numbers is wrong"},
	"110": {outcome.ReasonQuotaExceeded, outcome.ScopeAccount, "the balance is not sufficient"},
	"112": {outcome.ReasonMisconfigured, outcome.ScopeAccount, "the product is not set up"},
	"114": {outcome.ReasonMisconfigured, outcome.ScopeAccount, "the address of this machine is not on the account's allowlist"},
	"115": {outcome.ReasonMisconfigured, outcome.ScopeAccount, "the account has no domestic permission"},
	"118": {outcome.ReasonMisconfigured, outcome.ScopeSender, "the sending number does not exist: check send_number and waba_id"},
	"143": {outcome.ReasonTemplateUnavailable, outcome.ScopeMessage, "the template was not found"},

	"116": {outcome.ReasonMisconfigured, outcome.ScopeAccount, "the account is deleted or disabled"},                    // SMS
	"123": {outcome.ReasonInvalidMessage, outcome.ScopeMessage, "the content is empty"},                                 // SMS
	"125": {outcome.ReasonQuotaExceeded, outcome.ScopeRecipient, "the number has received its ten messages of the day"}, // SMS
	"128": {outcome.ReasonMisconfigured, outcome.ScopeAccount, "the account name has the wrong length"},                 // SMS
	"129": {outcome.ReasonMisconfigured, outcome.ScopeAccount, "the account has no price set up"},                       // SMS
	"131": {outcome.ReasonQuotaExceeded, outcome.ScopeAccount, "the daily limit is reached"},                            // SMS
	"132": {outcome.ReasonQuotaExceeded, outcome.ScopeAccount, "the monthly limit is reached"},                          // SMS
	"133": {outcome.ReasonQuotaExceeded, outcome.ScopeAccount, "the send limit is reached"},                             // SMS
	"134": {outcome.ReasonQuotaExceeded, outcome.ScopeAccount, "the limit against complaints is reached"},               // SMS
	"135": {outcome.ReasonTemplateMismatch, outcome.ScopeMessage, "the count of variables differs from the template's"}, // SMS
}

// codeException is the vendor's "unknown exception" (SMS documents). The vendor does not know what happened, so it may
// have accepted the message.
const codeException = "130"

// authFailure is the documented text for wrong credentials. Their code is not documented.
const authFailure = "authentication fail"

// outcomeOfCode returns the outcome of a code, and whether the code is known.
func outcomeOfCode(code, text string, recipients int) (outcome.Outcome, bool) {
	meaning, known := codes[code]
	switch {
	case code == codeException:
		return outcome.NewUnknown("InnoPaaS answered with code 130, an unknown exception on its side"), true
	case !known && strings.Contains(strings.ToLower(text), authFailure):
		meaning = codeMeaning{outcome.ReasonUnauthenticated, outcome.ScopeAccount, "authentication failed: check app_key and authorization"}
		known = true
	case !known:
		meaning = codeMeaning{outcome.ReasonVendorRejected, outcome.ScopeMessage, "code " + code + " is not documented"}
	}
	o := outcome.Reject(meaning.reason, "", "InnoPaaS refused the message: %s", meaning.detail)
	o.Rejected.Scope = meaning.scope
	if code == "106" {
		o.Rejected.Path = "text.body"
	}
	if meaning.scope == outcome.ScopeRecipient {
		o.Rejected.Path = "to"
		if recipients > 1 {
			// The vendor does not say which number it means, and accepted none of them.
			o.Rejected.Path, o.Rejected.Scope, o.Rejected.Retry = "", outcome.ScopeMessage, outcome.RetrySafe
			o.Rejected.Detail += ", for one of the recipients of the request"
		}
	}
	return o, known
}
