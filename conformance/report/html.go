// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"strings"
	"sync"

	"github.com/wahost/wahost/internal/pagestyle"
	"github.com/wahost/wahost/internal/printable"
)

//go:embed report.html.tmpl
var page string

//go:embed report.css
var style string

//go:embed report.js
var script string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{
		"headline":  headline,
		"deviation": deviation,
		"seconds":   seconds,
		"indented":  func(s string) string { return printable.Lines(s, "          ") },
		"body":      laidOut,
		"word":      func(s Status) string { return string(s) },
	}).Parse(page))
})

// laidOut returns JSON with indentation. It returns any other text, such as a truncated excerpt, unchanged.
func laidOut(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}

// HTML returns the report as one page without external references. It begins with the answer to the question whether the
// provider may carry messages, and with what speaks against it. Characters that are not shown as they are, are escaped.
func (r *Report) HTML() ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplate().Execute(&b, r.view())
	return []byte(printable.Text(b.String())), err
}

// Style returns the style sheet of pages about reports.
func Style() template.CSS { return template.CSS(pagestyle.Tokens + style) } //nolint:gosec // both are constants

// scriptText returns the script of the page.
func scriptText() template.JS { return template.JS(strings.TrimSpace(script)) } //nolint:gosec // it is a constant
