// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Send sends batches over one channel: see client.Client.SendMessages. It waits for a provider that is being restarted, and
// calls handedOver, unless it is nil, when the wait is over and the batches are about to be given to the provider. An error of
// handedOver prevents that. The error is a *dispatch.NotAttemptedError if it is certain that nothing was given to the vendor, and a
// *dispatch.EndedError if the provider crashed and recorded what it had begun.
func (p *Pool) Send(ctx context.Context, ch addr.Channel, batches []message.Batch, handedOver func() error, answer func(outcome.Outcome)) error {
	n := deliveries(batches)
	if n > 1 {
		p.records.Store(true)
	}
	var begun *launch.Begun
	defer func() { begun.End() }()
	err := p.vendorCall(ctx, ch, n, func(ctx context.Context, i *Instance, sending *launch.Sending) error {
		if handedOver != nil {
			if err := handedOver(); err != nil {
				return &dispatch.NotAttemptedError{Cause: err}
			}
		}
		if p.records.Load() {
			begun = i.Begun(n)
		}
		return i.Client.SendRecorded(ctx, ch.String(), batches, begun.Path(), func(o outcome.Outcome) {
			sending.Settle()
			answer(o)
		})
	}, codes.FailedPrecondition)
	var crash *CrashError
	if errors.As(err, &crash) {
		if ids := begun.Deliveries(); ids != nil {
			return &dispatch.EndedError{Cause: err, Begun: ids}
		}
	}
	return err
}

// vendorCall makes one call that leads to vendor requests for a number of deliveries. The error is a
// *dispatch.NotAttemptedError if it is certain that no request was made: because there was no call, or because it ended with
// one of the statuses in none.
func (p *Pool) vendorCall(ctx context.Context, ch addr.Channel, deliveries int,
	call func(context.Context, *Instance, *launch.Sending) error, none ...codes.Code) error {
	p.mu.Lock()
	m, unusable := p.members[ch.Provider], p.unusable[ch].Unhealthy
	p.mu.Unlock()
	if unusable != "" {
		return &dispatch.NotAttemptedError{Cause: errors.New(unusable)}
	}
	if m == nil {
		return &dispatch.NotAttemptedError{Cause: fmt.Errorf("provider %q is not in the configuration", ch.Provider)}
	}
	instance, err := m.supervisor.Acquire(ctx)
	if err != nil {
		return &dispatch.NotAttemptedError{Cause: err}
	}
	joined, sending, ok := instance.Sending(ctx, deliveries)
	if !ok {
		return &dispatch.NotAttemptedError{Cause: &NotRunningError{Name: ch.Provider}}
	}
	defer sending.End()
	err = call(joined, instance, sending)
	var notSent *client.NotSentError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &notSent):
		return &dispatch.NotAttemptedError{Cause: instance.explain(ctx, notSent.Cause)}
	case slices.Contains(none, status.Code(err)):
		return &dispatch.NotAttemptedError{Cause: errors.New(status.Convert(err).Message())}
	}
	return instance.explain(ctx, err)
}

func deliveries(batches []message.Batch) int {
	n := 0
	for _, b := range batches {
		n += len(b.Deliveries)
	}
	return n
}
