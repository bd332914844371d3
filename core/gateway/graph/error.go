// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package graph

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// The types of errors. All errors of the Cloud API that sources show are of the first type, but for an object that does not exist.
const (
	typeOAuth  = "OAuthException"
	typeMethod = "GraphMethodException"
)

// The subcodes that are used.
const (
	// SubcodeNoObject belongs to CodeInvalidParameter: the object of the path does not exist (Meta's Graph API).
	SubcodeNoObject = 33
	// SubcodeIdempotency belongs to CodeInvalidParameter: the idempotency key was used for another body. It is wahost's own.
	SubcodeIdempotency = 2
)

// Error is an answer that refuses a request.
type Error struct {
	// Status is the HTTP status.
	Status int
	Code   Code
	// Subcode is 0 if there is nothing to add to the code.
	Subcode int
	// Message replaces the title of the code. It is empty for most errors.
	Message string
	// Details say what is wrong and what to do. They must not contain a secret.
	Details string
	// RetryAfter is when the same request may succeed, or 0 if it never will.
	RetryAfter time.Duration
	// Transient is true if the request is right and the gateway cannot serve it now.
	Transient bool
}

// New returns an error with the HTTP status of its code.
func New(code Code, format string, args ...any) *Error {
	return &Error{Status: code.Status(), Code: code, Details: fmt.Sprintf(format, args...)}
}

// NoObject returns the error for a path to an object that does not exist or that the caller must not see.
func NoObject(method, id string) *Error {
	return &Error{
		Status: http.StatusBadRequest, Code: CodeInvalidParameter, Subcode: SubcodeNoObject,
		Message: fmt.Sprintf("Unsupported %s request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, or does not support this operation.", method, id),
	}
}

// Unavailable returns the error for a gateway that cannot serve the request now.
func Unavailable(after time.Duration, format string, args ...any) *Error {
	e := New(CodeService, format, args...)
	e.RetryAfter, e.Transient = after, true
	return e
}

// Error returns the error on one line, for logs of callers.
func (e *Error) Error() string {
	text := fmt.Sprintf("(#%d) %s", e.Code, cmp.Or(e.Message, e.Code.Title()))
	if e.Details == "" {
		return text
	}
	return text + ": " + e.Details
}

type wireData struct {
	Product string `json:"messaging_product"`
	Details string `json:"details"`
}

type wireError struct {
	Message   string    `json:"message"`
	Type      string    `json:"type"`
	Code      Code      `json:"code"`
	Subcode   int       `json:"error_subcode,omitempty"`
	Data      *wireData `json:"error_data,omitempty"`
	Transient bool      `json:"is_transient,omitempty"`
	Trace     string    `json:"fbtrace_id"`
}

// Body returns the error as JSON. The trace is the id of the request in the log.
func (e *Error) Body(trace string) []byte {
	w := wireError{
		Message: e.Message, Type: typeOAuth, Code: e.Code, Subcode: e.Subcode, Transient: e.Transient, Trace: trace,
	}
	if w.Message == "" {
		w.Message = fmt.Sprintf("(#%d) %s", e.Code, e.Code.Title())
	}
	if e.Subcode == SubcodeNoObject {
		w.Type = typeMethod
	}
	if e.Details != "" {
		w.Data = &wireData{Product: "whatsapp", Details: e.Details}
	}
	body, err := json.Marshal(struct {
		Error wireError `json:"error"`
	}{w})
	if err != nil {
		panic("graph: an error of texts and numbers is always JSON: " + err.Error())
	}
	return body
}
