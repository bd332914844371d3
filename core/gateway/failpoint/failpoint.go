// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package failpoint names the places where tests kill the gateway, one for each row of the table of what a crash leaves. In
// programs that are built without the tag "failpoint" it does nothing.
package failpoint

// The places. Their values are those of the variable WAHOST_TEST_FAILPOINT.
const (
	// BeforeCommit is after the last change of a transaction and before its commit.
	BeforeCommit = "store.beforeCommit"
	// AfterCommit is after a commit and before anybody knows of it.
	AfterCommit = "store.afterCommit"
	// AfterAccept is when a message is durable and its application has no answer yet.
	AfterAccept = "gateway.afterAccept"
	// BeforeBegin is before a handover is recorded.
	BeforeBegin = "gateway.beforeBegin"
	// AfterBegin is when a handover is durable and its provider was not called yet.
	AfterBegin = "gateway.afterBegin"
	// AfterVendor is when a vendor has answered and the outcome is not recorded yet.
	AfterVendor = "gateway.afterVendor"
	// AfterSettle is when an outcome is durable.
	AfterSettle = "gateway.afterSettle"
)

// All returns all places.
func All() []string {
	return []string{BeforeCommit, AfterCommit, AfterAccept, BeforeBegin, AfterBegin, AfterVendor, AfterSettle}
}
