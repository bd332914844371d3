// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import "time"

// Clock is the time of a runner. Tests have their own.
type Clock interface {
	Now() time.Time
	// At returns a channel that is closed at a time, and a function that releases it.
	At(t time.Time) (reached <-chan struct{}, stop func())
}

// SystemClock is the clock of the system.
type SystemClock struct{}

// Now returns the time.
func (SystemClock) Now() time.Time { return time.Now() }

// At returns a channel that is closed at a time.
func (SystemClock) At(t time.Time) (reached <-chan struct{}, stop func()) {
	c := make(chan struct{})
	timer := time.AfterFunc(time.Until(t), func() { close(c) })
	return c, func() { timer.Stop() }
}
