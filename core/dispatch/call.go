// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"strings"

	"github.com/wahost/wahost/sdk/outcome"
)

// call makes one call to the provider and settles every delivery of the batch exactly once.
func (l *lane) call(b batch) {
	defer l.calls.Done()
	c := b.channel
	open, size := b.open()
	var tokens *claim
	if b.claimed {
		tokens = &claim{lane: l, n: size}
		l.release(b.size - size)
	}
	if size == 0 {
		if b.grouped {
			c.finish(b.requests, 1)
		}
		return
	}
	// The context is not that of the callers: when one of them leaves, the messages of the others must still be sent.
	ctx, cancel := context.WithTimeout(context.Background(), l.d.options.SendTimeout)
	defer cancel()
	batches := messageBatches(c.addr.Provider, open, b.grouped)
	recorder := l.d.recording()
	var unrecorded error
	requests := newUnderWay(c, open, batches, b.grouped)
	if b.grouped {
		c.finish(b.requests-requests.left, 0) // of deliveries that are not open
	}
	defer func() {
		if left := requests.land(); b.grouped {
			c.finish(left, 1)
		}
	}()
	settle := func(dl *delivery, o outcome.Outcome) {
		ended := requests.answered(dl, o)
		c.settle(dl, o, b.grouped)
		if ended && b.grouped {
			c.finish(1, 0)
		}
	}
	handedOver := func() error {
		if recorder != nil {
			if unrecorded = recorder.Begin(ctx, Handover{Channel: c.addr, Batches: batches, Grouped: b.grouped}); unrecorded != nil {
				return unrecorded
			}
		}
		if tokens != nil {
			tokens.charge()
		}
		requests.begin()
		return nil
	}
	rest := unanswered{open: open}
	err := l.d.sender.Send(ctx, c.addr, batches, handedOver, func(o outcome.Outcome) {
		switch dl, i := rest.find(o.DeliveryID); {
		case dl == nil:
		case dl.series != nil && o.Accepted != nil:
			ended := requests.answered(dl, o)
			c.record(o)
			dl.series.accept(i, o)
			if ended {
				c.finish(1, 0)
			}
		default:
			settle(rest.take(dl, i), o)
		}
	})
	if tokens != nil {
		l.release(tokens.n)
	}
	var (
		ended        *EndedError
		notAttempted *NotAttemptedError
	)
	errors.As(err, &ended)
	errors.As(err, &notAttempted)
	for _, dl := range rest.all() {
		switch {
		case unrecorded != nil:
			c.giveUp(dl, unrecorded, b.grouped)
		case ended != nil && !ended.Begun[dl.id]:
			c.recordCancelled()
			c.conclude(dl, notBegun(dl, ended), b.grouped)
		case ended != nil, notAttempted != nil:
			// This says nothing about the vendor, and the supervisor decides when the provider is used again.
			c.recordCancelled()
			c.conclude(dl, noAnswer(err), b.grouped)
		default:
			settle(dl, noAnswer(err))
		}
	}
}

// notBegun returns the outcome of a delivery that the provider had not begun when it crashed. The message is tried again by
// itself. If the provider crashes again while it has only this message, the message is at fault.
func notBegun(dl *delivery, ended *EndedError) outcome.Outcome {
	line, _, _ := strings.Cut(ended.Error(), "\n")
	if dl.suspect {
		return outcome.Reject(outcome.ReasonInvalidMessage, "", "the provider crashes on this message: it crashed twice while it had it, the second time with no other. %s", line)
	}
	dl.job.suspect = true
	return notAttempted(errors.New(line))
}

// noAnswer returns the outcome of a delivery that the provider did not answer before the call ended with err.
func noAnswer(err error) outcome.Outcome {
	var notAttempted *NotAttemptedError
	switch {
	case errors.As(err, &notAttempted):
		return unavailable("%v", notAttempted)
	case err != nil:
		line, _, _ := strings.Cut(err.Error(), "\n")
		return outcome.NewUnknown("no answer from the provider: " + line)
	}
	return outcome.NewUnknown("the provider ended the call without an outcome for this message")
}

// settle records the outcome for the channel, makes room for the next delivery and tells the job.
func (c *channel) settle(dl *delivery, o outcome.Outcome, grouped bool) {
	c.record(o)
	c.conclude(dl, o, grouped)
}

// conclude makes room for the next delivery and tells the job the outcome.
func (c *channel) conclude(dl *delivery, o outcome.Outcome, grouped bool) {
	if !grouped && c.d.recording() != nil {
		// The next delivery may begin when this one is recorded. So the record never has more open attempts than the window.
		defer c.finish(1, 0)
	} else if !grouped {
		c.finish(1, 0)
	}
	dl.job.decide(o)
}

// giveUp makes room for the next delivery and ends the job without an attempt.
func (c *channel) giveUp(dl *delivery, reason error, grouped bool) {
	if !grouped {
		c.finish(1, 0)
	}
	dl.abandon(reason)
}
