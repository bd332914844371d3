// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"slices"
)

// open returns the deliveries of which no caller has left, and the number of their recipients. It ends the others. If the vendor takes
// one recipient in a request, there is no series among them.
func (b *batch) open() (open []*delivery, size int) {
	stays := func(dl *delivery) bool { return (b.grouped || dl.series == nil) && dl.context().Err() == nil }
	if !slices.ContainsFunc(b.deliveries, func(dl *delivery) bool { return !stays(dl) }) {
		return b.deliveries, b.size
	}
	for _, dl := range b.deliveries {
		if stays(dl) {
			open, size = append(open, dl), size+dl.recipients()
			continue
		}
		ctx := dl.context()
		for _, dl := range dl.apart() {
			if ctx.Err() == nil {
				open, size = append(open, dl), size+1
				continue
			}
			b.channel.giveUp(dl, context.Cause(ctx), b.grouped)
		}
	}
	return open, size
}

// unanswered are the deliveries of a call, of which it knows those that have no outcome yet.
type unanswered struct {
	open []*delivery // nil for one that was answered
	next position    // after the recipient that was answered last
}

// find returns the delivery of the attempt with the id that was not answered, and the position of the recipient in it, or nil. The next
// search begins behind it, because providers answer nearly in the order of the call.
func (u *unanswered) find(id string) (*delivery, int) {
	for n := range len(u.open) + 1 { // the recipients before the first place come last
		at, from := (u.next.at+n)%len(u.open), 0
		if n == 0 {
			from = u.next.within
		}
		if i := u.open[at].find(id, from); i >= 0 {
			u.next = position{at, i + 1}
			return u.open[at], i
		}
	}
	return nil, 0
}

// find returns the position of the recipient whose attempt has the id and was not answered, from a position on, or -1.
func (dl *delivery) find(id string, from int) int {
	switch {
	case dl == nil:
	case dl.series == nil:
		if dl.id == id && from == 0 {
			return 0
		}
	default:
		s := dl.series
		for i := from; i < len(s.deliveries); i++ {
			if s.deliveries[i].DeliveryID == id && s.done[i] != nil {
				return i
			}
		}
	}
	return -1
}

// take removes what find returned. It returns the delivery that answers it, which is not that of a series.
func (u *unanswered) take(dl *delivery, i int) *delivery {
	if dl.series != nil {
		return dl.series.job(i)
	}
	u.open[u.next.at] = nil
	return dl
}

// all returns the deliveries that have no outcome, each with a job of its own.
func (u *unanswered) all() []*delivery {
	var all []*delivery
	for _, dl := range u.open {
		if dl != nil {
			all = append(all, dl.apart()...)
		}
	}
	return all
}
