// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// fakeSignals is a channel that takes read receipts.
type fakeSignals struct {
	closed  error
	outcome outcome.Outcome
	err     error
	calls   int
}

func (f *fakeSignals) OpenCapabilities(addr.Channel) (capability.Capabilities, error) {
	return capability.Capabilities{Signals: []capability.Signal{capability.SignalRead}}, f.closed
}

func (f *fakeSignals) SendSignal(context.Context, addr.Channel, *message.Signal, message.Recipient) (outcome.Outcome, error) {
	f.calls++
	return f.outcome, f.err
}

func TestSendSignal(t *testing.T) {
	t.Parallel()
	read := &message.Signal{Status: "read", MessageId: "wamid.A"}
	for name, test := range map[string]struct {
		signal *message.Signal
		over   fakeSignals
		word   string
		reason outcome.Reason
		path   string
		calls  int
	}{
		"accepted":      {read, fakeSignals{outcome: outcome.Accept("")}, "accepted", "", "", 1},
		"rejected":      {read, fakeSignals{outcome: outcome.Reject(outcome.ReasonForbidden, "", "no")}, "rejected", outcome.ReasonForbidden, "", 1},
		"not valid":     {&message.Signal{Status: "read"}, fakeSignals{}, "rejected", outcome.ReasonInvalidMessage, "message_id", 0},
		"not declared":  {&message.Signal{Status: "read", MessageId: "w", TypingIndicator: &message.TypingIndicator{Type: "text"}}, fakeSignals{}, "rejected", outcome.ReasonUnsupported, "typing_indicator", 0},
		"not open":      {read, fakeSignals{closed: errors.New("closed")}, "rejected", outcome.ReasonVendorUnavailable, "", 0},
		"not attempted": {read, fakeSignals{err: &NotAttemptedError{Cause: errors.New("stopping")}}, "rejected", outcome.ReasonVendorUnavailable, "", 1},
		"no answer":     {read, fakeSignals{err: errors.New("broken pipe")}, "unknown", "", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := SendSignal(t.Context(), &test.over, Options{}, addr.Channel{Provider: "acme", Name: "main"}, test.signal, message.Recipient{})
			assert.Equal(t, test.word, r.Outcome.Word())
			assert.Equal(t, test.calls, test.over.calls, "a signal is sent at most once")
			assert.Len(t, r.Attempts, test.calls)
			if test.reason != "" {
				require.NotNil(t, r.Outcome.Rejected)
				assert.Equal(t, test.reason, r.Outcome.Rejected.Reason)
				assert.Equal(t, test.path, r.Outcome.Rejected.Path)
			}
			if test.calls > 0 {
				assert.Equal(t, AttemptID(r.ID, 1), r.Outcome.DeliveryID)
			}
		})
	}
}

func TestSendSignalWithoutTime(t *testing.T) {
	t.Parallel()
	over := &fakeSignals{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := SendSignal(ctx, over, Options{}, addr.Channel{Provider: "acme", Name: "main"}, &message.Signal{Status: "read", MessageId: "w"}, message.Recipient{})
	require.NotNil(t, r.Outcome.Rejected)
	assert.Equal(t, outcome.RetrySafe, r.Outcome.Rejected.Retry)
	assert.Zero(t, over.calls)
}
