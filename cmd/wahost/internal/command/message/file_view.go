// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/dispatch"
)

// fileView shows a run over a recipients file.
type fileView struct {
	app      *cli.App
	progress *cli.Progress
	began    time.Time
	total    int
	rows     atomic.Int64
	bad      atomic.Int64
	causes   causes
}

func newFileView(a *cli.App, total int) *fileView {
	v := &fileView{app: a, began: time.Now(), total: total}
	v.progress = cli.NewProgress(a.Stderr, v.line)
	return v
}

// count counts a row that needs nothing more.
func (v *fileView) count(outcome string) {
	v.rows.Add(1)
	if outcome != "accepted" && outcome != broadcast.Duplicate {
		v.bad.Add(1)
	}
	v.progress.Update()
}

// line returns the text of the progress display.
func (v *fileView) line(live bool) string {
	if v.app.JSON {
		return "" // standard error has nothing but the log
	}
	rows := int(v.rows.Load())
	text := fmt.Sprintf("%d of %d, %d not accepted", rows, v.total, v.bad.Load())
	if live {
		text += cli.TimeLeft(v.began, rows, v.total)
	}
	return text
}

// fileRow is the line of a row with --json.
type fileRow struct {
	Format string `json:"format_version"`
	Row    int    `json:"row"`
	// Line is where the row begins in the file.
	Line int `json:"line"`
	Result
}

// result prints the result of a row: all of them as JSON, and for people the first of each cause that were not accepted.
func (v *fileView) result(row broadcast.Row, r dispatch.Result) error {
	result := NewResult(r)
	first := result.Outcome != "accepted" && v.causes.add(row.Number, result)
	switch {
	case v.app.JSON:
		return cli.WriteLine(v.app.Stdout, fileRow{resultFormat, row.Number, row.Line, result})
	case first:
		_ = v.progress.Above(v.app.Stderr, fmt.Sprintf("row %d, line %d: %s\n", row.Number, row.Line, result.String()))
	}
	return nil
}
