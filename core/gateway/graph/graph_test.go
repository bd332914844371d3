// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package graph

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

func TestBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  *Error
		body string
	}{
		"a value": {
			New(CodeInvalidValue, "to: %s", "wrong"),
			`{"error":{"message":"(#131009) Parameter value is not valid","type":"OAuthException","code":131009,"error_data":{"messaging_product":"whatsapp","details":"to: wrong"},"fbtrace_id":"T"}}`,
		},
		"no object": {
			NoObject("get", "1"),
			`{"error":{"message":"Unsupported get request. Object with ID '1' does not exist, cannot be loaded due to missing permissions, or does not support this operation.","type":"GraphMethodException","code":100,"error_subcode":33,"fbtrace_id":"T"}}`,
		},
		"unavailable": {
			Unavailable(time.Second, "later"),
			`{"error":{"message":"(#2) API Service","type":"OAuthException","code":2,"error_data":{"messaging_product":"whatsapp","details":"later"},"is_transient":true,"fbtrace_id":"T"}}`,
		},
		"not UTF-8": {
			New(CodeInvalidParameter, "\xff"),
			`{"error":{"message":"(#100) Invalid parameter","type":"OAuthException","code":100,"error_data":{"messaging_product":"whatsapp","details":"\ufffd"},"fbtrace_id":"T"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.body, string(test.err.Body("T")))
			assert.NotEmpty(t, test.err.Error())
		})
	}
}

// TestEveryReasonHasACode checks that a code leads back to its reason, so that a provider that reads the answers of another gateway
// understands them.
func TestEveryReasonHasACode(t *testing.T) {
	t.Parallel()
	for _, reason := range outcome.Reasons() {
		code := CodeOf(&outcome.Rejected{Reason: reason})
		require.Contains(t, meanings, code, reason)
		if code == CodeSomethingWrong {
			continue
		}
		back, _, _ := outcome.MetaReason(int(code))
		if reason == outcome.ReasonInvalidRecipient {
			assert.Equal(t, outcome.ReasonInvalidMessage, back, "no code is about the form of a number")
			continue
		}
		assert.Equal(t, reason, back, code)
	}
	for code, m := range meanings {
		assert.NotEmpty(t, m.title, code)
		assert.NotEmpty(t, http.StatusText(m.status), code)
	}
	assert.Equal(t, http.StatusBadRequest, Code(131049).Status(), "a code that is not in the table")
	assert.Equal(t, "Something went wrong", Code(131049).Title())
}
