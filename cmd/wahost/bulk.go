// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// bulkFlags are those of `send` that go with a recipients file.
type bulkFlags struct {
	file    string
	journal string
}

func (f *bulkFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "to-file", "", "CSV file of recipients with a header line; see above")
	cmd.Flags().StringVar(&f.journal, "journal", "", "file that remembers what was done (default: the recipients file with .journal added)")
}

// Rows under way at once. Rows of equal content travel together, so that several of the largest vendor requests must
// fit; others travel alone, and twice as many as a channel sends at once keep it busy.
const (
	equalContentRows = 8192
	ownContentRows   = 2 * capability.DefaultMaxConcurrency
)

// bulk is one run over a recipients file.
type bulk struct {
	app      *app
	session  *session
	message  *message.Message
	content  *dispatch.Content // of the message, where all rows get the same
	columns  columns
	journal  *journal
	progress *progress

	pending sync.WaitGroup
	// slots bound the rows that are begun and not done: what a kill leaves in doubt.
	slots   chan struct{}
	mu      sync.Mutex
	failure error // of the journal or the output: nothing more is sent then
	counts  struct{ accepted, rejected, unknown, unsent atomic.Int64 }
	before  map[string]int // what earlier runs have done, by outcome
}

func (a *app) sendFile(ctx context.Context, m *message.Message, flags *bulkFlags) error {
	file, err := os.Open(flags.file)
	if err != nil {
		return usageError("--to-file: %v", err)
	}
	defer func() { _ = file.Close() }()
	digest, rows, err := survey(file)
	if err != nil {
		return usageError("--to-file: %s: %v", flags.file, err)
	}
	reader := newCSV(file)
	header, err := reader.Read()
	if err != nil {
		return usageError("--to-file: %s: %v", flags.file, err)
	}
	cols, err := readColumns(header)
	if err != nil {
		return usageError("--to-file: %s: %v", flags.file, err)
	}
	if flags.journal == "" {
		flags.journal = flags.file + ".journal"
	}
	s, err := a.loadAndOpen(ctx, m)
	defer s.close()
	if err != nil {
		return err
	}
	content := message.Content(m)
	j, err := openJournal(flags.journal, journalHead{File: digest, Message: digestOf([]byte(message.ContentKey(content)))})
	if err != nil {
		return err
	}
	b := &bulk{app: a, session: s, message: content, content: s.dispatcher.Prepare(content), columns: cols, journal: j, progress: newProgress(a.stderr, rows-1), before: map[string]int{}}
	b.slots = make(chan struct{}, ownContentRows)
	if cols.onlyRecipients() {
		b.slots = make(chan struct{}, equalContentRows)
	}
	cancel := s.closeOnInterrupt(ctx)
	err = b.run(ctx, reader)
	cancel()
	b.progress.finish()
	if err := errors.Join(err, j.close()); err != nil {
		return environmentError(err)
	}
	return b.verdict(ctx)
}

// survey gives the digest of a file and the number of its records, and goes back to its start.
func survey(file *os.File) (digest string, records int, err error) {
	hash := sha256.New()
	reader := newCSV(io.TeeReader(file, hash))
	reader.ReuseRecord = true
	for {
		_, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var parse *csv.ParseError
		if err != nil && (!errors.As(err, &parse) || !errors.Is(parse.Err, csv.ErrFieldCount)) {
			return "", 0, err
		}
		records++
	}
	if records == 0 {
		return "", 0, errors.New("the file is empty: the first line must name the columns")
	}
	_, err = file.Seek(0, io.SeekStart)
	return hex.EncodeToString(hash.Sum(nil)), records, err
}

