// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package broadcast runs campaigns: it sends one message to the recipients of a file, and keeps a journal, so that a campaign
// that was interrupted in any way can be continued without sending anything twice.
//
// The main starting points are Open and Run.
package broadcast

import (
	"context"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
)

// Sender sends messages. *host.Host is one.
type Sender interface {
	Prepare(m *message.Message) *dispatch.Content
	Submit(ctx context.Context, req dispatch.Request, done func(dispatch.Result))
	// Record makes the sender tell what it gives to providers. It is called once, before the first Submit.
	Record(r dispatch.Recorder)
	// StopWaiting ends the messages that were not given to a provider yet, and waits for the outcomes of the others.
	StopWaiting()
}

// Duplicate is what Options.Progress is told of a row that is not sent because an earlier one has the same recipient.
const Duplicate = "duplicate"

// Options describe a run.
type Options struct {
	File *File
	// Message is what is sent, as in the ReadOptions of the file. Its recipient is ignored.
	Message *message.Message
	// Journal is the path of the journal.
	Journal string
	Sender  Sender
	// MaxFailures is the number of rows that may fail in this run: rejected or unknown. When there are more, the run stops.
	MaxFailures Failures
	// RetryRejected sends again the rows that earlier runs have finished with a rejection.
	RetryRejected bool
	// Rejects is the path of the file for the rows that are rejected and that the next run does not send again. It is empty for no
	// such file.
	Rejects string
	// Record returns what the journal keeps of a result for people to read, as JSON. It may be nil. The rejects file of a later
	// run shows its fields reason, path, detail, vendor_code and vendor_message.
	Record func(dispatch.Result) any
	// Progress is called for each row that needs nothing more, with its outcome. Rows of earlier runs are included. It may
	// be nil. Progress and Result are called from several goroutines.
	Progress func(outcome string)
	// Result is called for each row that was tried in this run or that cannot be sent. An error stops the run. It may be nil.
	Result func(row Row, r dispatch.Result) error
}

// Summary counts the rows of a run.
type Summary struct {
	// Rows is the number of rows of the file.
	Rows int
	// Accepted, Rejected and Unknown count the rows whose outcome became known in this run.
	Accepted, Rejected, Unknown int
	// Unsent counts the rows that were not sent and that the next run sends: those that the run did not come to, and those that were
	// refused for a cause that is not theirs, such as a wrong credential.
	Unsent int
	// Duplicates counts the rows that are not sent because an earlier row has the same recipient.
	Duplicates int
	// Before counts the rows that earlier runs have finished, by outcome.
	Before map[string]int
	// Stop is the reason that the run ended early, or nil. It is nil after an interrupt.
	Stop *Stop
	// Unrecorded are the results of rows that the journal could not record. The next run does not know them: it reports a row
	// that was accepted or unknown as unknown, and does not send it again.
	Unrecorded []RowResult
}

// RowResult is the result of a row.
type RowResult struct {
	Row    Row
	Result dispatch.Result
}

// AllAccepted reports whether all rows were sent, in this run or in those before, without a rejection or an unknown outcome.
func (s Summary) AllAccepted() bool {
	return s.Rejected+s.Unknown+s.Unsent+s.Before["rejected"]+s.Before["unknown"] == 0
}

// Run sends the message to all rows that earlier runs have not finished. It sends again what was rejected with the
// advice to retry. If ctx ends, rows that are being sent are waited for, and the same Run later sends the rest.
//
// A run stops early if what happens concerns all rows: see Stop. The error is a *JournalError if the journal belongs to another
// message, a *RejectsError if the rejects file may not be replaced, and nil if the summary has a Stop.
func Run(ctx context.Context, options Options) (Summary, error) {
	r, err := newRun(ctx, options)
	if err != nil {
		return Summary{Before: map[string]int{}}, err
	}
	unhook := context.AfterFunc(r.ctx, r.Sender.StopWaiting)
	err = r.rows()
	unhook()
	defer r.cancel(nil)
	return r.end(err)
}
