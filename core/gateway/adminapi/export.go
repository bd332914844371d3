// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"encoding/csv"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/wahost/wahost/core/gateway/store"
)

// actionExport is the action of the audit for messages that somebody exported. It never changes.
const actionExport = "export"

// exportPage is how many messages an export reads at a time.
const exportPage = 500

type exportInput struct {
	Selection
	Reveal
}

// exportColumns are the names of the columns, in order. Later ones are added at the end.
var exportColumns = []string{
	"id", "accepted_at", "phone_number_id", "to", "state", "status", "channel", "route", "lane", "class", "category", "key", "reference", "attempts",
	"reason", "vendor_code", "vendor_message", "detail", "sent_at", "delivered_at", "read_at", "failed_at", "redrive_of", "redriven_as", "campaign",
}

func (s *Server) registerExport() {
	op := operation("messages", "export-messages", http.MethodGet, "/export/messages", reading, "Export messages",
		"All messages that a selection finds, the newest first, as CSV with a line of names. Texts of messages are not in it. A text that a spreadsheet could take for a formula begins with an apostrophe. "+
			"An answer that ends early is cut off, so that a client notices.")
	op.Responses = map[string]*huma.Response{"200": {Description: "The messages", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string"}}}}}
	register(s, op, s.export)
}

func (s *Server) export(ctx context.Context, c *caller, in *exportInput) (*huma.StreamResponse, error) {
	q, err := in.Selection.query(c)
	if err != nil {
		return nil, err
	}
	if err := s.reveal(ctx, c, in.Reveal, "export"); err != nil {
		return nil, err
	}
	if err := s.audited(ctx, c, actionExport, "messages", ""); err != nil {
		return nil, err
	}
	q.Limit = exportPage
	first, err := s.searchInTime(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := s.stream(); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer func() { <-s.streams }()
		h.SetHeader("Content-Type", "text/csv; charset=utf-8")
		h.SetHeader("Content-Disposition", `attachment; filename="messages.csv"`)
		h.SetStatus(http.StatusOK)
		r, w := humago.Unwrap(h)
		if err := s.writeExport(r.Context(), w, q, first, in.Reveal.Reveal); err != nil {
			s.Log.Warn("an export ended early", "error", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

// writeExport writes the messages of a query, of which the first are known.
func (s *Server) writeExport(ctx context.Context, w http.ResponseWriter, q *store.Query, page []*store.Life, reveal bool) error {
	control := http.NewResponseController(w)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }() // the connection may serve other requests
	out := csv.NewWriter(w)
	if err := out.Write(exportColumns); err != nil {
		return err
	}
	for {
		_ = control.SetWriteDeadline(time.Now().Add(writeTime)) // a connection without deadlines cannot be slow
		for _, l := range page {
			m := view(l)
			if !reveal {
				m.mask()
			}
			if err := out.Write(exportRow(&m)); err != nil {
				return err
			}
		}
		if out.Flush(); out.Error() != nil {
			return out.Error()
		}
		if len(page) < exportPage {
			return nil
		}
		select {
		case <-s.ending:
			return context.Canceled
		default:
		}
		q.Before = page[len(page)-1].ID
		var err error
		if page, err = s.searchInTime(ctx, q); err != nil {
			return err
		}
	}
}

func exportRow(m *Message) []string {
	f := m.Failure
	if f == nil {
		f = &Failure{}
	}
	row := []string{
		m.ID, m.AcceptedAt.Format(time.RFC3339), m.PhoneNumberID, m.To, m.State, m.Status, m.Channel, m.Route, m.Lane, m.Class, m.Category, m.Key, m.Reference,
		strconv.Itoa(m.Attempts), f.Reason, f.VendorCode, f.VendorMessage, f.Detail, rfc3339(m.SentAt), rfc3339(m.DeliveredAt), rfc3339(m.ReadAt), rfc3339(m.FailedAt),
		m.RedriveOf, m.RedrivenAs, m.Campaign,
	}
	for i := range row {
		row[i] = cell(row[i])
	}
	return row
}

func rfc3339(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.RFC3339)
}

// phone is a phone number, also one that is hidden in part.
var phone = regexp.MustCompile("^\\+[0-9" + hidden + "]+$")

// cell returns a text so that no spreadsheet takes it for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) && !phone.MatchString(text) {
		return "'" + text
	}
	return text
}
