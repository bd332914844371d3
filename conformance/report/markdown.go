// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wahost/wahost/internal/printable"
)

// maxRows bounds the failures listed in Markdown, so that it fits a comment on a pull request.
const maxRows = 50

// Markdown returns a summary for a pull request: the verdict with all counts, the profiles, and the checks that did not
// pass.
func (r *Report) Markdown() []byte {
	var b strings.Builder
	p := r.Provider
	fmt.Fprintf(&b, "## %s %s: %s\n\n", md(p.Name), md(p.Version), strings.ReplaceAll(r.Verdict.Word, "_", " "))
	fmt.Fprintf(&b, "%s, dialect %s %s, suite %s, seed %d.\n\n", code(p.Bytes()), md(r.Dialect.Name), md(r.Dialect.Version), md(r.Suite.Version), r.Run.Seed)
	var head, counts []string
	for _, s := range Statuses() {
		head, counts = append(head, string(s)), append(counts, strconv.Itoa(r.Verdict.Counts[s]))
	}
	fmt.Fprintf(&b, "| %s |\n|%s\n| %s |\n\n", strings.Join(head, " | "), strings.Repeat(" ---: |", len(head)), strings.Join(counts, " | "))
	b.WriteString("| profile | verdict |\n| --- | --- |\n")
	for _, v := range r.Profiles {
		word := strings.ReplaceAll(v.Word, "_", " ")
		if len(v.Missing) > 0 {
			word += " (" + printable.Line(strings.Join(v.Missing, ", ")) + ")"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", v.Name, word)
	}
	if r.Verdict.Certifiable {
		b.WriteString("\nCertifiable.\n")
	}
	rows := 0
	for _, res := range r.Results {
		if res.Status == Pass || res.Status == NA {
			continue
		}
		if rows == 0 {
			b.WriteString("\n| check | level | status | what |\n| --- | --- | --- | --- |\n")
		}
		if rows++; rows <= maxRows {
			level := string(res.Level)
			if res.Provisional {
				level += ", provisional"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(res.ID), level, res.Status, md(shorten(headline(res), 200)))
		}
	}
	if rows > maxRows {
		fmt.Fprintf(&b, "\nand %d more, in report.json.\n", rows-maxRows)
	}
	fmt.Fprintf(&b, "\nResult digest `%s`.\n", r.ResultDigest)
	return []byte(b.String())
}

// markup escapes what has a meaning in Markdown or is made into a link or a mention.
var markup = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "&", "&amp;", "`", "'", "*", `\*`, "_", `\_`, "[", `\[`, "~", `\~`, "@", "&#64;", "://", "&#58;//")

// md escapes a text for a cell of a table.
func md(s string) string {
	return markup.Replace(printable.Line(strings.NewReplacer("\r\n", " ", "\n", " ").Replace(s)))
}

// code returns a text as code in a cell of a table.
func code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`).Replace(printable.Line(s)) + "`"
}

func shorten(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}
