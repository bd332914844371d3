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
	fmt.Fprintf(&b, "## %s %s: %s\n\n", md(p.Name), md(p.Version), r.Verdict.Word)
	fmt.Fprintf(&b, "%s, dialect %s %s, suite %s, seed %d.\n\n", code(p.Bytes()), md(r.Dialect.Name), md(r.Dialect.Version), md(r.Suite.Version), r.Run.Seed)
	var head, counts []string
	for _, s := range Statuses() {
		head, counts = append(head, string(s)), append(counts, strconv.Itoa(r.Verdict.Counts[s]))
	}
	fmt.Fprintf(&b, "| %s |\n|%s\n| %s |\n\n", strings.Join(head, " | "), strings.Repeat(" ---: |", len(head)), strings.Join(counts, " | "))
	b.WriteString("| profile | verdict |\n| --- | --- |\n")
	for _, v := range r.Profiles {
		word := v.Word
		if len(v.Missing) > 0 {
			word += " (" + printable.Line(strings.Join(v.Missing, ", ")) + ")"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", v.Name, word)
	}
	if r.Verdict.Certifiable {
		b.WriteString("\nCertifiable.\n")
	}
	r.markdownCauses(&b)
	b.WriteString("\n")
	basis := r.Basis()
	for _, line := range basis.Lines {
		fmt.Fprintf(&b, "- %s\n", md(line))
	}
	for _, a := range basis.Assumed {
		fmt.Fprintf(&b, "- assumed: %s (%s)\n", md(a.Where), md(a.Source))
	}
	fmt.Fprintf(&b, "\nResult digest `%s`.\n", r.ResultDigest)
	return []byte(b.String())
}

// markdownCauses writes a row for each cause, and one for each skipped check.
func (r *Report) markdownCauses(b *strings.Builder) {
	causes := r.Causes()
	for _, res := range r.Results {
		if res.Status == Skipped {
			causes = append(causes, Cause{Members: []Result{res}})
		}
	}
	for i, c := range causes {
		if i == 0 {
			b.WriteString("\n| check | level | status | effect | what |\n| --- | --- | --- | --- | --- |\n")
		}
		if i == maxRows {
			fmt.Fprintf(b, "\nand %d more, in report.json.\n", len(causes)-maxRows)
			break
		}
		res := c.First()
		level, also := string(res.Level), ""
		if res.Provisional {
			level += ", provisional"
		}
		if n := len(c.Members) - 1; n > 0 {
			also = fmt.Sprintf(" and %d more", n)
		}
		fmt.Fprintf(b, "| %s%s | %s | %s | %s | %s |\n", code(res.ID), also, level, res.Status, c.Effect(), md(shorten(headline(res), 200)))
	}
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