func newCSV(r io.Reader) *csvReader {
	limit := &recordLimit{reader: r}
	reader := &csvReader{Reader: csv.NewReader(limit), limit: limit}
	reader.TrimLeadingSpace = true
	return reader
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// run sends row after row. Rows are numbered from 1, the header line not counted.
func (b *bulk) run(ctx context.Context, reader *csvReader) error {
	defer b.pending.Wait()
	for row := 1; ctx.Err() == nil; row++ {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if outcome, ok := b.journal.done[row]; ok {
			b.before[outcome]++
			b.progress.add(outcome)
			continue
		}
		if id, ok := b.journal.lost[row]; ok {
			b.progress.add("unknown")
			if err := b.settle(row, lostResult(id, b.columns, cells)); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			err = b.refuse(row, "", outcome.Reject(outcome.ReasonInvalidMessage, "", "%v", err))
		} else {
			err = b.send(ctx, row, cells)
		}
		if err == nil {
			err = b.failed()
		}
		if err != nil {
			return err
		}
	}
	b.pending.Wait()
	return b.failed()
}

func (b *bulk) send(ctx context.Context, row int, cells []string) error {
	to, err := message.ParseRecipient(cells[b.columns.to])
	if err != nil {
		return b.refuse(row, cells[b.columns.to], outcome.Reject(outcome.ReasonInvalidRecipient, "to", "%v", err))
	}
	content := b.content
	if !b.columns.onlyRecipients() {
		m := forRow(b.message, rowValues{columns: b.columns, cells: cells})
		if err := message.Validate(m, &message.Limits{}); err != nil {
			return b.refuse(row, to.Address, outcome.Reject(outcome.ReasonInvalidMessage, "", "%v", err))
		}
		content = b.session.dispatcher.Prepare(m)
	}
	b.slots <- struct{}{}
	id := dispatch.NewID()
	if err := b.journal.begun(row, id); err != nil {
		return err
	}
	b.pending.Add(1)
	b.session.dispatcher.Submit(ctx, dispatch.Request{ID: id, Content: content, To: to}, func(r dispatch.Result) {
		defer func() { <-b.slots; b.pending.Done() }()
		if ctx.Err() != nil && neverSent(r) {
			b.counts.unsent.Add(1)
			b.fail(b.journal.finished(row, newResultRow(r), true))
			return
		}
		b.progress.add(r.Outcome.Word())
		b.fail(b.settle(row, r))
	})
	return nil
}

// neverSent reports whether no vendor was asked and none refused the message: it was merely still waiting.
func neverSent(r dispatch.Result) bool {
	rej := r.Outcome.Rejected
	if rej == nil || rej.Retry == outcome.RetryNever {
		return false
	}
	return !slices.ContainsFunc(r.Attempts, func(at dispatch.Attempt) bool { return at.Outcome.Attempts > 0 || at.Outcome.Unknown != nil })
}

// refuse settles a row that was never sent.
func (b *bulk) refuse(row int, to string, o outcome.Outcome) error {
	b.progress.add(o.Word())
	return b.settle(row, dispatch.Result{To: message.Recipient{Address: to}, Outcome: o})
}

// lostResult is that of a row which an earlier run began and could not finish.
func lostResult(id string, cols columns, cells []string) dispatch.Result {
	r := dispatch.Result{ID: id, Outcome: outcome.NewUnknown("an earlier run ended before the outcome was known; not sent again")}
	if cols.to < len(cells) {
		r.To.Address = cells[cols.to]
	}
	return r
}

// settle writes the result of a row down and prints it: all of them as JSON, for people those that went wrong.
func (b *bulk) settle(row int, r dispatch.Result) error {
	result := newResultRow(r)
	rej := r.Outcome.Rejected
	retryable := rej != nil && rej.Retry != outcome.RetryNever
	switch {
	case r.Outcome.Accepted != nil:
		b.counts.accepted.Add(1)
	case rej != nil:
		b.counts.rejected.Add(1)
	default:
		b.counts.unknown.Add(1)
	}
	if err := b.journal.finished(row, result, retryable); err != nil {
		return err
	}
	if b.app.json {
		return writeLine(b.app.stdout, struct {
			Row int `json:"row"`
			resultRow
		}{row, result})
	}
	if result.Outcome != "accepted" {
		b.progress.above(fmt.Sprintf("row %d: %s\n", row, result.String()))
	}
	return nil
}

func (b *bulk) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failure == nil {
		b.failure = err
	}
}

func (b *bulk) failed() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failure
}

func (b *bulk) verdict(ctx context.Context) error {
	c := &b.counts
	if !b.app.json {
		fmt.Fprintf(b.app.stdout, "%d accepted, %d rejected, %d unknown", c.accepted.Load(), c.rejected.Load(), c.unknown.Load())
		if n := c.unsent.Load(); n > 0 {
			fmt.Fprintf(b.app.stdout, ", %d not sent yet", n)
		}
		if len(b.before) > 0 {
			fmt.Fprintf(b.app.stdout, "; before: %d accepted, %d rejected, %d unknown", b.before["accepted"], b.before["rejected"], b.before["unknown"])
		}
		fmt.Fprintln(b.app.stdout)
	}
	if ctx.Err() != nil {
		fmt.Fprintf(b.app.stderr, "Interrupted. The same command goes on where it stopped (journal: %s).\n", b.journal.path)
		return said(exitBad)
	}
	if c.rejected.Load()+c.unknown.Load() > 0 || b.before["rejected"]+b.before["unknown"] > 0 {
		return said(exitBad)
	}
	return nil
}
