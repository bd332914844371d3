// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// fly makes one call to the provider and answers every delivery of it exactly once.
func (l *lane) fly(batch []*delivery) {
	defer l.flights.Done()
	grouped := l.recipientsPerRequest() > 1
	if grouped {
		defer l.landed(1)
	}
	open := batch[:0]
	for _, dl := range batch {
		if dl.job.ctx.Err() != nil {
			l.settle(dl, notAttempted(dl.job.ctx), grouped)
			continue
		}
		open = append(open, dl)
	}
	if len(open) == 0 {
		return
	}
	// Not the callers' contexts: one of them leaving must not end the others' sends.
	ctx, cancel := context.WithTimeout(context.Background(), l.d.options.SendTimeout)
	defer cancel()
	next := 0
	err := l.sender.Send(ctx, l.addr, group(open, grouped), func(o outcome.Outcome) {
		if at := find(open, o.DeliveryID, next); at >= 0 {
			dl := open[at]
			open[at], next = nil, at+1
			l.settle(dl, o, grouped)
		}
	})
	var before *NotAttemptedError
	for _, dl := range open {
		if dl == nil {
			continue
		}
		var o outcome.Outcome
		switch {
		case errors.As(err, &before):
			o = outcome.Reject(outcome.ReasonVendorUnavailable, "", "%v", before)
			o.Rejected.Retry = outcome.RetrySafe
		case err != nil:
			o = outcome.NewUnknown("no answer from the provider: " + firstLine(err))
		default:
			o = outcome.NewUnknown("the provider ended the call without an outcome for this message")
		}
		l.settle(dl, o, grouped)
	}
}

// find gives the place of the delivery with the id, or -1. Providers answer nearly in the order of the call, so the
// search begins where the next one is expected.
func find(open []*delivery, id string, next int) int {
	for i := range open {
		at := (next + i) % len(open)
		if dl := open[at]; dl != nil && dl.job.id == id {
			return at
		}
	}
	return -1
}

func (l *lane) recipientsPerRequest() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.maxRecipients
}

// settle records what an outcome says of the channel, frees the delivery's place and tells its job.
func (l *lane) settle(dl *delivery, o outcome.Outcome, grouped bool) {
	l.record(o)
	if !grouped {
		l.landed(1)
	}
	dl.job.outcome(o)
}

// group puts messages of equal content together, where the vendor takes several recipients in one request.
func group(open []*delivery, grouped bool) []message.Batch {
	batches := make([]message.Batch, 0, 1)
	byMessage := map[*message.Message]int{}
	byKey := map[string]int{}
	for run := 0; run < len(open); {
		first := open[run]
		end := run + 1
		for end < len(open) && open[end].message == first.message {
			end++
		}
		at, ok := byMessage[first.message]
		if !ok && grouped {
			at, ok = byKey[first.contentKey()]
		}
		if !ok {
			at = len(batches)
			batches = append(batches, message.Batch{Message: wire(first.message), Deliveries: make([]message.Delivery, 0, end-run)})
			byMessage[first.message] = at
			if grouped {
				byKey[first.contentKey()] = at
			}
		}
		for ; run < end; run++ {
			job := open[run].job
			batches[at].Deliveries = append(batches[at].Deliveries, message.Delivery{DeliveryID: job.id, To: job.facts.To})
		}
	}
	return batches
}

func (dl *delivery) contentKey() string {
	if dl.key == "" {
		dl.key = message.ContentKey(dl.message)
	}
	return dl.key
}

// wire gives the content of a message as providers get it: without recipient and without what is the host's own.
func wire(m *message.Message) *message.Message {
	if m.GetTo() == "" && m.GetRecipient() == "" && m.GetRecipientType() == "" && m.GetWahost().GetRoute() == "" && m.GetWahost().GetChannel() == "" {
		return m
	}
	out := message.Content(m)
	if out.Wahost != nil {
		out.Wahost.Route, out.Wahost.Channel = "", ""
	}
	return out
}

func firstLine(err error) string {
	text := err.Error()
	for i := range len(text) {
		if text[i] == '\n' {
			return text[:i]
		}
	}
	return text
}
