// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"fmt"
	"io"
	"strings"

	"github.com/mitchellh/go-wordwrap"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/doctor"
	"github.com/wahost/wahost/internal/printable"
)

// document is what `doctor --json` prints.
type document struct {
	Format string `json:"format_version"`
	// Level is the worst level of the findings.
	Level    doctor.Level     `json:"level"`
	Errors   int              `json:"error_count"`
	Warnings int              `json:"warning_count"`
	Findings []doctor.Finding `json:"findings"`
}

// report prints findings and returns the error that sets the exit code.
func report(a *cli.App, findings []doctor.Finding) error {
	doc := document{Format: "1.0", Level: doctor.OK, Findings: findings}
	for _, f := range findings {
		switch f.Level {
		case doctor.Error:
			doc.Errors++
		case doctor.Warning:
			doc.Warnings++
		case doctor.OK:
		}
	}
	switch {
	case doc.Errors > 0:
		doc.Level = doctor.Error
	case doc.Warnings > 0:
		doc.Level = doctor.Warning
	}
	if a.JSON {
		if err := a.PrintJSON(doc); err != nil {
			return err
		}
	} else {
		doc.print(a.Stdout, a.Stdout.Width())
	}
	if doc.Errors > 0 {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

const (
	// leastWidth is the width below which texts are not made narrower.
	leastWidth = 30
	levelWidth = 9
)

// print writes a row for each finding, with what to do below it. Texts are wrapped at the width, unless that is 0.
func (d document) print(w io.Writer, width int) {
	checks := 0
	for _, f := range d.Findings {
		checks = max(checks, len(f.Check)+2)
	}
	indent := levelWidth + checks
	text := func(s string) string {
		s = printable.Line(s)
		if width > 0 {
			s = wordwrap.WrapString(s, uint(max(width-indent, leastWidth))) //nolint:gosec // it is positive
		}
		return strings.ReplaceAll(s, "\n", "\n"+strings.Repeat(" ", indent))
	}
	for _, f := range d.Findings {
		found := f.Found
		if f.Where != "" {
			found = f.Where + ": " + found
		}
		fmt.Fprintf(w, "%-*s%-*s%s\n", levelWidth, f.Level, checks, f.Check, text(found))
		if f.Do != "" {
			fmt.Fprintf(w, "%*s%s\n", indent, "", text("-> "+f.Do))
		}
	}
	fmt.Fprintf(w, "\nErrors: %d, warnings: %d, ok: %d.\n", d.Errors, d.Warnings, len(d.Findings)-d.Errors-d.Warnings)
}
