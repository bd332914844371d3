// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/launch"
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

// notServed are the statuses with which an optional call ends before there was a vendor request. A provider that does not
// serve the call has made none.
var notServed = []codes.Code{codes.FailedPrecondition, codes.Unimplemented}

// SendSignal passes a signal to a channel: see client.Client.SendSignal. It waits for a provider that is being restarted.
// The error is a *dispatch.NotAttemptedError if it is certain that nothing was given to the vendor.
func (p *Pool) SendSignal(ctx context.Context, ch addr.Channel, signal *message.Signal, to message.Recipient) (outcome.Outcome, error) {
	var made outcome.Outcome
	err := p.vendorCall(ctx, ch, 0, func(ctx context.Context, i *Instance, _ *launch.Sending) (err error) {
		made, err = i.Client.SendSignal(ctx, ch.String(), signal, to)
		return err
	}, notServed...)
	return made, err
}

// LookupMessage asks a channel's vendor what became of a message: see client.Client.LookupMessage. The channel must declare
// lookup. The call changes nothing, so it may be repeated after any error.
func (p *Pool) LookupMessage(ctx context.Context, ch addr.Channel, req provider.FindRequest) (provider.FindResult, error) {
	var found provider.FindResult
	err := p.vendorCall(ctx, ch, 0, func(ctx context.Context, i *Instance, _ *launch.Sending) (err error) {
		found, err = i.Client.LookupMessage(ctx, ch.String(), req)
		return err
	}, notServed...)
	return found, err
}

// ListTemplates asks a channel's vendor for a page of its templates: see client.Client.ListTemplates. The channel must declare the list.
func (p *Pool) ListTemplates(ctx context.Context, ch addr.Channel, page string) (provider.TemplatePage, *outcome.Rejected, error) {
	var found provider.TemplatePage
	var rejected *outcome.Rejected
	err := p.vendorCall(ctx, ch, 0, func(ctx context.Context, i *Instance, _ *launch.Sending) (err error) {
		found, rejected, err = i.Client.ListTemplates(ctx, ch.String(), page)
		return err
	}, notServed...)
	return found, rejected, err
}
