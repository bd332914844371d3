// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/hashicorp/hcl/v2"
)

// JSONFormatVersion is the format version of a Report. Readers ignore unknown fields and refuse another major version.
const JSONFormatVersion = "1.0"

// Report is the output of `wahost validate --json`.
type Report struct {
	FormatVersion string `json:"format_version"`
	// Valid is true if there are no errors. There may be warnings.
	Valid        bool `json:"valid"`
	ErrorCount   int  `json:"error_count"`
	WarningCount int  `json:"warning_count"`
	// Diagnostics is never null.
	Diagnostics []JSONDiagnostic `json:"diagnostics"`
}

// JSONDiagnostic is one diagnostic.
type JSONDiagnostic struct {
	// Severity is "error" or "warning".
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	// Range and Snippet are missing if the diagnostic is not about a place in a file.
	Range   *JSONRange   `json:"range,omitempty"`
	Snippet *JSONSnippet `json:"snippet,omitempty"`
}

// JSONRange is a range of a file. End is one behind the last byte. If the range would show the length of a secret, it is only
// the beginning of the line.
type JSONRange struct {
	Filename string  `json:"filename"`
	Start    JSONPos `json:"start"`
	End      JSONPos `json:"end"`
}

// JSONPos is a position. Line and Column, which is in characters, count from 1. Byte counts from 0.
type JSONPos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// JSONSnippet is the source around a range.
type JSONSnippet struct {
	// Context is the block, such as `channel "innopaas" "in_otp"`, or null outside of blocks.
	Context *string `json:"context"`
	Code    string  `json:"code"`
	// StartLine is the number of the first line of Code.
	StartLine int `json:"start_line"`
	// The offsets are in bytes of Code.
	HighlightStartOffset int `json:"highlight_start_offset"`
	HighlightEndOffset   int `json:"highlight_end_offset"`
}

// NewReport returns the JSON form of diagnostics. The files are the sources, by name, as load.Folder.Files returns them.
func NewReport(files map[string]*hcl.File, diags hcl.Diagnostics) Report {
	r := Report{FormatVersion: JSONFormatVersion, Diagnostics: []JSONDiagnostic{}}
	for _, d := range diags {
		one := JSONDiagnostic{Severity: "error", Summary: d.Summary, Detail: d.Detail}
		if d.Severity == hcl.DiagWarning {
			one.Severity = "warning"
			r.WarningCount++
		} else {
			r.ErrorCount++
		}
		if d.Subject != nil && d.Subject.Filename != "" {
			one.Range = &JSONRange{Filename: d.Subject.Filename, Start: jsonPos(d.Subject.Start), End: jsonPos(d.Subject.End)}
			if s, ok := snippetOf(files, *d.Subject); ok {
				if s.hides {
					begin := JSONPos{Line: s.first, Column: 1, Byte: s.begin}
					one.Range.Start, one.Range.End = begin, begin
				}
				one.Snippet = &JSONSnippet{
					Code: s.code(), StartLine: s.first, HighlightStartOffset: s.start, HighlightEndOffset: s.end,
				}
				if s.context != "" {
					one.Snippet.Context = &s.context
				}
			}
		}
		r.Diagnostics = append(r.Diagnostics, one)
	}
	r.Valid = r.ErrorCount == 0
	return r
}

func jsonPos(p hcl.Pos) JSONPos { return JSONPos{Line: p.Line, Column: p.Column, Byte: p.Byte} }

// WriteJSON writes diagnostics as indented JSON: a Report.
func WriteJSON(w io.Writer, files map[string]*hcl.File, diags hcl.Diagnostics) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(NewReport(files, diags)); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	return nil
}
