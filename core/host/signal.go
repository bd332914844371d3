// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// SendSignal sends a signal over one channel and returns its result. The address of to, the sender of the inbound message, is
// empty if it is not known. SendSignal needs a Start without errors.
func (h *Host) SendSignal(ctx context.Context, ch addr.Channel, signal *message.Signal, to message.Recipient) dispatch.Result {
	return dispatch.SendSignal(ctx, h.pool, h.options.Dispatch, ch, signal, to)
}

// LookupMessage asks the vendor of a channel what became of an attempt. The channel must declare lookup.
func (h *Host) LookupMessage(ctx context.Context, ch addr.Channel, req provider.FindRequest) (provider.FindResult, error) {
	return h.pool.LookupMessage(ctx, ch, req)
}

// SetWebhookURL tells at which URL the vendor of each channel reaches the webhooks that are passed to HandleWebhooks; "" stands for none.
// Providers may give it to their vendors. It is called before Start.
func (h *Host) SetWebhookURL(url func(ch addr.Channel) string) { h.webhookURL = url }

// HandleWebhooks passes requests of a vendor to a provider configuration, such as "innopaas.eu", and returns one response for each.
// It changes nothing, so it may be repeated after an error. It needs a Start without errors.
func (h *Host) HandleWebhooks(ctx context.Context, providerID string, requests []provider.WebhookRequest) ([]provider.WebhookResponse, error) {
	return h.pool.HandleWebhooks(ctx, providerID, requests)
}
