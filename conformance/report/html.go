// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/wahost/wahost/internal/printable"
)

//go:embed report.html.tmpl
var page string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{
		"words":    func(s any) string { return strings.ReplaceAll(toText(s), "_", " ") },
		"headline": headline,
		"seconds":  seconds,
		"indented": func(s string) string { return printable.Lines(s, "          ") },
		"body":     laidOut,
	}).Parse(page))
})

func toText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Status:
		return string(v)
	default:
		return ""
	}
}

// laidOut returns JSON with indentation. It returns any other text, such as a truncated excerpt, unchanged.
func laidOut(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}

// wireRow is a row of the wire map.
type wireRow struct{ Kind, Field, Location string }

// HTML returns the report as one page without external references: the verdict, the capability matrix, the checks with
// their exchanges and a filter, and the wire map. Characters that are not shown as they are, are escaped.
func (r *Report) HTML() ([]byte, error) {
	byID := map[int]Exchange{}
	for _, x := range r.Exchanges {
		byID[x.ID] = x
	}
	var wire []wireRow
	for _, kind := range slices.Sorted(maps.Keys(r.Dialect.WireMap)) {
		for _, field := range slices.Sorted(maps.Keys(r.Dialect.WireMap[kind])) {
			wire = append(wire, wireRow{kind, field, r.Dialect.WireMap[kind][field]})
		}
	}
	type check struct {
		Result
		Wire []Exchange
	}
	var checks []check
	for _, res := range r.Results {
		c := check{Result: res}
		for _, id := range res.Exchanges {
			if x, ok := byID[id]; ok {
				c.Wire = append(c.Wire, x)
			}
		}
		checks = append(checks, c)
	}
	var b bytes.Buffer
	err := pageTemplate().Execute(&b, map[string]any{
		"R": r, "Statuses": Statuses(), "Checks": checks, "Wire": wire, "Matrix": r.Matrix(),
	})
	return []byte(printable.Text(b.String())), err
}
