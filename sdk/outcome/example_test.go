// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outcome_test

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
)

// The three outcomes. Each is made by a function of its own.
func Example() {
	outcomes := []outcome.Outcome{
		outcome.Accept("wamid.HBgM"),
		outcome.Reject(outcome.ReasonTemplateUnavailable, "template.name", "the template %q is paused", "spring_sale"),
		outcome.NewUnknown("the connection broke while the response was read"),
	}
	for _, o := range outcomes {
		fmt.Println(o.Word())
	}
	fmt.Println(outcomes[1].Rejected.Path+":", outcomes[1].Rejected.Detail)
	// Output:
	// accepted
	// rejected
	// unknown
	// template.name: the template "spring_sale" is paused
}

// A rejection is for this message only and final, unless the provider says otherwise.
func ExampleReject() {
	o := outcome.Reject(outcome.ReasonRateLimited, "", "more than 80 messages in a second")
	o.Rejected.Retry, o.Rejected.RetryAfter = outcome.RetryLater, 2*time.Second
	o.Rejected.Scope = outcome.ScopeSender
	fmt.Println(o.Rejected.Reason, o.Rejected.Retry, o.Rejected.RetryAfter, o.Rejected.Scope)
	// Output:
	// rate_limited after 2s sender
}

// A vendor that passes on Meta's error codes needs no table of its own.
func ExampleMetaReason() {
	reason, retry, scope := outcome.MetaReason(131047)
	fmt.Println(reason, retry, scope)
	// Output:
	// outside_service_window never recipient
}
