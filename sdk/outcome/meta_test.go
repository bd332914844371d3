// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMetaReason(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code   int
		reason Reason
		retry  Retry
		scope  Scope
	}{
		{131026, ReasonRecipientUnreachable, RetryNever, ScopeRecipient},
		{131047, ReasonOutsideServiceWindow, RetryNever, ScopeRecipient},
		{131050, ReasonOptedOut, RetryNever, ScopeRecipient},
		{130429, ReasonRateLimited, RetryLater, ScopeSender},
		{132001, ReasonTemplateUnavailable, RetryNever, ScopeMessage},
		{200, ReasonForbidden, RetryNever, ScopeAccount},
		{299, ReasonForbidden, RetryNever, ScopeAccount},
		{300, ReasonVendorRejected, RetryNever, ScopeMessage},
		{-1, ReasonVendorRejected, RetryNever, ScopeMessage},
	}
	for _, test := range tests {
		reason, retry, scope := MetaReason(test.code)
		assert.Equal(t, []any{test.reason, test.retry, test.scope}, []any{reason, retry, scope}, test.code)
	}
	for code, m := range metaCodes {
		assert.True(t, slices.Contains(Reasons(), m.reason), code)
	}
}
