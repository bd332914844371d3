// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mitchellh/go-wordwrap"

	"github.com/wahost/wahost/internal/printable"
)

// Options is how diagnostics look on a terminal.
type Options struct {
	// Color adds ANSI escapes.
	Color bool
	// Width is the width of the terminal in columns. Zero means 78.
	Width int
}

const (
	styleBold    = "\x1b[1m"
	styleError   = "\x1b[1;31m"
	styleWarning = "\x1b[1;33m"
	styleOff     = "\x1b[0m"
)

// Write writes diagnostics for people: a title, the place with the source underlined, and what to do. The files are the
// sources, by name, as load.Folder.Files returns them. Write never shows the values of variables.
func Write(w io.Writer, files map[string]*hcl.File, diags hcl.Diagnostics, opts Options) error {
	if opts.Width <= 0 {
		opts.Width = 78
	}
	for i, d := range diags {
		var b strings.Builder
		if i > 0 {
			b.WriteByte('\n')
		}
		writeDiagnostic(&b, files, d, opts)
		if _, err := io.WriteString(w, b.String()); err != nil {
			return fmt.Errorf("writing diagnostics: %w", err)
		}
	}
	return nil
}

func writeDiagnostic(b *strings.Builder, files map[string]*hcl.File, d *hcl.Diagnostic, opts Options) {
	style := func(escape, text string) string {
		if !opts.Color || text == "" {
			return text
		}
		return escape + text + styleOff
	}
	title, accent := "Error", styleError
	if d.Severity == hcl.DiagWarning {
		title, accent = "Warning", styleWarning
	}
	fmt.Fprintf(b, "%s%s\n", style(accent, title+": "), style(styleBold, printable.Line(d.Summary)))

	if d.Subject != nil && d.Subject.Filename != "" {
		s, ok := snippetOf(files, *d.Subject)
		fmt.Fprintf(b, "\n  on %s line %d", printable.Line(d.Subject.Filename), d.Subject.Start.Line)
		if ok && s.context != "" {
			fmt.Fprintf(b, ", in %s", printable.Line(s.context))
		}
		b.WriteString(":\n")
		marks := s.underlines()
		for i, line := range s.lines {
			fmt.Fprintf(b, "%4d: %s\n", s.first+i, strings.TrimRight(printable.Text(line), " \t"))
			if marks[i] != "" {
				fmt.Fprintf(b, "      %s\n", style(accent, marks[i]))
			}
		}
	}
	if d.Detail != "" {
		fmt.Fprintf(b, "\n%s\n", wrap(printable.Text(d.Detail), opts.Width))
	}
}

// wrap breaks lines at the width. It leaves lines that begin with a space, which are output or code, as they are.
func wrap(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, " ") {
			lines[i] = wordwrap.WrapString(line, uint(width))
		}
	}
	return strings.Join(lines, "\n")
}
