// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// foundAs returns a hook that replaces the result of a lookup with nothing about the message.
func foundAs(change func(r *vendorhttp.Response, req provider.FindRequest) *provider.FindResult) func(context.Context, *channel, provider.FindRequest, *vendorhttp.Response, provider.FindResult) provider.FindResult {
	return func(_ context.Context, _ *channel, req provider.FindRequest, r *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.Event != nil || result.NotFound {
			return result
		}
		if other := change(r, req); other != nil {
			return *other
		}
		return result
	}
}

// overEvent returns a hook that changes what a lookup found.
func overEvent(change func(*provider.Event)) func(context.Context, *channel, provider.FindRequest, *vendorhttp.Response, provider.FindResult) provider.FindResult {
	return func(_ context.Context, _ *channel, _ provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.Event != nil {
			change(result.Event)
		}
		return result
	}
}

// assumed is a status that nobody told.
func assumed(req provider.FindRequest) *provider.FindResult {
	return &provider.FindResult{Event: &provider.Event{ID: "assumed", Correlation: provider.Correlation{ProviderMessageID: req.ProviderMessageID},
		DeliveryStatus: &provider.DeliveryStatus{Status: outcome.StatusAccepted}}}
}

// lookupMutants have a defect in lookups.
var lookupMutants = []Mutant{
	{Name: "lookup-stuck-at-accepted", Defect: "every message that is found is accepted", found: overEvent(func(e *provider.Event) {
		e.DeliveryStatus.Status, e.DeliveryStatus.Error = outcome.StatusAccepted, nil
	})},
	{Name: "lookup-drops-the-id", Defect: "a message that is found has no id", found: overEvent(func(e *provider.Event) {
		e.Correlation.ProviderMessageID = ""
	})},
	{Name: "lookup-changes-the-id", Defect: "the id of a message that is found has no prefix", found: overEvent(func(e *provider.Event) {
		e.Correlation.ProviderMessageID = strings.TrimPrefix(e.Correlation.ProviderMessageID, "acme-")
	})},
	{Name: "lookup-needs-the-id", Defect: "without the vendor's id a message is not found", found: func(_ context.Context, _ *channel, req provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if req.ProviderMessageID == "" {
			return provider.FindResult{NotFound: true}
		}
		return result
	}},
	{Name: "lookup-never-sure", Defect: "no answer of the vendor proves that it does not have a message", found: func(_ context.Context, _ *channel, _ provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.NotFound {
			return provider.FindResult{Cause: "acme has no such message"}
		}
		return result
	}},
	{Name: "lookup-invents-a-message", Defect: "a message that the vendor does not have is found", found: func(_ context.Context, _ *channel, req provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.NotFound {
			return *assumed(req)
		}
		return result
	}},
	{Name: "lookup-failure-as-missing", Defect: "a lookup that failed says that the message was not accepted", found: foundAs(func(*vendorhttp.Response, provider.FindRequest) *provider.FindResult {
		return &provider.FindResult{NotFound: true}
	})},
	{Name: "lookup-404-as-missing", Defect: "every answer with status 404 says that the message was not accepted", found: foundAs(func(r *vendorhttp.Response, _ provider.FindRequest) *provider.FindResult {
		if r != nil && r.Status == http.StatusNotFound {
			return &provider.FindResult{NotFound: true}
		}
		return nil
	})},
	{Name: "lookup-failure-as-accepted", Defect: "an answer with status 200 says that the message was accepted, whatever is in it", found: foundAs(func(r *vendorhttp.Response, req provider.FindRequest) *provider.FindResult {
		if r != nil && r.Status == http.StatusOK {
			return assumed(req)
		}
		return nil
	})},
	{Name: "lookup-sends-again", Defect: "a lookup sends a message", found: func(ctx context.Context, c *channel, req provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		c.Send(ctx, provider.SendRequest{DeliveryID: req.DeliveryID, To: req.To, Message: &message.Message{
			Type: message.KindText, Text: &message.Text{Body: "Did you get my message?"},
		}})
		return result
	}},
	{Name: "serves-undeclared-lookup", Defect: "lookup is not declared but served", tamper: withdraw("lookup"),
		withdraws: func(c *capability.Capabilities) { c.Lookup = false }},
	{Name: "shows-another-lookup", Defect: "lookup is declared by the channel and not before", tamper: sent("GetMetadataResponse", func(m protoreflect.Message) {
		caps := sub(m, "default_capabilities")
		caps.Clear(field(caps, "lookup"))
	})},
}
