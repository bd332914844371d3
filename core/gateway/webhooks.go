// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/metrics"
	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/tracing"
)

// startWebhooks tells applications what becomes of their messages. An endpoint that answered that it wants no more is asked again when
// the only gateway of a store starts. One that may not be the only one does not decide that for the others.
func (g *Gateway) startWebhooks(ctx context.Context, c *config.Gateway, subscribed *subscriptions) error {
	log := g.log.Named("webhooks")
	if g.member == nil {
		disabled, err := g.store.Disabled(ctx)
		for endpoint := range disabled {
			err = errors.Join(err, g.store.Disable(ctx, endpoint, ""))
		}
		if err != nil {
			return err
		}
	}
	guards := map[string]outbound.Guard{}
	fixed := make([]outbound.Endpoint, 0, len(c.Webhooks))
	for _, w := range c.Webhooks {
		guards[w.Name] = outbound.Guard{Allow: w.Networks}
		fixed = append(fixed, outbound.Endpoint{Name: w.Name, URL: w.URL, Secrets: w.Secrets, Events: w.Events, Numbers: w.Senders})
	}
	g.webhooks = outbound.NewManager(func(e outbound.Endpoint) outbound.Options {
		guard, ok := guards[e.Name]
		if !ok {
			guard.Allow = g.options.subscribedNetworks
		}
		return outbound.Options{
			Endpoint: e, Log: outbound.StatusLog{Store: g.store}, Retries: outbound.StatusRetries{Store: g.store}, Numbers: newNumbers(c),
			Client: outbound.NewClient(guard, outbound.Timeout), Observer: webhookLog{log, g.metrics, g.options.Tracer},
		}
	}, func(endpoint string, err error) {
		log.Warn("an application gets no more webhooks until it is enabled by the API, or with an SQLite store until the gateway starts again", "webhook", endpoint, "reason", err)
	})
	g.told = &webhookParts{Manager: g.webhooks, store: g.store, every: g.member == nil, endpoints: func(ctx context.Context) ([]outbound.Endpoint, error) {
		more, err := subscribed.endpoints(ctx)
		return slices.Concat(fixed, more), err
	}}
	subscribed.changed = g.told.Changed
	return g.told.Changed(ctx)
}

// webhookLog logs webhooks that were not taken, without what they are about, and counts all.
type webhookLog struct {
	log     hclog.Logger
	metrics *metrics.Metrics
	tracer  *tracing.Tracer
}

// Posted logs a failed attempt.
func (l webhookLog) Posted(endpoint string, n *outbound.Notice, status int, took time.Duration, err error) {
	l.metrics.Posted(endpoint, n, status, took, err)
	tracePosted(l.tracer, endpoint, n, status, took, err)
	if err != nil {
		l.log.Debug("a webhook was not taken", "webhook", endpoint, "status", status, "took", took, "error", err)
	}
}

// Trouble logs an error of the store.
func (l webhookLog) Trouble(endpoint string, err error) {
	l.log.Error("what became of webhooks cannot be recorded", "webhook", endpoint, "error", err)
}

// Sender returns how a number is written in webhooks.
func (n *numbers) Sender(id string) (display, account string) {
	number := n.byID[id]
	return number.Display, number.Account
}
