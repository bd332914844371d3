// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/wahost/wahost/sdk/outcome"
)

// Rejects writes the rows of a recipients file that were rejected into another one: with the same columns, and with columns that
// say why. The file can be mended and sent in its turn. It is safe for concurrent use.
type Rejects struct {
	path    string
	columns Columns
	layout  layout

	mu   sync.Mutex
	file *os.File
	err  error // of the first write that failed
}

// RejectsError is the error of a rejects file that may not be written.
type RejectsError struct {
	Path string
	// Problem says what is wrong and what to do.
	Problem string
}

// Error names the file.
func (e *RejectsError) Error() string { return e.Path + " " + e.Problem }

// CreateRejects begins the rejects file of a campaign, with mode 0600. A file that exists is replaced only if an earlier run of
// the same campaign wrote it and nobody changed it: if its columns are those of a rejects file of f, and if each of its rows is a
// row of f or known. So neither another file nor a half-mended one is lost. known reports whether the journal of the campaign
// has the row with that key. It may be nil.
//
// The error is a *RejectsError if the file may not be replaced.
func CreateRejects(ctx context.Context, path string, f *File, known func(key string) bool) (*Rejects, error) {
	r := &Rejects{path: path, columns: f.Columns, layout: f.layout}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &RejectsError{Path: path, Problem: "is not an ordinary file: name another one"}
	default:
		if read, err := f.file.Stat(); err != nil || os.SameFile(info, read) {
			return nil, cmp.Or(err, error(&RejectsError{Path: path, Problem: "is the recipients file itself: name another one"}))
		}
		if err := r.mayReplace(ctx, f, known); err != nil {
			return nil, err
		}
	}
	return r, r.begin()
}

// mayReplace returns an error if the existing file is not one that an earlier run of the campaign wrote.
func (r *Rejects) mayReplace(ctx context.Context, f *File, known func(key string) bool) error {
	raw, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer func() { _ = raw.Close() }()
	begin := make([]byte, len(r.header()))
	n, err := io.ReadFull(raw, begin)
	switch {
	case errors.Is(err, io.EOF):
		return nil // is empty
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case !bytes.Equal(begin[:n], r.header()):
		return &RejectsError{Path: r.path, Problem: "exists, and it is not a rejects file of these recipients: name another file"}
	}
	options := f.options
	options.Separator, options.Unique = f.layout.separator, false
	old, err := Open(ctx, r.path, options)
	if err != nil {
		return r.changed(err.Error())
	}
	defer func() { _ = old.Close() }()
	unknown := map[string]int{} // keys that the journal does not know, with the line
	for {
		row, err := old.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		// A row with too many cells cannot be compared, because its report is under other columns.
		if len(row.Cells) <= len(old.Columns.names) && (known == nil || !known(row.Key)) {
			unknown[row.Key] = row.Line
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	// The journal need not know the row: a row that is not valid may not have come to be recorded.
	same, err := Open(ctx, f.file.Name(), f.options)
	if err != nil {
		return err
	}
	defer func() { _ = same.Close() }()
	for len(unknown) > 0 {
		row, err := same.Next()
		switch {
		case errors.Is(err, io.EOF):
			first := 0
			for _, line := range unknown {
				first = min(cmp.Or(first, line), line)
			}
			return r.changed(fmt.Sprintf("the row in line %d is not a row of %s", first, f.file.Name()))
		case err != nil:
			return err
		}
		delete(unknown, row.Key)
	}
	return nil
}

// changed returns the error of a rejects file that somebody has changed.
func (r *Rejects) changed(why string) error {
	return &RejectsError{Path: r.path, Problem: "exists and was changed since it was written (" + why +
		"). Send it with --to-file, or name another file for the rows that are rejected now"}
}

// begin writes the header line into a new file, which then has the name.
func (r *Rejects) begin() error {
	file, err := os.CreateTemp(filepath.Dir(r.path), "."+filepath.Base(r.path)+".*") // has mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(r.header())
	if err == nil {
		err = os.Rename(file.Name(), r.path)
	}
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	r.file = file
	return nil
}

// header returns the first bytes of the file: the byte order mark, if the recipients file has one, and the header line.
func (r *Rejects) header() []byte {
	line := r.line(append(r.kept(r.columns.names), reportColumns...))
	if r.layout.bom {
		return append([]byte("\ufeff"), line...)
	}
	return line
}

// kept returns the cells without those of earlier reports.
func (r *Rejects) kept(cells []string) []string {
	var kept []string
	for i, cell := range cells {
		if !slices.Contains(r.columns.reports, i) {
			kept = append(kept, cell)
		}
	}
	return kept
}

// line returns a record as the recipients file would have it.
func (r *Rejects) line(cells []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = r.layout.separator, r.layout.crlf
	_ = w.Write(cells) // a buffer takes everything
	w.Flush()
	return b.Bytes()
}

// Add writes a row that was rejected. Other outcomes are not written: a row whose outcome is unknown must not be sent again. The
// row is in the file when Add returns.
func (r *Rejects) Add(row Row, o outcome.Outcome) error {
	rej := o.Rejected
	if rej == nil {
		return nil
	}
	detail := rej.Detail
	if rej.Path != "" {
		detail = rej.Path + ": " + detail
	}
	if rej.VendorMessage != "" && rej.VendorMessage != rej.Detail {
		detail = strings.TrimPrefix(detail+"; "+rej.VendorMessage, "; ")
	}
	cells := r.kept(row.Cells)
	// Without its last cells, the row would have the report under other columns. Empty ones keep it invalid.
	for len(cells) < len(r.columns.names)-len(r.columns.reports) {
		cells = append(cells, "")
	}
	code := harmless(rej.VendorCode)
	if len(row.Cells) > len(r.columns.names) && code == "" {
		// Empty cells at the end do not count. Without this one, a report could fill the row up to the right number of cells.
		code = "none"
	}
	line := r.line(append(cells, string(rej.Reason), harmless(detail), code))
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		// One write for a line: a program that is killed leaves no half of one.
		if _, err := r.file.Write(line); err != nil {
			r.err = fmt.Errorf("the rejects file could not be written: %w", err)
		}
	}
	return r.err
}

// Close makes the file durable and closes it. It returns the error of the first Add that failed.
func (r *Rejects) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.err, r.file.Sync(), r.file.Close())
}

// harmless returns a text of a vendor or provider as a cell that a spreadsheet shows and does not run. Spreadsheets take what
// begins with one of these characters as a formula.
func harmless(text string) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text))
	if text != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
