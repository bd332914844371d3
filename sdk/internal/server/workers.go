// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"sync"
	"time"
)

// workerRest is the time that an idle worker waits for a task before it ends.
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

func (w *workers) work(task func()) {
	inbox := make(chan func(), 1)
	rest := time.NewTimer(workerRest)
	defer rest.Stop()
	for {
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
		w.mu.Unlock()
		rest.Reset(workerRest)
		select {
		case task = <-inbox:
		case <-rest.C:
			if w.leave(inbox) {
				return
			}
			task = <-inbox // a task was sent before the worker left
		}
		if task == nil {
			return
		}
	}
}

// stop ends the idle workers. Busy workers end after their task. No task may be added after stop.
func (w *workers) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, inbox := range w.idle {
		inbox <- nil
	}
	w.idle, w.stopped = nil, true
}

// leave removes a worker from the idle list. It returns false if the worker has been given a task.
func (w *workers) leave(inbox chan func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, other := range w.idle {
		if other == inbox {
			w.idle = append(w.idle[:i], w.idle[i+1:]...)
			w.running--
			return true
		}
	}
	return false
}
