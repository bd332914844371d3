// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pushwoosh

import (
	"strings"
	"testing"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// FuzzClassify reads answers of any status and content. Each leads to exactly one outcome.
func FuzzClassify(f *testing.F) {
	for _, body := range []string{
		"", "null", "{}", "[]", "{\"status_code\":200,\"response\":{\"Messages\":[\"A\"]}}", "{\"code\":\"0\",\"success\":true,\"data\":{\"messageId\":\"A\"}}",
		"{\"code\":1e999999999}", "{\"code\":" + strings.Repeat("[", 2000), "\"\\ud800\"", "{\"data\":[[[[1]]]]}", "\x1b[2J\xff",
	} {
		for _, status := range []int{200, 202, 400, 429, 500} {
			f.Add(status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, recipients := range []int{1, 1000} {
			o := classify(&vendorhttp.Response{Status: status, Body: body}, strings.Clone)
			results := 0
			for _, is := range []bool{o.Accepted != nil, o.Rejected != nil, o.Unknown != nil} {
				if is {
					results++
				}
			}
			if results != 1 {
				t.Fatalf("%d results for %d recipients: %+v", results, recipients, o)
			}
		}
	})
}
