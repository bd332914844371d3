// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// EnvNull is the environment variable with the name of the null provider that the binary wahost-provider-null runs as.
const EnvNull = "WAHOST_NULL"

// Nulls returns the names of the null providers. Each name is what the provider does instead of sending.
func Nulls() []string {
	return []string{"always-error", "always-ok", "crash-on-send", "hang"}
}

// Null returns the null provider with a name. It declares everything that acme supports and sends nothing. Null returns
// false if there is no such provider.
func Null(name string) (provider.Provider, bool) {
	return &null{acme{mutant: &Mutant{}}, name}, slices.Contains(Nulls(), name)
}

type null struct {
	acme
	name string
}

func (n *null) Configure(ctx context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	made, diags := n.acme.Configure(ctx, req)
	if a, ok := made.(*account); ok {
		return nullAccount{a, n.name}, diags
	}
	return nil, diags
}

type nullAccount struct {
	*account
	name string
}

func (a nullAccount) OpenChannel(ctx context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	made, diags := a.account.OpenChannel(ctx, req)
	if c, ok := made.(*channel); ok {
		return nullChannel{c, a.name}, diags
	}
	return nil, diags
}

// HandleWebhook answers every webhook in the same way as messages.
func (a nullAccount) HandleWebhook(ctx context.Context, _ provider.WebhookRequest) provider.WebhookResponse {
	switch a.name {
	case "always-ok":
		return provider.WebhookResponse{Authenticated: true}
	case "hang":
		<-ctx.Done()
	case "crash-on-send":
		os.Exit(3)
	}
	return provider.WebhookResponse{Problem: "refused"}
}

type nullChannel struct {
	*channel
	name string
}

func (c nullChannel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	return c.SendGroup(ctx, provider.GroupRequest{Deliveries: []message.Delivery{{DeliveryID: req.DeliveryID, To: req.To}}})[0]
}

func (c nullChannel) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	switch c.name {
	case "crash-on-send":
		os.Exit(3)
	case "hang":
		<-ctx.Done()
		return each(req.Deliveries, outcome.NewUnknown("cancelled"))
	case "always-ok":
		var out []outcome.Outcome
		for _, d := range req.Deliveries {
			o := outcome.Accept("null-" + strconv.FormatInt(sequence.Add(1), 10))
			o.DeliveryID, o.Attempts = d.DeliveryID, 1
			out = append(out, o)
		}
		return out
	}
	return each(req.Deliveries, outcome.Reject(outcome.ReasonVendorRejected, "", "refused"))
}

// SendSignal answers every signal in the same way as messages.
func (c nullChannel) SendSignal(ctx context.Context, _ provider.SignalRequest) outcome.Outcome {
	o := c.SendGroup(ctx, provider.GroupRequest{Deliveries: make([]message.Delivery, 1)})[0]
	o.DeliveryID = ""
	return o
}

// refuse returns the rejection of a call of an optional power, or nil if it succeeds.
func (c nullChannel) refuse(ctx context.Context) *outcome.Rejected {
	o := c.SendSignal(ctx, provider.SignalRequest{})
	if o.Accepted != nil {
		return nil
	}
	return outcome.Reject(outcome.ReasonVendorRejected, "", "refused").Rejected
}

// FindMessage never knows anything, or says that no message arrived.
func (c nullChannel) FindMessage(ctx context.Context, _ provider.FindRequest) provider.FindResult {
	if c.refuse(ctx) != nil {
		return provider.FindResult{Cause: "refused"}
	}
	return provider.FindResult{NotFound: true}
}

// UploadMedia uploads nothing.
func (c nullChannel) UploadMedia(ctx context.Context, _ provider.Media) (provider.UploadedMedia, *outcome.Rejected) {
	return provider.UploadedMedia{ID: "null"}, c.refuse(ctx)
}

// FetchMedia returns no bytes.
func (c nullChannel) FetchMedia(ctx context.Context, _ string) (provider.Media, *outcome.Rejected) {
	return provider.Media{MIMEType: "image/png", Content: io.NopCloser(strings.NewReader(""))}, c.refuse(ctx)
}

// ListTemplates lists nothing.
func (c nullChannel) ListTemplates(ctx context.Context, _ string) (provider.TemplatePage, *outcome.Rejected) {
	return provider.TemplatePage{}, c.refuse(ctx)
}
