// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"

	"github.com/wahost/wahost/core/gateway/store"
)

// add puts a row into the batch, and records the batch when it is full.
func (i *importing) add(ctx context.Context, r importRow) error {
	i.batch = append(i.batch, r)
	if r.new != nil {
		i.bytes += len(r.new.Body)
	}
	if len(i.batch) < rowsAtOnce && i.bytes < bytesAtOnce {
		return nil
	}
	return i.record(ctx)
}

// record accepts the messages of the batch.
func (i *importing) record(ctx context.Context) error {
	if len(i.batch) == 0 {
		return nil
	}
	defer func() { i.batch, i.bytes = i.batch[:0], 0 }()
	var rows []importRow
	var messages []*store.NewMessage
	for _, r := range i.batch {
		if r.new != nil {
			rows, messages = append(rows, r), append(messages, r.new)
		}
	}
	next := i.batch[len(i.batch)-1].number + 1
	if i.in.DryRun || len(messages) == 0 {
		i.out.Accepted += len(messages)
		i.out.NextRow = next
		return nil
	}
	results, err := i.s.Accepter.Accept(ctx, messages)
	if err != nil {
		return err
	}
	for k, result := range results {
		if result.Verdict != store.New {
			i.repeated(rows[k].number, result.Verdict)
			continue
		}
		i.out.Accepted++
		if !result.Arrives {
			i.s.Engine.Offer(rows[k].new, rows[k].message)
		}
	}
	i.out.NextRow = next
	return nil
}

// repeated counts a row that an earlier import of the same name had.
func (i *importing) repeated(row int, v store.Verdict) {
	switch v {
	case store.Conflict:
		i.out.Rejected++
		i.fail(RowError{row, "conflict", "", "An earlier import of this name had another message in this row."})
	case store.Same:
		i.out.Repeated++
	}
}
