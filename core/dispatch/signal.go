// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// SignalSender carries signals to a channel. *supervise.Pool implements it.
type SignalSender interface {
	// OpenCapabilities returns what an open channel carries. The error says why the channel is not open.
	OpenCapabilities(ch addr.Channel) (capability.Capabilities, error)
	// SendSignal makes one call to the channel's provider. The error is a *NotAttemptedError if it is certain that nothing
	// was given to the vendor.
	SendSignal(ctx context.Context, ch addr.Channel, signal *message.Signal, to message.Recipient) (outcome.Outcome, error)
}

// SendSignal sends a signal over one channel and returns its result. The address of to is empty if the sender of the
// inbound message is not known. A signal that is not valid, or that the channel does not declare, is rejected without a
// call to the provider. A signal is sent once, whatever the outcome is. Options.SendTimeout limits the call.
func SendSignal(ctx context.Context, over SignalSender, options Options, ch addr.Channel, signal *message.Signal, to message.Recipient) Result {
	result := Result{ID: NewID(), To: to}
	refuse := func(o outcome.Outcome) Result {
		o.DeliveryID = result.ID
		result.Outcome = o
		return result
	}
	if err := message.ValidateSignal(signal); err != nil {
		return refuse(invalid(err))
	}
	caps, err := over.OpenCapabilities(ch)
	if err != nil {
		return refuse(unavailable("%v", err))
	}
	if r := caps.CheckSignal(signal); r != nil {
		return refuse(outcome.Outcome{Rejected: r})
	}
	if ctx.Err() != nil {
		return refuse(notAttempted(context.Cause(ctx)))
	}
	// The context is not that of the caller: the outcome of a signal that was given to the vendor is the truth.
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), options.complete().SendTimeout)
	defer cancel()
	o, err := over.SendSignal(call, ch, signal, to)
	if err != nil {
		o = noAnswer(err)
	}
	id := AttemptID(result.ID, 1)
	o.DeliveryID = id
	result.Outcome = o
	result.Attempts = []Attempt{{ID: id, Channel: ch, Outcome: o}}
	return result
}
