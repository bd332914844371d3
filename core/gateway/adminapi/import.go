// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// importsPath is where imports go. Their bodies are read while they come.
	importsPath = Prefix + "imports/"
	// maxImports bounds the imports that are under way at a time.
	maxImports = 8
	// maxImport bounds the body of an import, and maxRow a row of it, in bytes.
	maxImport = 100 << 20
	maxRow    = 1 << 20
	// rowsAtOnce and bytesAtOnce are how many rows are recorded together at most.
	rowsAtOnce  = 200
	bytesAtOnce = 1 << 20
	// maxRowErrors is how many errors an answer lists.
	maxRowErrors = 1000
	// importTime is how long a row counts as the same one.
	importTime = 24 * time.Hour
)

type importInput struct {
	Name          string `path:"name" maxLength:"100" pattern:"^[A-Za-z0-9._-]+$" doc:"A name for the rows. Rows of the same name and number are the same rows for 24 hours."`
	PhoneNumberID string `query:"phone_number_id" required:"true" maxLength:"64" doc:"The number to send from."`
	Campaign      string `query:"campaign" maxLength:"100" doc:"The campaign of the messages. It must exist."`
	FromRow       int    `query:"from_row" default:"1" minimum:"1" doc:"The first row to import. Rows before it are passed over."`
	Message       string `query:"message" maxLength:"8192" doc:"For CSV: the message that all rows send, without its recipient, as JSON. Columns fill its parameters."`
	DryRun        bool   `query:"dry_run" doc:"Check all rows, and store and send nothing."`
}

// Import is what an import did.
type Import struct {
	Rows      int        `json:"rows" doc:"How many rows were read, without those that were passed over."`
	Accepted  int        `json:"accepted" doc:"How many were accepted, or would be accepted in a dry run."`
	Repeated  int        `json:"repeated" doc:"How many were accepted by an earlier import of the same name."`
	Rejected  int        `json:"rejected" doc:"How many were not accepted. The errors say why."`
	NextRow   int        `json:"next_row" doc:"The row to go on with: all rows before it are done."`
	Errors    []RowError `json:"errors" nullable:"false" doc:"What is wrong with rows, for the first 1000 of them."`
	Truncated string     `json:"truncated,omitempty" doc:"Why the rows from next_row on were not read."`
}

// RowError is what is wrong with a row.
type RowError struct {
	Row    int    `json:"row" doc:"The number of the row, from 1. Empty lines count, and the header line of CSV does not."`
	Reason string `json:"reason" example:"invalid_message"`
	Path   string `json:"path,omitempty" doc:"The field at fault."`
	Detail string `json:"detail"`
}

func (s *Server) registerImports() {
	op := operation("messages", "import-messages", http.MethodPost, "/imports/{name}", sending, "Send many messages",
		"Each line of the body is a message as for the Cloud API, as one JSON object. With the type text/csv the body is a recipients file as for wahost send --to-file. A row is in the store before the answer. What is wrong with a row rejects only that row. "+
			"If the answer does not come, make the same request again: rows that were accepted are counted as repeated and not sent twice. With from_row the rest is sent alone.",
		http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString, Description: "One message on each line."}},
		"text/csv":             {Schema: &huma.Schema{Type: huma.TypeString, Description: "A header line with the names of columns, and a row for each recipient."}},
	}}
	register(s, op, s.importMessages)
}

// importing is an import on its way.
type importing struct {
	s     *Server
	c     *caller
	in    *importInput
	out   *Import
	batch []importRow
	// bytes is the size of the batch.
	bytes int
}

type importRow struct {
	number  int
	new     *store.NewMessage
	message *message.Message
}

func (s *Server) importMessages(ctx context.Context, c *caller, in *importInput) (*answer[Import], error) {
	switch {
	case !c.key.Covers(in.PhoneNumberID):
		return nil, huma.Error403Forbidden("the key may not use this phone number id")
	case !slices.Contains(s.Numbers, in.PhoneNumberID):
		return nil, huma.Error404NotFound("the gateway has no such phone number id")
	}
	if in.Campaign != "" {
		if _, err := s.findCampaign(ctx, c, in.Campaign); err != nil {
			return nil, err
		}
	}
	select {
	case s.imports <- struct{}{}:
		defer func() { <-s.imports }()
	default:
		return nil, huma.ErrorWithHeaders(huma.Error503ServiceUnavailable("too many imports are under way"), http.Header{"Retry-After": {retryAfter(retryUnavailable)}})
	}
	i := &importing{s: s, c: c, in: in, out: &Import{NextRow: in.FromRow, Errors: []RowError{}}}
	read := i.importLines
	if c.table {
		read = i.importTable
	}
	if err := read(ctx); err != nil {
		return nil, err
	}
	return &answer[Import]{*i.out}, nil
}

