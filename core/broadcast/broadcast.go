// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package broadcast sends one message to the recipients of a file, and keeps a journal, so that an interrupted run can be
// resumed without sending anything twice.
//
// The main starting points are Open and Run.
package broadcast

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// The numbers of rows that are being sent at the same time. Rows with equal content are batched, so that several of the
// largest vendor requests must fit. Other rows are sent one by one, and twice as many as a channel sends at once keep it
// busy.
const (
	equalContentRows = 8192
	ownContentRows   = 2 * capability.DefaultMaxConcurrency
)

// Sender sends messages. *host.Host is one.
type Sender interface {
	Prepare(m *message.Message) *dispatch.Content
	Submit(ctx context.Context, req dispatch.Request, done func(dispatch.Result))
}

// Options describe a run.
type Options struct {
	File *File
	// Message is what is sent. Its recipient is ignored, and columns of the file complete it.
	Message *message.Message
	// Journal is the path of the journal.
	Journal string
	Sender  Sender
	// Record returns what the journal keeps of a result for people to read, as JSON. It may be nil.
	Record func(dispatch.Result) any
	// Progress is called for each row that needs nothing more, with its outcome. Rows of earlier runs are included. It may
	// be nil. Progress and Result are called from several goroutines.
	Progress func(outcome string)
	// Result is called for each row whose outcome became known in this run. An error ends the run. It may be nil.
	Result func(row int, r dispatch.Result) error
}

// Summary counts the rows of a run.
type Summary struct {
	// Accepted, Rejected and Unknown count the rows whose outcome became known in this run.
	Accepted, Rejected, Unknown int
	// Unsent counts the rows that were waiting when the run was interrupted.
	Unsent int
	// Before counts the rows that earlier runs have finished, by outcome.
	Before map[string]int
}

// AllAccepted reports whether this run and those before it sent rows without a rejection or an unknown outcome.
func (s Summary) AllAccepted() bool {
	return s.Rejected+s.Unknown+s.Before["rejected"]+s.Before["unknown"] == 0
}

// run is one run over a recipients file.
type run struct {
	Options
	content *dispatch.Content // of the message, if all rows have the same
	journal *journal
	pending sync.WaitGroup
	// slots bound the rows that are begun and not finished, which have no known outcome if the program is killed.
	slots chan struct{}

	mu      sync.Mutex
	failure error // of the journal or of Result; nothing more is sent then
	summary Summary
}

// Run sends the message to all rows that earlier runs have not finished. It sends again what was rejected with the
// advice to retry. If ctx ends, rows that are being sent are waited for, and the same Run later sends the rest.
//
// The error is a *JournalError if the journal belongs to another file or message.
func Run(ctx context.Context, options Options) (summary Summary, err error) {
	r := &run{Options: options, summary: Summary{Before: map[string]int{}}}
	if r.Record == nil {
		r.Record = func(dispatch.Result) any { return nil }
	}
	if r.Progress == nil {
		r.Progress = func(string) {}
	}
	if r.Result == nil {
		r.Result = func(int, dispatch.Result) error { return nil }
	}
	r.Message = message.Content(options.Message)
	head := journalHead{File: options.File.digest, Message: digestOf([]byte(message.ContentKey(r.Message)))}
	if r.journal, err = openJournal(options.Journal, head); err != nil {
		return r.summary, err
	}
	r.content = r.Sender.Prepare(r.Message)
	r.slots = make(chan struct{}, ownContentRows)
	if r.File.Columns.OnlyRecipients() {
		r.slots = make(chan struct{}, equalContentRows)
	}
	err = errors.Join(r.rows(ctx), r.journal.close())
	return r.summary, err
}

// rows sends row after row. Rows are numbered from 1, and the header line is not counted.
func (r *run) rows(ctx context.Context) error {
	defer r.pending.Wait()
	for ctx.Err() == nil {
		row, err := r.File.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if outcome, ok := r.journal.done[row.Number]; ok {
			r.summary.Before[outcome]++
			r.Progress(outcome)
			continue
		}
		switch id, lost := r.journal.lost[row.Number]; {
		case lost:
			err = r.settle(row.Number, lostResult(id, row.Address(r.File.Columns)))
		case row.Refusal != nil:
			err = r.settle(row.Number, dispatch.Result{
				To: message.Recipient{Address: row.Address(r.File.Columns)}, Outcome: outcome.Outcome{Rejected: row.Refusal},
			})
		default:
			err = r.send(ctx, row)
		}
		if err == nil {
			err = r.failed()
		}
		if err != nil {
			return err
		}
	}
	r.pending.Wait()
	return r.failed()
}

func (r *run) send(ctx context.Context, row Row) error {
	content := r.content
	if row.Message != nil {
		content = r.Sender.Prepare(row.Message)
	}
	r.slots <- struct{}{}
	id := dispatch.NewID()
	if err := r.journal.begun(row.Number, id); err != nil {
		return err
	}
	r.pending.Add(1)
	r.Sender.Submit(ctx, dispatch.Request{ID: id, Content: content, To: row.To}, func(result dispatch.Result) {
		defer func() { <-r.slots; r.pending.Done() }()
		if ctx.Err() != nil && neverSent(result) {
			r.mu.Lock()
			r.summary.Unsent++
			r.mu.Unlock()
			r.fail(r.journal.finished(row.Number, result.ID, result.Outcome.Word(), true, r.Record(result)))
			return
		}
		r.fail(r.settle(row.Number, result))
	})
	return nil
}

// neverSent reports whether the message was still waiting: no vendor was asked, and nobody refused it.
func neverSent(r dispatch.Result) bool {
	rej := r.Outcome.Rejected
	if rej == nil || rej.Retry == outcome.RetryNever {
		return false
	}
	return !slices.ContainsFunc(r.Attempts, func(at dispatch.Attempt) bool { return at.Outcome.Attempts > 0 || at.Outcome.Unknown != nil })
}

// lostResult returns the result of a row that an earlier run began and did not finish.
func lostResult(id, address string) dispatch.Result {
	return dispatch.Result{
		ID: id, To: message.Recipient{Address: address},
		Outcome: outcome.NewUnknown("an earlier run ended before the outcome was known; not sent again"),
	}
}

// settle counts and records the result of a row.
func (r *run) settle(row int, result dispatch.Result) error {
	word := result.Outcome.Word()
	r.Progress(word)
	rej := result.Outcome.Rejected
	r.mu.Lock()
	switch {
	case result.Outcome.Accepted != nil:
		r.summary.Accepted++
	case rej != nil:
		r.summary.Rejected++
	default:
		r.summary.Unknown++
	}
	r.mu.Unlock()
	retryable := rej != nil && rej.Retry != outcome.RetryNever
	if err := r.journal.finished(row, result.ID, word, retryable, r.Record(result)); err != nil {
		return err
	}
	return r.Result(row, result)
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil {
		r.failure = err
	}
}

func (r *run) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}
