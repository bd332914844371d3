// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// Signals declares read receipts.
func (channel) Signals() []capability.Signal { return []capability.Signal{capability.SignalRead} }

// SendSignal asks the url and accepts the signal.
func (c channel) SendSignal(ctx context.Context, req provider.SignalRequest) outcome.Outcome {
	if err := c.ask(ctx, req.Signal.GetMessageId()); err != nil {
		return outcome.NewUnknown(err.Error())
	}
	return outcome.Accept("")
}

// FindMessage asks the url and reports that the vendor surely has no such message.
func (c channel) FindMessage(ctx context.Context, req provider.FindRequest) provider.FindResult {
	if err := c.ask(ctx, req.DeliveryID); err != nil {
		return provider.FindResult{Cause: err.Error()}
	}
	return provider.FindResult{NotFound: true}
}

// webhookURL is the WebhookURL of the channel that was opened last.
var webhookURL atomic.Value

// HandleWebhook replies with the body and the URL for webhooks, and ends the process if the body says so.
func (account) HandleWebhook(_ context.Context, req provider.WebhookRequest) provider.WebhookResponse {
	if string(req.Body) == "exit" {
		os.Exit(7)
	}
	return provider.WebhookResponse{Authenticated: true, Reply: provider.WebhookReply{Body: fmt.Appendf(nil, "%s %s", req.Body, webhookURL.Load())}}
}
