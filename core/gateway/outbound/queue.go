// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"cmp"
	"container/heap"
	"time"
)

// entry is a notice that is to be posted.
type entry struct {
	notice Notice
	tries  int
	// first is when it was posted first, or zero.
	first time.Time
	// since is when it was read.
	since time.Time
	// due is when it may be posted. The zero time is now.
	due time.Time
	// durable is true if Retries has it.
	durable bool
	// done is true if the cursor of the log may pass it.
	done bool
}

// queue has the notices with one key in order. Only the first of them is posted.
type queue struct {
	key     string
	entries []*entry
	// sending is true while the first one is being posted.
	sending bool
	// index is the place in the schedule, or -1.
	index int
}

func (q *queue) head() *entry { return q.entries[0] }

// queues are the notices that are to be posted, by key. Those that wait for nothing but their time are in a heap.
type queues struct {
	byKey map[string]*queue
	heap  schedule
	// byID has the entries that are in a queue, by the id of their notice.
	byID map[string]*entry
}

func newQueues() *queues { return &queues{byKey: map[string]*queue{}, byID: map[string]*entry{}} }

// push appends an entry to the queue of its key, and returns the queue.
func (s *queues) push(e *entry) *queue {
	q := s.byKey[e.notice.Key]
	if q == nil {
		q = &queue{key: e.notice.Key, index: -1}
		s.byKey[q.key] = q
	}
	q.entries = append(q.entries, e)
	s.byID[e.notice.ID] = e
	s.fix(q)
	return q
}

// pop removes the first entry of a queue.
func (s *queues) pop(q *queue) {
	delete(s.byID, q.head().notice.ID)
	q.entries = q.entries[1:]
	if len(q.entries) == 0 {
		delete(s.byKey, q.key)
	}
	s.fix(q)
}

// fix puts a queue where it belongs in the schedule.
func (s *queues) fix(q *queue) {
	scheduled := len(q.entries) > 0 && !q.sending
	switch {
	case q.index < 0 && scheduled:
		heap.Push(&s.heap, q)
	case q.index >= 0 && scheduled:
		heap.Fix(&s.heap, q.index)
	case q.index >= 0:
		heap.Remove(&s.heap, q.index)
	}
}

// next returns the queue whose first entry is due first, or nil if nothing waits.
func (s *queues) next() *queue {
	if len(s.heap) == 0 {
		return nil
	}
	return s.heap[0]
}

// schedule is a heap of queues by the time of their first entries.
type schedule []*queue

// Len, Less, Swap, Push and Pop are those of heap.Interface.
func (h schedule) Len() int { return len(h) }

// Less compares the times, and then the positions in the log.
func (h schedule) Less(i, j int) bool {
	a, b := h[i].head(), h[j].head()
	return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.notice.Position.Seq, b.notice.Position.Seq)) < 0
}

// Swap exchanges two queues.
func (h schedule) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push appends a queue.
func (h *schedule) Push(x any) {
	q := x.(*queue)
	q.index = len(*h)
	*h = append(*h, q)
}

// Pop removes the last queue.
func (h *schedule) Pop() any {
	last := len(*h) - 1
	q := (*h)[last]
	(*h)[last], *h = nil, (*h)[:last]
	q.index = -1
	return q
}
