// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"sync"
	"time"
)

// workerRest is how long a worker waits for more before it ends.
const workerRest = 10 * time.Second

// workers run tasks on a bounded number of goroutines, which are kept for a while: a fresh goroutine's stack grows
// several times on its way through an HTTP client, which costs as much as the rest of a send.
type workers struct {
	mu      sync.Mutex
	limit   int
	running int
	stopped bool
	queue   []func()      // waits for a worker
	idle    []chan func() // workers that wait, the last to rest in front
}

func (w *workers) init(limit int) { w.limit = limit }

// do runs the task soon, in the order of the calls. It does not wait for it.
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

// here runs the task on the caller's goroutine where the bound allows one more, and waits for a worker otherwise.
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
		// What queued up meanwhile counted on this goroutine.
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
			task = <-inbox // it came at the last moment
		}
		if task == nil {
			return
		}
	}
}

// stop ends the workers that rest; those at work end when they would rest. Nothing may be done after it.
func (w *workers) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, inbox := range w.idle {
		inbox <- nil
	}
	w.idle, w.stopped = nil, true
}

// leave takes a worker off the idle list; false means that it was given a task meanwhile.
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
