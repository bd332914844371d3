// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

// shut makes the lane take nothing more and end what is queued. The context of the dispatcher must have ended.
func (l *lane) shut() {
	l.mu.Lock()
	l.isShut = true
	if l.timer != nil {
		l.timer.Stop()
	}
	l.wake.Broadcast()
	l.mu.Unlock()
}

// wait returns when the lane was shut and its calls have ended.
func (l *lane) wait() {
	l.loops.Wait()
	l.calls.Wait()
}

// abandonQueues ends what is queued without attempting it.
func (l *lane) abandonQueues() {
	var queued []*delivery
	l.mu.Lock()
	for _, c := range l.channels {
		queued = append(queued, c.queue.deliveries...)
		c.queue = queue{}
	}
	l.waiting = 0
	l.mu.Unlock()
	for _, all := range queued {
		for _, dl := range all.apart() {
			dl.abandon(errClosed)
		}
	}
}

// abandon ends a delivery without attempting it.
func (dl *delivery) abandon(reason error) {
	dl.channel.recordCancelled()
	dl.job.abandon(reason)
}
