// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// fillBatch is how many messages are recorded together, and fillers how many batches at a time.
	fillBatch, fillers = 500, 4
	// fillDays is the time that the messages of a filled store came in.
	fillDays = 30 * 24 * time.Hour
)

// recipientOf returns the recipient of a message with a number. Each of them gets ten messages of a million.
func recipientOf(n int) string { return fmt.Sprintf("+49155%07d", n%100_000) }

// fill puts messages into a store that has none: of a hundred, 92 that a vendor accepted, 4 dead ones of four kinds, 1 unknown and 3 for later.
func fill(ctx context.Context, dir, url string, messages int) (err error) {
	var s store.Store
	if config.IsPostgres(url) {
		s, err = postgres.Open(ctx, url)
	} else {
		file := strings.TrimPrefix(url, config.SQLitePrefix)
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		s, err = sqlite.Open(ctx, file)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if found, err := s.Search(ctx, &store.Query{Limit: 1}); err != nil || len(found) > 0 {
		return err
	}
	// A node of its own, which the gateway does not take for an earlier self.
	epoch, err := s.Join(ctx, 99)
	if err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(fillers)
	begin := time.Now().Add(-fillDays)
	for first := 0; first < messages && ctx.Err() == nil; first += fillBatch {
		work.Go(func() error { return fillPart(ctx, s, epoch, first, min(fillBatch, messages-first), messages, begin) })
	}
	return work.Wait()
}

func fillPart(ctx context.Context, s store.Store, epoch store.Epoch, first, n, of int, begin time.Time) error {
	var all []*store.NewMessage
	var settled []store.Settlement
	h := &store.Handover{Seq: int64(first + 1), Channel: "cloudapi.main", Began: time.Now()}
	for i := first; i < first+n; i++ {
		at := begin.Add(time.Duration(float64(fillDays) * float64(i) / float64(of)))
		m := &store.NewMessage{
			ID: ids.At(at), Sender: number, To: message.Recipient{Kind: message.RecipientPhone, Address: recipientOf(i)},
			Body: fmt.Appendf(nil, `{"type":"text","text":{"body":"Your parcel %d is on its way."}}`, i), Lane: vendorNumber, Class: store.ClassTransactional,
			Category: "utility", APIKey: "bench", Reference: fmt.Sprint("order ", i), Due: at,
		}
		all = append(all, m)
		x := store.Settlement{
			Attempt: store.Attempt{ID: m.ID, N: 1}, Handover: h.Seq, State: store.StateAccepted, Tries: 1, Route: "all", Channel: h.Channel, At: at, Began: at,
			Outcome: store.OutcomeAccepted, Scope: "cloudapi", Correlations: []store.Correlation{{Key: fmt.Sprint("wamid.vendor.", i)}},
		}
		switch k := i % 100; {
		case k < 4:
			x.State, x.Outcome, x.Correlations = store.StateDead, store.OutcomeRejected, nil
			x.Failure = store.Failure{Reason: "vendor_rejected", VendorCode: fmt.Sprint(131026 + k), VendorMessage: "Message undeliverable"}
		case k == 4:
			x.State, x.Outcome, x.Correlations = store.StateUnknown, store.OutcomeUnknown, nil
			x.Failure = store.Failure{Detail: "the connection broke"}
		case k < 8:
			m.Due = time.Now().Add(24 * time.Hour)
			continue
		}
		h.Attempts = append(h.Attempts, x.Attempt)
		settled = append(settled, x)
	}
	if _, err := s.Accept(ctx, all); err != nil {
		return err
	}
	if _, err := s.Begin(ctx, epoch, h); err != nil {
		return err
	}
	settled[len(settled)-1].Ends = true
	return s.Settle(ctx, epoch, settled)
}