// importLines imports messages that are one on each line.
func (i *importing) importLines(ctx context.Context) error {
	lines := bufio.NewReaderSize(i.c.upload, maxRow)
	var broken error
	for row := 1; broken == nil; row++ {
		var line []byte
		line, broken = lines.ReadSlice('\n')
		// The last line needs no line feed. A line that is cut off is no row.
		if whole := broken == nil || errors.Is(broken, io.EOF) && len(line) > 0; !whole || row < i.in.FromRow {
			continue
		}
		if err := i.take(ctx, row, line); err != nil {
			return err
		}
	}
	// What came counts, also if the rest did not come.
	if err := i.record(ctx); err != nil {
		return err
	}
	if !errors.Is(broken, io.EOF) {
		i.out.Truncated = truncation(broken, i.out.NextRow)
	}
	return nil
}

// truncation says why a body was not read to its end.
func truncation(err error, row int) string {
	var g *graph.Error
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return fmt.Sprintf("row %d is longer than %d bytes", row, maxRow)
	case errors.As(err, &g):
		return g.Details
	}
	return "the body ended early"
}

// take reads a row of a line.
func (i *importing) take(ctx context.Context, row int, line []byte) error {
	r := importRow{number: row}
	if line = bytes.TrimSpace(line); len(line) > 0 {
		i.out.Rows++
		m, err := message.Parse(line)
		if err != nil {
			i.reject(row, problemsOf(err)...)
		} else if r, err = i.plan(ctx, row, m); err != nil {
			return err
		}
	}
	return i.add(ctx, r)
}

// plan finds out what is to become of the message of a row. A row that is rejected has none.
func (i *importing) plan(ctx context.Context, row int, m *message.Message) (importRow, error) {
	r := importRow{number: row}
	n, problems := cloudapi.NewMessage(m, i.in.PhoneNumberID, i.c.key.Name)
	if len(problems) > 0 {
		i.reject(row, problems...)
		return r, nil
	}
	if i.in.Campaign != "" && n.Campaign != "" && n.Campaign != i.in.Campaign {
		i.reject(row, message.Problem{Path: "wahost.campaign", Detail: "The row is in another campaign than the import."})
		return r, nil
	}
	n.Campaign = cmp.Or(n.Campaign, i.in.Campaign)
	hash := sha256.New()
	fmt.Fprintf(hash, "import\n%s\n", i.in.PhoneNumberID)
	hash.Write(n.Body)
	if i.in.Campaign != "" {
		fmt.Fprintf(hash, "\n%s", n.Campaign)
	}
	n.Idempotency = &store.Idempotency{
		Key: fmt.Sprintf("import %s %s %d", i.in.PhoneNumberID, i.in.Name, row), BodyHash: [32]byte(hash.Sum(nil)), Expires: time.Now().Add(importTime),
	}
	before, err := i.s.Accepter.Repeated(ctx, n.APIKey, n.Idempotency)
	if err != nil || before.Verdict != store.New {
		i.repeated(row, before.Verdict)
		return r, err
	}
	plan := i.s.Engine.Plan
	if i.in.DryRun {
		plan = i.s.Engine.Check
	}
	rejected, err := plan(ctx, n, m)
	if err != nil {
		return r, err
	}
	if rejected != nil {
		i.out.Rejected++
		i.fail(RowError{row, string(rejected.Reason), rejected.Path, rejected.Detail})
		return r, nil
	}
	r.new, r.message = n, m
	return r, nil
}

// reject counts a row that is not valid.
func (i *importing) reject(row int, problems ...message.Problem) {
	i.out.Rejected++
	if len(problems) == 0 {
		problems = []message.Problem{{Detail: "The row is not a message."}}
	}
	i.fail(RowError{row, "invalid_message", problems[0].Path, problems[0].Detail})
}

func (i *importing) fail(e RowError) {
	if len(i.out.Errors) < maxRowErrors {
		i.out.Errors = append(i.out.Errors, e)
	}
}

// problemsOf returns the problems of an error of package message.
func problemsOf(err error) []message.Problem {
	var e *message.InvalidError
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}
