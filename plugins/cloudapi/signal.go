// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// Signals returns the signals that the Cloud API takes.
func (c *channel) Signals() []capability.Signal {
	return []capability.Signal{capability.SignalRead, capability.SignalTyping}
}

// SendSignal makes one request to the address of messages. The Cloud API finds the sender by the id of the message.
func (c *channel) SendSignal(ctx context.Context, req provider.SignalRequest) outcome.Outcome {
	body, err := message.MarshalSignal(req.Signal)
	if err != nil {
		return invalid(err)
	}
	response, failure := c.post(ctx, "/messages", body)
	if failure != nil {
		return failure.Outcome()
	}
	o := c.account.signalTaken(response)
	o.Attempts = response.Attempts
	return o
}

// signalTaken returns the outcome of a signal. It is accepted only if the answer says so.
func (a *account) signalTaken(r *vendorhttp.Response) outcome.Outcome {
	var body struct {
		Success bool        `json:"success"`
		Error   *graphError `json:"error"`
	}
	switch read := decode(r, &body); {
	case read && body.Error != nil:
		return a.refusal(*body.Error, r)
	case !read || r.Status < 200 || r.Status > 299:
		return vendorhttp.OutcomeForStatus(r)
	case !body.Success:
		return outcome.NewUnknown("the answer of the Cloud API does not say that it took the signal")
	}
	return outcome.Accept("")
}
