// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reports

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"

	"github.com/wahost/wahost/conformance/report"
)

// Matrix is the table of providers, profiles and kinds of message.
type Matrix struct {
	Providers       []Published
	Kinds, Profiles []string
}

// NewMatrix returns the matrix of published reports.
func NewMatrix(providers []Published) Matrix {
	m := Matrix{Providers: providers}
	for _, p := range providers {
		m.Kinds = append(m.Kinds, p.Kinds()...)
		for _, v := range p.Profiles {
			if !slices.Contains(m.Profiles, v.Name) {
				m.Profiles = append(m.Profiles, v.Name)
			}
		}
	}
	slices.Sort(m.Kinds)
	m.Kinds = slices.Compact(m.Kinds)
	return m
}

// Profile returns the verdict of a profile, or the zero value if the report does not have the profile.
func (p Published) Profile(name string) report.ProfileVerdict {
	for _, v := range p.Profiles {
		if v.Name == name {
			return v
		}
	}
	return report.ProfileVerdict{}
}

// orNone returns a text, or the words for one that was not recorded.
func orNone(s string) string {
	if s == "" {
		return "not recorded"
	}
	return s
}

// Markdown returns the matrix as tables.
func (m Matrix) Markdown() string {
	var b strings.Builder
	b.WriteString("| provider | verdict | isolation | tier | suite | date | checks |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, p := range m.Providers {
		fmt.Fprintf(&b, "| [%s](../../conformance/reports/%s/README.md) %s | %s | %s | %s | %s | %s | %d pass, %d na |\n", p.Name, p.Folder, p.Version,
			p.Verdict, orNone(p.Isolation), p.Tier, p.Suite, orNone(p.Date), p.Count(report.Pass), p.Count(report.NA))
	}
	m.table(&b, "profile", m.Profiles, func(p *Published, profile string) string {
		v := p.Profile(profile)
		switch v.Word {
		case "":
			return "not recorded"
		case report.NotDeclared:
			return ""
		}
		return v.Word
	})
	m.table(&b, "kind", m.Kinds, func(p *Published, kind string) string {
		if s := p.Kind(kind); s != report.NA {
			return string(s)
		}
		return ""
	})
	return strings.TrimRight(b.String(), "\n")
}

// table writes a table with a row for each name and a column for each provider.
func (m Matrix) table(b *strings.Builder, what string, rows []string, cell func(*Published, string) string) {
	fmt.Fprintf(b, "\n| %s |", what)
	for _, p := range m.Providers {
		fmt.Fprintf(b, " %s |", p.Name)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(m.Providers)) + "\n")
	for _, row := range rows {
		fmt.Fprintf(b, "| %s |", row)
		for i := range m.Providers {
			fmt.Fprintf(b, " %s |", cell(&m.Providers[i], row))
		}
		b.WriteString("\n")
	}
}

//go:embed matrix.html.tmpl
var page string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("matrix").Funcs(template.FuncMap{"orNone": orNone}).Parse(page))
})

// HTML returns the matrix as one page without external references.
func (m Matrix) HTML() ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplate().Execute(&b, map[string]any{"M": m, "Style": report.Style(), "Words": report.VerdictWords()})
	return b.Bytes(), err
}

// Mood returns the colour of the verdict.
func (p Published) Mood() string { return report.ProfileVerdict{Word: p.Verdict}.Mood() }
