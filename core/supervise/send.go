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
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Send sends batches over one channel: see client.Client.SendMessages. It waits for a provider that is being restarted, and
// calls handedOver, unless it is nil, when the wait is over and the batches are given to the provider. The error is a *dispatch.NotAttemptedError if it is certain that nothing was given to the vendor.
func (p *Pool) Send(ctx context.Context, ch addr.Channel, batches []message.Batch, handedOver func(), answer func(outcome.Outcome)) error {
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
	joined, sending, ok := instance.Sending(ctx, deliveries(batches))
	if !ok {
		return &dispatch.NotAttemptedError{Cause: &NotRunningError{Name: ch.Provider}}
	}
	defer sending.End()
	if handedOver != nil {
		handedOver()
	}
	err = instance.Client.SendMessages(joined, ch.String(), batches, func(o outcome.Outcome) {
		sending.Settle()
		answer(o)
	})
	switch {
	case err == nil:
		return nil
	case status.Code(err) == codes.FailedPrecondition:
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
