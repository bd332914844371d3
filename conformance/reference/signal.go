// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// signalPath is the path of acme's call for signals.
const signalPath = "/v1/signals"

func signals() []capability.Signal {
	return []capability.Signal{capability.SignalRead, capability.SignalTyping}
}

// Signals returns the signals that acme takes.
func (c *channel) Signals() []capability.Signal { return signals() }

// SendSignal makes one request.
func (c *channel) SendSignal(ctx context.Context, req provider.SignalRequest) outcome.Outcome {
	o := c.sendSignal(ctx, req)
	if m := c.account.mutant.signaled; m != nil {
		o = m(ctx, c, req, o)
	}
	return o
}

func (c *channel) sendSignal(ctx context.Context, req provider.SignalRequest) outcome.Outcome {
	content := map[string]any{"from": c.sender, "status": message.SignalStatusRead, "message_id": req.Signal.GetMessageId()}
	if req.Signal.GetTypingIndicator() != nil {
		content["typing"] = true
	}
	if req.To.Kind != "" {
		content["to"] = req.To.Address
	}
	if m := c.account.mutant.signal; m != nil {
		m(c, content)
	}
	body, err := json.Marshal(content)
	if err != nil {
		return invalid(err)
	}
	response, failure := c.account.post(ctx, vendorhttp.Request{
		Method: http.MethodPost, Path: signalPath, Body: body, ContentType: "application/json", Header: c.authorized(),
	})
	if failure != nil {
		return failure.Outcome()
	}
	o := c.signalTaken(response)
	o.Attempts = response.Attempts
	return o
}

// signalTaken returns the outcome of a signal. It is accepted only if the answer says so.
func (c *channel) signalTaken(r *vendorhttp.Response) outcome.Outcome {
	var a struct {
		Success bool         `json:"success"`
		Error   *vendorError `json:"error"`
	}
	switch err := json.Unmarshal(r.Body, &a); {
	case err != nil || a.Error == nil && (r.Status < 200 || r.Status > 299), a.Error != nil && unsure(r.Status):
		return vendorhttp.OutcomeForStatus(r)
	case a.Error != nil:
		return c.refusal(*a.Error, r)
	case !a.Success:
		return outcome.NewUnknown("acme's answer does not say that it took the signal")
	}
	return outcome.Accept("")
}

// unsure reports whether a status leaves open if acme acted on the request, whatever the body says.
func unsure(status int) bool { return status >= 500 && status != http.StatusServiceUnavailable }

// authorized returns the headers with the credentials. The client adds those of the third generation itself.
func (c *channel) authorized() http.Header {
	if c.account.api == apiV3 {
		return http.Header{}
	}
	return http.Header{"Authorization": {"Bearer " + c.account.key}}
}
