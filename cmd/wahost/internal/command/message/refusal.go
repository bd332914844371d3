// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// refusedError is the answer of a gateway that takes nothing.
type refusedError struct {
	status int
	detail string
	// after is when to try again, or 0.
	after time.Duration
}

// Error returns what the gateway says.
func (e *refusedError) Error() string {
	return fmt.Sprintf("the gateway answers %d: %s", e.status, e.detail)
}

// mistake reports whether the same request would be refused again, because of its content.
func (e *refusedError) mistake() bool {
	switch e.status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// again reports whether the request may succeed later.
func (e *refusedError) again() bool {
	return e.status == http.StatusTooManyRequests || e.status >= http.StatusInternalServerError
}

// refusal returns what an answer that is not a success says.
func refusal(answer *http.Response, raw []byte) error {
	var problem huma.ErrorModel
	e := &refusedError{status: answer.StatusCode, detail: http.StatusText(answer.StatusCode)}
	if json.Unmarshal(raw, &problem) == nil && problem.Detail != "" {
		e.detail = strings.Join(adminapi.ProblemLines(&problem), "\n  ")
	}
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.after = time.Duration(seconds) * time.Second
	}
	return e
}
