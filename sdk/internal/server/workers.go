// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"slices"
	"sync"
	"time"
)

// workerRest is the time after which workers end that had nothing to do for so long. They end after twice the time at the latest.
const workerRest = 10 * time.Second

// workers run tasks on a bounded number of goroutines. Idle goroutines are kept for a while, because the stack of a new
// goroutine grows several times during an HTTP request, which costs as much as the rest of a send.
type workers struct {
	mu      sync.Mutex
	limit   int
	running int
	stopped bool
	queue   []func()      // waits for a worker
	idle    []chan func() // inboxes of idle workers; the last one became idle last
	// unused is how many of idle, from its beginning, had nothing to do since the timer was set.
	unused int
	timer  *time.Timer // ends workers; nil if none is idle
}

func (w *workers) init(limit int) { w.limit = limit }

// do starts the tasks in the order of the calls. It does not wait.
func (w *workers) do(task func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case len(w.idle) > 0:
		last := len(w.idle) - 1
		w.idle[last] <- task
		w.idle = w.idle[:last]
		w.unused = min(w.unused, last)
	case w.running < w.limit:
		w.running++
		go w.work(task)
	default:
		w.queue = append(w.queue, task)
	}
}

// here runs the task on the caller's goroutine, or on a worker if the bound is reached. It returns when the task is done.
func (w *workers) here(task func()) {
	w.mu.Lock()
	if w.running-len(w.idle) >= w.limit {
		w.mu.Unlock()
		done := make(chan struct{})
		w.do(func() {
			defer close(done)
			task()
		})
		<-done
		return
	}
	w.running++
	w.mu.Unlock()
	task()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running--
	if len(w.queue) > 0 {
		// This goroutine counted as running while tasks were queued, so the first of them has no worker.
		next := w.queue[0]
		w.queue[0] = nil
		w.queue = w.queue[1:]
		w.running++
		go w.work(next)
	}
}

// work runs tasks until it gets nil.
func (w *workers) work(task func()) {
	inbox := make(chan func(), 1)
	for task != nil {
		task()
		w.mu.Lock()
		if len(w.queue) > 0 {
			task = w.queue[0]
			w.queue[0] = nil
			w.queue = w.queue[1:]
			w.mu.Unlock()
			continue
		}
		if w.stopped {
			w.mu.Unlock()
			return
		}
		w.idle = append(w.idle, inbox)
		if w.timer == nil {
			w.timer = time.AfterFunc(workerRest, w.rest)
		}
		w.mu.Unlock()
		task = <-inbox
	}
}

// rest ends the workers that had nothing to do since the timer was set, and sets it again if any are left.
func (w *workers) rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	w.running -= w.unused
	for _, inbox := range w.idle[:w.unused] {
		inbox <- nil
	}
	w.idle = slices.Delete(w.idle, 0, w.unused)
	if w.unused = len(w.idle); w.unused == 0 {
		w.timer = nil
		return
	}
	w.timer.Reset(workerRest)
}

// stop ends the idle workers. Busy workers end after their task. No task may be added after stop.
func (w *workers) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, inbox := range w.idle {
		inbox <- nil
	}
	w.idle, w.unused, w.stopped = nil, 0, true
	if w.timer != nil {
		w.timer.Stop()
	}
}
