// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"net/url"
	"strings"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/trace"
)

// Disclosed returns where a request has a credential although the dialect names no credential there, and in which form.
// find returns the form in which a text contains a credential, or "". Both results are empty if the request has no such credential.
func Disclosed(d *dialect.Dialect, x emulator.Exchange, find func(string) string) (at, form string) {
	header := x.Header.Clone()
	path, query, _ := strings.Cut(x.Path, "?")
	values, _ := url.ParseQuery(query)
	fields := map[string]bool{}
	for _, a := range d.Auth {
		switch {
		case a.Header != "":
			header.Del(a.Header)
		case a.Query != "":
			values.Del(a.Query)
		default:
			fields[a.Body.String()] = true
		}
	}
	for name, all := range header {
		if form := find(strings.Join(all, "\n")); form != "" {
			return "header " + name, form
		}
	}
	if form := find(path + "\n" + values.Encode()); form != "" {
		return "the URL", form
	}
	if len(fields) == 0 {
		if form := find(string(x.Body)); form != "" {
			return "the body", form
		}
		return "", ""
	}
	for _, p := range trace.Flatten(trace.Raw{Header: map[string][]string{"Content-Type": x.Header["Content-Type"]}, Body: x.Body}) {
		if fields[p.At] || strings.HasPrefix(p.At, "header/") {
			continue
		}
		if form := find(p.Value); form != "" {
			return p.At, form
		}
	}
	return "", ""
}
