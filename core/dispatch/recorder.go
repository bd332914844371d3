// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
)

// Recorder keeps a durable record of the attempts that were given to providers. After a crash of the host, an attempt that
// was recorded by Begin and not by Settle may have reached the vendor, and no other attempt has. Its methods are called from
// several goroutines.
type Recorder interface {
	// Begin records all attempts of a call to a provider. It is called right before the call, and the call is made when it
	// returns. The record must be durable by then: also after a power cut. If Begin returns an error, the call is not made
	// and its messages are not attempted. The context ends with the time that the call may take.
	Begin(ctx context.Context, h Handover) error
	// Settle records the outcome of an attempt before anything else is done with it. An attempt whose call could not be made, for
	// example because the provider does not run, is settled without a Begin. Settle must not block.
	Settle(at Attempt, next Next)
}

// Handover is one call to a provider.
type Handover struct {
	Channel addr.Channel
	// Batches are the attempts by their ids, which AttemptID made, with their recipients and messages.
	Batches []message.Batch
	// Grouped reports whether the vendor takes several recipients in one request.
	Grouped bool
}

// Next is what follows an attempt.
type Next int

const (
	// Done means that the outcome of the attempt is the outcome of the message.
	Done Next = iota
	// Retry means that the same channel will be tried again.
	Retry
	// Fallback means that another channel will be tried.
	Fallback
)

// recordedDeliveries limits a call that is recorded and whose vendor takes one recipient per request. A recorder shares its
// writes among concurrent calls, so that large calls gain nothing, and small ones let a recorder stop soon.
const recordedDeliveries = 8

// Record makes the dispatcher call the recorder for all attempts. It must be called before the first message is sent.
func (d *Dispatcher) Record(r Recorder) { d.recorder.Store(&r) }

// recording returns the recorder, or nil if nothing is recorded.
func (d *Dispatcher) recording() Recorder {
	if r := d.recorder.Load(); r != nil {
		return *r
	}
	return nil
}
