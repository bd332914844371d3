// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/wahost/wahost/sdk/outcome"
)

// writer writes HCL that is formatted afterwards.
type writer struct {
	strings.Builder
	open int
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// remark writes a comment. What a person has to complete is counted.
func (w *writer) remark(text string) {
	if strings.Contains(text, "COMPLETE") {
		w.open++
	}
	w.line("# %s", strings.Join(strings.Fields(text), " "))
}

func (im *importer) write(name string) []byte {
	w := &writer{}
	w.remark(fmt.Sprintf("Made from the OpenAPI document %s (%s, version %s) by wahost conformance dialect import.", im.file, im.doc.Info.Title, im.doc.Info.Version))
	w.line("#\n# A comment with the word COMPLETE says what the document does not say. docs/providers/dialect.md describes the language.")
	w.line("\ndialect %s {", quote(name))
	w.line("version = %s", quote(strings.TrimSpace("openapi "+im.doc.Info.Version)))
	if d := im.doc.ExternalDocs; d != nil && strings.TrimSpace(d.URL) != "" {
		w.line("docs = %s", quote(d.URL))
	}
	w.line("")
	w.remark("COMPLETE: the names are those of the document. They must be those of the provider's arguments.")
	w.object("config", im.config)
	if len(im.channel) > 0 {
		w.line("")
		w.object("channel_config", im.channel)
	}
	rows := im.rows()
	for _, a := range im.auths {
		w.auth(im, a)
	}
	for _, r := range im.routes {
		w.route(im, r)
	}
	for _, e := range rows {
		w.errorRow(im, e)
	}
	w.line("")
	w.remark("COMPLETE: idempotency, if the vendor knows a repeated request; map and limit for each kind of message; webhook for the vendor's calls; samples.")
	for _, remark := range im.schemas.remarks {
		w.remark(remark)
	}
	w.line("}")
	im.open = w.open
	return hclwrite.Format([]byte(w.String()))
}

func (w *writer) object(name string, values map[string]string) {
	w.line("%s = {", name)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		w.line("%s = %s", key, values[key])
	}
	w.line("}")
}

// auth writes a credential. Without routes it is for all that no other names.
func (w *writer) auth(im *importer, a *auth) {
	w.line("\nauth %s {", quote(a.in))
	for _, remark := range a.remarks {
		w.remark(remark)
	}
	if a.at != "" {
		w.line("at = %s", quote(a.at))
	} else {
		w.line("name = %s", quote(a.name))
	}
	w.line("value = %s\nerror = %s", a.value, quote(unauthenticated))
	if len(a.routes) < len(im.routes) {
		w.line("routes = [%s]", list(a.routes))
	}
	w.line("source = %s\n}", quote(im.file+"#"+a.pointer))
}

func list(names []string) string {
	quoted := make([]string, 0, len(names))
	for _, name := range names {
		quoted = append(quoted, quote(name))
	}
	return strings.Join(quoted, ", ")
}

func (w *writer) route(im *importer, r *route) {
	w.line("\nroute %s {", quote(r.name))
	for _, remark := range r.remarks {
		w.remark(remark)
	}
	w.line("method = %s\npath = %s\naccept = %s", quote(r.method), quote(r.path), quote(r.accept))
	if r.schema != "" {
		w.line("schema = %s\nviolation = %s", quote(r.schema), quote(im.violation()))
	}
	if r.public && r.issues == "" {
		w.line("public = true")
	}
	w.line("source = %s\n", quote(im.file+"#"+r.pointer))
	body := r.reply.body
	if body == "" {
		body = "null"
	}
	if r.issues == "" {
		w.remark("COMPLETE: new ids with new_id, and what repeats the request.")
	}
	w.line("reply = {\nstatus = %d\nbody = %s\n}\n}", max(r.reply.status, http.StatusOK), body)
}

const (
	unauthenticated = "http_401"
	invalid         = "http_400"
)

// violation returns the name of the row for a request that breaks its schema.
func (im *importer) violation() string {
	for _, name := range []string{invalid, "http_422"} {
		if slices.ContainsFunc(im.errors, func(e *errorRow) bool { return e.name == name }) {
			return name
		}
	}
	return invalid
}

// rows returns the error rows in the order of their statuses, with those that other blocks name.
func (im *importer) rows() []*errorRow {
	need := func(name string, status int) {
		if !slices.ContainsFunc(im.errors, func(e *errorRow) bool { return e.name == name }) {
			im.errors = append(im.errors, &errorRow{name: name, first: answer{status: status, body: "null"}})
		}
	}
	if len(im.auths) > 0 {
		need(unauthenticated, http.StatusUnauthorized)
	}
	if slices.ContainsFunc(im.routes, func(r *route) bool { return r.schema != "" }) {
		need(im.violation(), http.StatusBadRequest)
	}
	slices.SortFunc(im.errors, func(a, b *errorRow) int { return strings.Compare(a.name, b.name) })
	return im.errors
}

func (w *writer) errorRow(im *importer, e *errorRow) {
	w.line("\nerror %s {", quote(e.name))
	w.remark("COMPLETE: one row for each code of the vendor, with its code, reason, retry and scope. These follow from the status alone.")
	w.line("status = %d", e.first.status)
	if e.first.body != "" && e.first.body != "null" {
		w.line("body = %s", e.first.body)
	}
	reason, retry := meaning(e.first.status)
	source := "The document does not have it: the status is chosen here."
	if e.first.pointer != "" {
		source = im.file + "#" + e.first.pointer
	}
	w.line("reason = %s\nretry = %s\nsource = %s", quote(string(reason)), quote(string(retry)), quote(source))
	for _, name := range e.order {
		w.line("\nanswer %s {\n# %s#%s\nbody = %s\n}", quote(name), im.file, e.answers[name].pointer, e.answers[name].body)
	}
	w.line("}")
}

// meaning returns what RFC 9110 and RFC 6585 say of a status.
func meaning(status int) (outcome.Reason, outcome.Retry) {
	switch {
	case status == http.StatusUnauthorized:
		return outcome.ReasonUnauthenticated, outcome.RetryNever
	case status == http.StatusForbidden:
		return outcome.ReasonForbidden, outcome.RetryNever
	case status == http.StatusTooManyRequests:
		return outcome.ReasonRateLimited, outcome.RetryLater
	case status >= http.StatusInternalServerError:
		return outcome.ReasonVendorUnavailable, outcome.RetryLater
	}
	return outcome.ReasonVendorRejected, outcome.RetryNever
}
