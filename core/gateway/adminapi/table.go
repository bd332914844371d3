// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Tables reads CSV files with a header line: a column with recipients, and columns that complete a message.
type Tables interface {
	// Open reads a file. The message is what its rows complete. The error is a *TableError if nothing of the file can be sent.
	Open(ctx context.Context, file io.Reader, base *message.Message) (Rows, error)
}

// Rows are the messages of a table.
type Rows interface {
	// Next returns the message of the next row, or why the row cannot be sent. The error is io.EOF at the end.
	Next() (*message.Message, *outcome.Rejected, error)
	Close() error
}

// TableError says what is wrong with a table as a whole.
type TableError struct {
	// Problems are the first mistakes, and More is the number of the others.
	Problems []string
	More     int
}

// Error says that there are mistakes.
func (e *TableError) Error() string {
	return fmt.Sprintf("the table has %d mistakes, and nothing of it was accepted", len(e.Problems)+e.More)
}

// isTable reports whether a request has a CSV file.
func isTable(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "text/csv"
}

// importTable imports a CSV file.
func (i *importing) importTable(ctx context.Context) error {
	if i.s.Tables == nil {
		return huma.Error422UnprocessableEntity("the gateway reads no CSV: send one message on each line")
	}
	base, err := message.Parse([]byte(i.in.Message))
	if err != nil {
		return invalid(fmt.Errorf("the parameter message has the message that all rows send: %w", err))
	}
	rows, err := i.s.Tables.Open(ctx, i.c.upload, base)
	if err != nil {
		return tableProblem(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			i.s.Log.Error("the file of an import cannot be removed", "error", err)
		}
	}()
	for row := 1; ; row++ {
		m, refused, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return i.record(ctx)
		}
		if err != nil {
			return err
		}
		if row < i.in.FromRow {
			continue
		}
		i.out.Rows++
		r := importRow{number: row}
		if refused != nil {
			i.out.Rejected++
			i.fail(RowError{row, string(refused.Reason), refused.Path, refused.Detail})
		} else if r, err = i.plan(ctx, row, m); err != nil {
			return err
		}
		if err := i.add(ctx, r); err != nil {
			return err
		}
	}
}

// tableProblem returns the problem for a table that cannot be read.
func tableProblem(err error) error {
	var wrong *TableError
	var g *graph.Error
	switch {
	case errors.As(err, &wrong):
		var all []error
		for _, p := range wrong.Problems {
			all = append(all, &huma.ErrorDetail{Message: p})
		}
		return huma.Error422UnprocessableEntity(wrong.Error(), all...)
	case errors.As(err, &g):
		return huma.NewError(g.Status, g.Details)
	}
	return err
}
