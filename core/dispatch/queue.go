// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

// A queue holds what waits for a channel, in order. The mutex of the lane guards it.
type queue struct {
	deliveries []*delivery
	size       int // the recipients of all deliveries
	chosen     position
}

// position is a place in a queue: a delivery, and how many of its recipients are before the place.
type position struct{ at, within int }

// push appends a delivery.
func (q *queue) push(dl *delivery) {
	q.deliveries = append(q.deliveries, dl)
	q.size += dl.recipients()
}

// last returns the series at the end, or nil if something else or nothing is there.
func (q *queue) last() *series {
	if n := len(q.deliveries); n > 0 {
		return q.deliveries[n-1].series
	}
	return nil
}

// at returns the delivery at a place before the end, and how many of its recipients are at or after the place. It moves the place to the
// next delivery if it is behind the last recipient of one.
func (q *queue) at(p *position) (dl *delivery, left int) {
	dl = q.deliveries[p.at]
	if p.within == dl.recipients() {
		p.at, p.within = p.at+1, 0
		dl = q.deliveries[p.at]
	}
	return dl, dl.recipients() - p.within
}

// sequence returns the place in the lane of the recipient that was not chosen yet.
func (q *queue) sequence() uint64 {
	dl, _ := q.at(&q.chosen)
	return dl.sequence + uint64(q.chosen.within) //nolint:gosec // not negative
}

// remove takes n recipients from the front.
func (q *queue) remove(n int) []*delivery {
	q.size -= n
	whole := 0
	for whole < len(q.deliveries) && n >= q.deliveries[whole].recipients() {
		n -= q.deliveries[whole].recipients()
		whole++
	}
	taken := append([]*delivery(nil), q.deliveries[:whole]...)
	clear(q.deliveries[:whole])
	if q.deliveries = q.deliveries[whole:]; n > 0 {
		taken = append(taken, q.deliveries[0].series.split(n))
	}
	if q.size == 0 {
		q.deliveries = nil
	}
	return taken
}
