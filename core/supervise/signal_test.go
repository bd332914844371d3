//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// vendorCalls are the calls of a pool, besides Send, that lead to a vendor request. Each returns whether the vendor answered.
var vendorCalls = map[string]func(ctx context.Context, p *Pool, ch addr.Channel) (answered bool, err error){
	"signal": func(ctx context.Context, p *Pool, ch addr.Channel) (bool, error) {
		o, err := p.SendSignal(ctx, ch, &message.Signal{MessagingProduct: "whatsapp", Status: "read", MessageId: "wamid.1"}, message.Recipient{})
		return o.Accepted != nil, err
	},
	"lookup": func(ctx context.Context, p *Pool, ch addr.Channel) (bool, error) {
		found, err := p.LookupMessage(ctx, ch, provider.FindRequest{
			DeliveryID: "d1", To: message.Recipient{Kind: message.RecipientPhone, Address: "+15550100001"}, SentAt: time.Now(),
		})
		return found.NotFound, err
	},
}

// vendorCallResult is what a call of vendorCalls returned.
type vendorCallResult struct {
	answered bool
	err      error
}

func TestVendorCalls(t *testing.T) {
	t.Parallel()
	for name, call := range vendorCalls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newPool(t, "")
			require.Empty(t, open(t, p, ""))
			answered, err := call(t.Context(), p, main)
			require.NoError(t, err)
			require.True(t, answered)
		})
	}
}

// A call that certainly made no vendor request says so, since the host may repeat it.
func TestVendorCallsThatAreNotAttempted(t *testing.T) {
	t.Parallel()
	for name, call := range vendorCalls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newPool(t, "")
			open(t, p, "")
			var before *dispatch.NotAttemptedError
			_, err := call(t.Context(), p, addr.Channel{Provider: "nobody", Name: "main"})
			require.ErrorAs(t, err, &before, "a provider that is not in the configuration")
			_, err = call(t.Context(), p, addr.Channel{Provider: "bad", Name: "other"})
			require.ErrorAs(t, err, &before, "a channel that is not open")
			p.Close(t.Context(), time.Second)
			_, err = call(t.Context(), p, main)
			require.ErrorAs(t, err, &before, "a pool that is closed")
		})
	}
}

func TestVendorCallsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	for name, call := range vendorCalls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := newPool(t, "")
			v := newVendor(t)
			open(t, p, v.URL)
			ctx, cancel := context.WithCancel(t.Context())
			done := startCall(ctx, p, call)
			<-v.arrived
			cancel()
			r := await(t, done)
			require.Equal(t, codes.Canceled, status.Code(r.err))
			var before *dispatch.NotAttemptedError
			require.NotErrorAs(t, r.err, &before, "the vendor was asked")
		})
	}
}

func startCall(ctx context.Context, p *Pool, call func(context.Context, *Pool, addr.Channel) (bool, error)) <-chan vendorCallResult {
	done := make(chan vendorCallResult, 1)
	go func() {
		answered, err := call(ctx, p, main)
		done <- vendorCallResult{answered, err}
	}()
	return done
}

func await(t *testing.T, done <-chan vendorCallResult) vendorCallResult {
	t.Helper()
	select {
	case r := <-done:
		return r
	case <-time.After(hang):
		t.Fatal("the call did not end")
		return vendorCallResult{}
	}
}

// The stop of a provider, whoever started it, waits for a call that is under way and lets no other begin.
func TestCloseLetsVendorCallsFinish(t *testing.T) {
	for _, attached := range []bool{false, true} {
		for name, call := range vendorCalls {
			title := name + " of a provider of the host"
			if attached {
				title = name + " of an attached provider"
			}
			t.Run(title, func(t *testing.T) {
				if attached {
					startDebugged(t)
				}
				p, _ := newPool(t, "")
				v := newVendor(t)
				open(t, p, v.URL)
				done := startCall(t.Context(), p, call)
				<-v.arrived
				closed := make(chan int, 1)
				go func() { closed <- p.Close(context.Background(), hang) }()
				require.Eventually(t, func() bool { return p.members["bad"].supervisor.Current() == nil }, hang, time.Millisecond)
				_, err := call(t.Context(), p, main)
				var before *dispatch.NotAttemptedError
				require.ErrorAs(t, err, &before, "nothing new is asked")
				close(v.let)
				r := await(t, done)
				require.NoError(t, r.err)
				require.True(t, r.answered, "what is under way ends well")
				require.Zero(t, <-closed)
			})
		}
	}
}

// After the grace the stop of an attached provider ends the calls that are left. None of them is a delivery.
func TestCloseAbandonsVendorCallsOfAnAttachedProvider(t *testing.T) {
	for name, call := range vendorCalls {
		t.Run(name, func(t *testing.T) {
			startDebugged(t)
			p, _ := newPool(t, "")
			v := newVendor(t)
			open(t, p, v.URL)
			done := startCall(t.Context(), p, call)
			<-v.arrived
			require.Zero(t, p.Close(context.Background(), 50*time.Millisecond))
			r := await(t, done)
			require.Error(t, r.err)
			require.False(t, r.answered)
		})
	}
}
