// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// The numbers of rows that the dispatcher has at the same time. Rows with equal content are batched, so that several of the
// largest vendor requests must fit. Other rows are sent one by one, and twice as many as a channel sends at once keep it
// busy.
const (
	equalContentRows = 8192
	ownContentRows   = 2 * capability.DefaultMaxConcurrency
)

// run is one run over a recipients file.
type run struct {
	Options
	ctx       context.Context // ends when nothing more is to be sent
	cancel    context.CancelCauseFunc
	content   *dispatch.Content // of the message, if all rows have the same
	journal   *journal
	rejects   *Rejects // nil if rejected rows are not written
	handovers *handovers
	pending   sync.WaitGroup
	slots     chan struct{} // bound the rows that the dispatcher has

	mu       sync.Mutex
	summary  Summary
	unrouted int // rows in a row
	// refused is the last refusal of a row for a cause that is not its own, or nil.
	refused *Stop
}

func newRun(ctx context.Context, options Options) (*run, error) {
	r := &run{Options: options, summary: Summary{Rows: options.File.Rows, Before: map[string]int{}}}
	if r.Record == nil {
		r.Record = func(dispatch.Result) any { return nil }
	}
	if r.Progress == nil {
		r.Progress = func(string) {}
	}
	if r.Result == nil {
		r.Result = func(Row, dispatch.Result) error { return nil }
	}
	r.Message = message.Content(options.Message)
	var err error
	if r.journal, err = openJournal(options.Journal, journalHead{Message: digestOf([]byte(message.ContentKey(r.Message)))}, r.File); err != nil {
		return nil, err
	}
	if options.Rejects != "" {
		if r.rejects, err = CreateRejects(ctx, options.Rejects, r.File, r.journal.knows); err != nil {
			_, closing := r.journal.close()
			return nil, errors.Join(err, closing)
		}
	}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.handovers = newHandovers(r)
	r.Sender.Record(r.handovers)
	r.content = r.Sender.Prepare(r.Message)
	r.slots = make(chan struct{}, ownContentRows)
	if r.File.Columns.OnlyRecipients() {
		r.slots = make(chan struct{}, equalContentRows)
	}
	return r, nil
}

// stop ends the run. The first reason counts.
func (r *run) stop(s *Stop) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.summary.Stop == nil && r.ctx.Err() == nil {
		r.summary.Stop = s
	}
	r.cancel(s)
}

// rows sends row after row and waits for the outcomes. When the run has stopped, it only counts the rows.
func (r *run) rows() error {
	defer r.pending.Wait()
	for {
		row, err := r.File.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		done := r.journal.outcome(row.Key, r.RetryRejected)
		id, lost := r.journal.lost[row.Key]
		switch {
		case done != "":
			r.mu.Lock()
			r.summary.Before[done]++
			r.mu.Unlock()
			r.Progress(done)
			r.reject(row, r.journal.rejected.of(row.Key))
		case lost:
			r.settle(row, dispatch.Result{ID: id, To: r.recipient(row), Outcome: outcome.NewUnknown("an earlier run ended before the outcome was known; not sent again")})
		case row.Duplicate:
			r.mu.Lock()
			r.summary.Duplicates++
			r.mu.Unlock()
			r.Progress(Duplicate)
		case r.ctx.Err() != nil:
		case row.Refusal != nil:
			r.settle(row, dispatch.Result{To: r.recipient(row), Outcome: outcome.Outcome{Rejected: row.Refusal}})
		default:
			r.send(row)
		}
	}
}

// reject writes a row into the rejects file if it was rejected.
func (r *run) reject(row Row, o outcome.Outcome) {
	if r.rejects == nil {
		return
	}
	if err := r.rejects.Add(row, o); err != nil {
		r.stop(&Stop{Kind: StopError, Err: err})
	}
}

// recipient returns the recipient of a row as results show it.
func (r *run) recipient(row Row) message.Recipient {
	return message.Recipient{Kind: row.To.Kind, Address: row.Address(r.File.Columns)}
}

// send submits a row to the dispatcher.
func (r *run) send(row Row) {
	content := r.content
	if row.Message != nil {
		content = r.Sender.Prepare(row.Message)
	}
	select {
	case r.slots <- struct{}{}:
	case <-r.ctx.Done():
		return
	}
	u := r.handovers.add(row)
	r.pending.Add(1)
	r.Sender.Submit(r.ctx, dispatch.Request{ID: u.id, Content: content, To: row.To}, func(result dispatch.Result) {
		defer func() { <-r.slots; r.pending.Done() }()
		r.handovers.remove(u)
		r.take(row, result)
	})
}
