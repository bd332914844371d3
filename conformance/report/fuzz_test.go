// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"strings"
	"testing"

	"github.com/wahost/wahost/conformance/report"
)

// FuzzRead reads whatever a report.json may hold.
func FuzzRead(f *testing.F) {
	whole, err := conformantReport().JSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"format_version":"1.0","results":[{"id":"a","duration":1e333333339}]}`))
	f.Add([]byte(strings.Repeat(`{"results":`, 20_000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := report.Read(data)
		if err != nil {
			return
		}
		again, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := report.Read(again); err != nil {
			t.Fatal(err)
		}
	})
}
