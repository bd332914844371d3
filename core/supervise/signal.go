// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// OpenCapabilities returns what an open channel carries. The error says why the channel is not open.
func (p *Pool) OpenCapabilities(ch addr.Channel) (capability.Capabilities, error) {
	if caps, ok := p.Capabilities()[ch]; ok {
		return caps, nil
	}
	reason := "it is not in the configuration"
	if state, ok := p.Snapshot().Channel(ch); ok {
		reason = state.Unhealthy
	}
	return capability.Capabilities{}, fmt.Errorf("channel %s is not open: %s", ch, reason)
}

// SendSignal passes a signal to a channel: see client.Client.SendSignal. It waits for a provider that is being restarted.
// The error is a *dispatch.NotAttemptedError if it is certain that nothing was given to the vendor.
func (p *Pool) SendSignal(ctx context.Context, ch addr.Channel, signal *message.Signal, to message.Recipient) (outcome.Outcome, error) {
	var made outcome.Outcome
	err := p.vendorCall(ctx, ch, func(ctx context.Context, i *Instance) (err error) {
		made, err = i.Client.SendSignal(ctx, ch.String(), signal, to)
		return err
	})
	return made, err
}

// LookupMessage asks a channel's vendor what became of a message: see client.Client.LookupMessage. The channel must declare
// lookup. The call changes nothing, so it may be repeated after any error.
func (p *Pool) LookupMessage(ctx context.Context, ch addr.Channel, req provider.FindRequest) (provider.FindResult, error) {
	var found provider.FindResult
	err := p.vendorCall(ctx, ch, func(ctx context.Context, i *Instance) (err error) {
		found, err = i.Client.LookupMessage(ctx, ch.String(), req)
		return err
	})
	return found, err
}

// vendorCall makes one call that leads to a vendor request. The error is a *dispatch.NotAttemptedError if it is certain that
// no request was made. A provider that does not serve the call has made none. The stop of an attached provider waits for the
// call as for one that sends.
func (p *Pool) vendorCall(ctx context.Context, ch addr.Channel, call func(context.Context, *Instance) error) error {
	p.mu.Lock()
	m := p.members[ch.Provider]
	p.mu.Unlock()
	if m == nil {
		return &dispatch.NotAttemptedError{Cause: fmt.Errorf("provider %q is not in the configuration", ch.Provider)}
	}
	instance, err := m.supervisor.Acquire(ctx)
	if err != nil {
		return &dispatch.NotAttemptedError{Cause: err}
	}
	joined, sending, ok := instance.Sending(ctx, 0)
	if !ok {
		return &dispatch.NotAttemptedError{Cause: &NotRunningError{Name: ch.Provider}}
	}
	defer sending.End()
	err = call(joined, instance)
	switch status.Code(err) {
	case codes.OK:
		return nil
	case codes.FailedPrecondition, codes.Unimplemented:
		return &dispatch.NotAttemptedError{Cause: errors.New(status.Convert(err).Message())}
	}
	return instance.explain(ctx, err)
}
