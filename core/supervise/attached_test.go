//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// startDebugged starts the provider as a person does under a debugger, and sets the variable with which hosts attach.
func startDebugged(t *testing.T) (value string) {
	t.Helper()
	d, err := testbin.Debug(badProvider, client.EnvReattach)
	require.NoError(t, err)
	t.Cleanup(d.Close)
	t.Setenv(client.EnvReattach, d.Value)
	return d.Value
}

// sendOver sends one text over a connection of its own.
func sendOver(t *testing.T, value string) error {
	t.Helper()
	a, err := launch.ParseAttachment(value)
	require.NoError(t, err)
	l, err := launch.New(hclog.NewNullLogger())
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	p, err := l.Attach(t.Context(), a)
	require.NoError(t, err)
	defer p.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return p.Client.SendMessages(ctx, main.String(), []message.Batch{{
		Message:    &message.Message{Type: "text", Text: &message.Text{Body: "hello"}},
		Deliveries: []message.Delivery{{DeliveryID: "d9", To: message.Recipient{Kind: message.RecipientPhone, Address: "+15550100001"}}},
	}}, func(outcome.Outcome) {})
}

// An attached provider serves any number of hosts. Each closes the channels that it opened.
func TestAnAttachedProviderServesManyHosts(t *testing.T) {
	value := startDebugged(t)
	for range 3 {
		p, _ := newPool(t, "")
		require.Empty(t, open(t, p, ""))
		o, err := send(p, "hello")
		require.NoError(t, err)
		require.NotNil(t, o.Accepted)
		require.NoError(t, sendOver(t, value), "the channel is open")
		require.Zero(t, p.Close(context.Background(), time.Second))
		require.Equal(t, codes.FailedPrecondition, status.Code(sendOver(t, value)), "the channel is closed")
	}
}

func TestCloseLetsAnAttachedProviderFinish(t *testing.T) {
	startDebugged(t)
	p, _ := newPool(t, "")
	v := newVendor(t)
	open(t, p, v.URL)
	sent := make(chan outcome.Outcome, 1)
	go func() {
		o, _ := send(p, "hello")
		sent <- o
	}()
	<-v.arrived
	closed := make(chan int)
	go func() { closed <- p.Close(context.Background(), 20*time.Second) }()
	require.Eventually(t, func() bool { return p.members["bad"].supervisor.Current() == nil }, 20*time.Second, time.Millisecond)
	_, err := send(p, "late")
	require.Error(t, err, "nothing new is sent")
	close(v.let)
	require.NotNil(t, (<-sent).Accepted, "what is under way ends well")
	require.Zero(t, <-closed)
}

func TestCloseAbandonsWhatAnAttachedProviderDoesNotFinish(t *testing.T) {
	value := startDebugged(t)
	p, _ := newPool(t, "")
	v := newVendor(t)
	open(t, p, v.URL)
	sent := make(chan outcome.Outcome, 1)
	go func() {
		o, _ := send(p, "hello")
		sent <- o
	}()
	<-v.arrived
	require.Equal(t, 1, p.Close(context.Background(), 50*time.Millisecond))
	require.Nil(t, (<-sent).Accepted)
	require.Equal(t, codes.FailedPrecondition, status.Code(sendOver(t, value)), "the provider still runs")
}
