// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/host"
)

// errorDocument is what a command with --json prints on standard output when it fails, on one line.
type errorDocument struct {
	Format   string `json:"format_version"`
	Type     string `json:"type"` // always "error"
	ExitCode int    `json:"exit_code"`
	Message  string `json:"message"`
	// Details are further lines of the message, such as one for each problem of a message that is not valid.
	Details []string `json:"details"`
	// Diagnostics are those about the configuration, as `validate --json` shows them.
	Diagnostics []diagview.JSONDiagnostic `json:"diagnostics"`
}

// printError prints the error that ends a command.
func (a *App) printError(e *ExitError) {
	if e.Err == nil {
		return
	}
	if !a.JSON {
		fmt.Fprintf(a.Stderr, "Error: %v\n", e.Err)
		return
	}
	lines := strings.Split(strings.TrimRight(e.Err.Error(), "\n"), "\n")
	doc := errorDocument{
		Format: "1.0", Type: "error", ExitCode: e.Code, Message: strings.TrimSuffix(lines[0], ":"), Details: []string{}, Diagnostics: []diagview.JSONDiagnostic{},
	}
	for _, line := range lines[1:] {
		if line = strings.TrimSpace(line); line != "" {
			doc.Details = append(doc.Details, line)
		}
	}
	if found, ok := e.Err.(*diagnosticsError); ok { //nolint:errorlint // Report returns it as it is
		doc.Diagnostics = found.report.Diagnostics
	}
	_ = WriteLine(a.Stdout, doc)
}

// diagnosticsError is the error of a command with --json that ends because of diagnostics.
type diagnosticsError struct{ report diagview.Report }

// Error counts the errors.
func (e *diagnosticsError) Error() string {
	if e.report.ErrorCount == 1 {
		return "the configuration has an error"
	}
	return fmt.Sprintf("the configuration has %d errors", e.report.ErrorCount)
}

// Note tells about something beside the result: on standard error, and with --json in the form of the log, because there
// standard error has nothing else.
func (a *App) Note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !a.JSON {
		fmt.Fprintln(a.Stderr, text)
		return
	}
	hclog.New(&hclog.LoggerOptions{Name: "wahost", Output: a.Stderr}).Warn(text)
}

// Warn tells about something beside the result that somebody should look at, in the form that Note uses.
func (a *App) Warn(format string, args ...any) {
	if !a.JSON {
		format = "Warning: " + format
	}
	a.Note(format, args...)
}

// reportJSON is Report for a command with --json. Errors become part of the document that ends the command, and warnings
// lines of the log.
func (a *App) reportJSON(d host.Diagnosis) error {
	verdict := Verdict(d)
	if verdict == nil {
		for _, diag := range d.Diagnostics {
			a.Note("%s", diagview.Line(diag))
		}
		return nil
	}
	return &ExitError{Code: exitOf(verdict).Code, Err: &diagnosticsError{diagview.NewReport(d.Files, d.Diagnostics)}}
}
