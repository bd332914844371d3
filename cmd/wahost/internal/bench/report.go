// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/wahost/wahost/internal/buildinfo"
)

// report is where the result is written.
type report interface {
	begin(s settings)
	// add reports rows in the order in which they were measured.
	add(rows ...row)
	end() error
}

// textReport prints a table while it is measured.
type textReport struct {
	out         io.Writer
	met, failed int
}

func (t *textReport) begin(s settings) {
	fmt.Fprintf(t.out, "%d rounds of %v, alternating; medians; %s on %d processors\n\n", s.rounds, s.round, runtime.Version(), runtime.NumCPU())
	fmt.Fprintf(t.out, "%-66s %12s  %-11s %-12s\n", "", "measured", "A/A", "goal")
}

func (t *textReport) add(rows ...row) {
	for _, r := range rows {
		bound, verdict := "", ""
		if r.Goal != nil {
			bound, verdict = r.Goal.Is+" "+amount(r.Goal.Value, r.Unit), "met"
			if *r.Met {
				t.met++
			} else {
				t.failed++
				verdict = "NOT MET"
			}
		}
		fmt.Fprintln(t.out, strings.TrimRight(fmt.Sprintf("%-66s %12s  %-11s %-12s %s", r.Name, amount(r.Measured, r.Unit), r.Control, bound, verdict), " "))
		if len(r.Figures) == 0 {
			continue
		}
		parts := make([]string, 0, len(r.Figures))
		for _, f := range r.Figures {
			parts = append(parts, f.Name+" "+amount(f.Value, f.Unit))
		}
		fmt.Fprintf(t.out, "    %s\n", strings.Join(parts, ", "))
	}
}

func (t *textReport) end() error {
	_, err := fmt.Fprintf(t.out, "\n%d goals met, %d not met\n", t.met, t.failed)
	return err
}

// amount writes a value with three significant digits or all digits before the point.
func amount(value float64, unit string) string {
	digits := 0
	switch {
	case unit == "":
	case value < 10:
		digits = 2
	case value < 100:
		digits = 1
	}
	text := fmt.Sprintf("%.*f", digits, value)
	if unit == "" {
		return text
	}
	return text + " " + unit
}

// jsonReport prints one document at the end.
type jsonReport struct {
	out io.Writer
	doc jsonDocument
}

// jsonDocument is the result as JSON.
type jsonDocument struct {
	Format     string `json:"format_version"`
	Revision   string `json:"revision,omitempty"`
	Go         string `json:"go"`
	Processors int    `json:"processors"`
	Rounds     int    `json:"rounds"`
	Round      string `json:"round"`
	Rows       []row  `json:"rows"`
}

func (j *jsonReport) begin(s settings) {
	j.doc = jsonDocument{
		Format: "1.0", Revision: buildinfo.Read().Commit, Go: runtime.Version(), Processors: runtime.NumCPU(),
		Rounds: s.rounds, Round: s.round.String(), Rows: []row{},
	}
}

func (j *jsonReport) add(rows ...row) { j.doc.Rows = append(j.doc.Rows, rows...) }

func (j *jsonReport) end() error {
	encoder := json.NewEncoder(j.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(j.doc)
}
