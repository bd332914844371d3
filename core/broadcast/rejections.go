// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import "github.com/wahost/wahost/sdk/outcome"

// rejections are the reasons of the rows that earlier runs have finished with a rejection, by the key of the row. Equal ones
// share their memory.
type rejections struct {
	byKey  map[string]*outcome.Rejected
	shared map[outcome.Rejected]*outcome.Rejected
}

func newRejections() rejections {
	return rejections{byKey: map[string]*outcome.Rejected{}, shared: map[outcome.Rejected]*outcome.Rejected{}}
}

// take takes the reason of a row from its entry in the journal.
func (r rejections) take(key string, e journalEntry) {
	if e.Outcome != "rejected" {
		delete(r.byKey, key)
		return
	}
	result, _ := e.Result.(map[string]any)
	text := func(name string) string {
		s, _ := result[name].(string)
		return s
	}
	rej := outcome.Rejected{
		Reason: outcome.Reason(text("reason")), Path: text("path"), Detail: text("detail"),
		VendorCode: text("vendor_code"), VendorMessage: text("vendor_message"), Retry: outcome.RetryNever,
	}
	if r.shared[rej] == nil {
		r.shared[rej] = &rej
	}
	r.byKey[key] = r.shared[rej]
}

// of returns the reason of a row that an earlier run has finished with a rejection.
func (r rejections) of(key string) outcome.Outcome {
	return outcome.Outcome{Rejected: r.byKey[key]}
}
