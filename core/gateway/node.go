// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/wahost/wahost/core/gateway/cluster"
	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// process names this process among those that join as the same node. It is greater than the names of earlier ones.
var process = ids.New().String()

// join makes the gateway a node of its store, if several gateways may use that.
func (g *Gateway) join(ctx context.Context) (err error) {
	c, ok := g.store.(store.Cluster)
	if !ok {
		return nil
	}
	g.member, err = cluster.Join(ctx, cluster.Options{Store: c, Name: g.options.Node, Holder: process, InDoubt: g.metrics.InDoubt, Log: g.log.Named("node")})
	return err
}

// lost is closed when another node has ended this one.
func (g *Gateway) lost() <-chan struct{} {
	if g.member == nil {
		return nil
	}
	return g.member.Lost()
}

// workers returns what the gateway does as a node.
func (g *Gateway) workers() []cluster.Worker {
	if g.told == nil {
		return []cluster.Worker{g.engine}
	}
	return []cluster.Worker{g.engine, g.told}
}

// webhookPrefix makes the name of a part from that of a webhook.
const webhookPrefix = "webhook/"

// webhookParts calls the webhooks that the node has. It applies changes in the background, since the end of a webhook waits for a request
// that is under way. It is safe for concurrent use.
type webhookParts struct {
	*outbound.Manager
	store store.Retries
	// endpoints returns all webhooks of the store, also those that want no more.
	endpoints func(ctx context.Context) ([]outbound.Endpoint, error)
	// every is set if the gateway has its store for itself.
	every bool

	applying sync.Mutex
	changes  sync.WaitGroup

	mu     sync.Mutex
	closed bool
	// has are the webhooks of the node, and running those that may be called.
	has, running map[string]bool
}

// Parts implements cluster.Worker.
func (w *webhookParts) Parts(ctx context.Context) (map[string]string, error) {
	all, err := w.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	parts := map[string]string{}
	for i := range all {
		name := webhookPrefix + all[i].Name
		parts[name] = name
	}
	return parts, nil
}

// Have implements cluster.Worker.
func (w *webhookParts) Have(_ context.Context, parts []string) (busy []string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.has = map[string]bool{}
	for _, p := range parts {
		w.has[strings.TrimPrefix(p, webhookPrefix)] = true
	}
	for name := range w.running {
		if !w.has[name] {
			busy = append(busy, webhookPrefix+name)
		}
	}
	if !w.closed {
		w.changes.Go(func() {
			if w.applying.TryLock() { // otherwise the next renewal does it
				defer w.applying.Unlock()
				_ = w.applyNow(context.Background()) // the next renewal tries again
			}
		})
	}
	return busy, nil
}

// Endpoints implements adminapi.Endpoints.
func (w *webhookParts) Endpoints(ctx context.Context) ([]outbound.Endpoint, error) {
	return w.endpoints(ctx)
}

// Changed implements adminapi.Endpoints: the webhooks that are called are those of the configuration and of subscriptions that want more.
func (w *webhookParts) Changed(ctx context.Context) error {
	w.applying.Lock()
	defer w.applying.Unlock()
	return w.applyNow(ctx)
}

func (w *webhookParts) applyNow(ctx context.Context) error {
	all, err := w.Endpoints(ctx)
	if err != nil {
		return err
	}
	disabled, err := w.store.Disabled(ctx)
	if err != nil {
		return err
	}
	replays, err := w.store.Replays(ctx)
	if err != nil {
		return err
	}
	var chosen []outbound.Endpoint
	running := map[string]bool{}
	w.mu.Lock()
	for _, e := range all {
		if _, unwanted := disabled[e.Name]; !unwanted && (w.every || w.has[e.Name]) {
			e.Replays = replays[e.Name]
			chosen = append(chosen, e)
			running[e.Name] = true
		}
	}
	if w.running == nil {
		w.running = map[string]bool{}
	}
	maps.Copy(w.running, running)
	w.mu.Unlock()
	w.Apply(chosen)
	w.mu.Lock()
	w.running = running
	w.mu.Unlock()
	return nil
}

// close waits for changes that are being applied. The manager was closed before, so none begins.
func (w *webhookParts) close() {
	if w == nil {
		return
	}
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.changes.Wait()
}
