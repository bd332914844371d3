// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/cluster"
	"github.com/wahost/wahost/core/gateway/counts"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/inbound"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/metrics"
	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/tracing"
)

// Options are what a gateway is made of.
type Options struct {
	// Dir is the folder of the configuration, which the path of the store is relative to.
	Dir string
	// Node is the name of the gateway among those that share a store. It is not used with a store of one gateway.
	Node string
	// Config is the configuration. Its Gateway is not nil.
	Config *config.Config
	// Dispatcher sends messages. The gateway ends it.
	Dispatcher engine.Dispatcher
	// Hooks is where vendors reach the gateway, as OpenHooks returned it, and Providers read their requests. Without Providers the
	// gateway takes no webhooks of vendors.
	Hooks     *Hooks
	Providers inbound.Providers
	// Channels carry read receipts and list templates. Without them, which may be nil, the gateway does neither.
	Channels Channels
	// Processes returns the providers as they run, for people. It may be nil.
	Processes func(ctx context.Context) []adminapi.Process
	// Doors are those of the gateway whose place this one takes, as its Doors returned them. Nil stands for new ones.
	Doors *Doors
	// Reload reads the configuration again, for requests to do so. It may be nil.
	Reload adminapi.Reload
	// Tracer tells about messages. It may be nil.
	Tracer *tracing.Tracer
	// FirstKey is the key that a gateway without keys made before. The zero Token stands for a new one.
	FirstKey keys.Token
	// Log may be nil.
	Log hclog.Logger

	// subscribedNetworks are networks that are not public and that subscribed URLs may lead to, in tests.
	subscribedNetworks []netip.Prefix
}

// Gateway serves until Run returns.
type Gateway struct {
	options Options
	log     hclog.Logger
	store   store.Store
	// member is nil if the store is that of one gateway.
	member   *cluster.Member
	engine   *engine.Engine
	policies *policies
	doors    *Doors
	// webhooks is nil if the configuration has none, and uploads is nil without a public URL.
	webhooks *outbound.Manager
	told     *webhookParts
	uploads  *uploads
	api      *adminapi.Server
	metrics  *metrics.Metrics
	counts   *counts.Counts
	shared   *shared
	// endPurges ends the removal of old messages. It is nil before it has begun.
	endPurges func()
	// stopping is set when the gateway is ending, and replaced when another one takes its place.
	stopping, replaced atomic.Bool

	// InDoubt is the number of messages that an earlier gateway process may have sent, and whose outcome it did not record.
	InDoubt int
	// FirstKey is a key that is valid until the gateway ends. It is the zero Token if the configuration has keys.
	FirstKey keys.Token
}

// Start opens the store, takes over what is in it and begins to send, and serves. The caller must call Run.
//
// The error is a *sqlite.InUseError if another gateway uses the store, and a *KeylessError if the configuration needs a key.
func Start(ctx context.Context, o Options) (*Gateway, error) {
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	g := &Gateway{options: o, log: o.Log, doors: o.Doors}
	if o.Doors != nil {
		g.shared = o.Doors.shared
	} else {
		g.shared = &shared{}
		g.shared.metrics = metrics.New(g.shared.state)
	}
	g.metrics = g.shared.metrics
	if err := g.start(ctx); err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

func (g *Gateway) start(ctx context.Context) error {
	c := g.options.Config.Gateway
	all, err := g.keys(c)
	if err != nil {
		return err
	}
	source := keys.NewSet(all...)
	if g.policies, err = newPolicies(c); err != nil {
		return err
	}
	if g.store, err = openStore(ctx, g.options.Dir, c.Store); err != nil {
		return err
	}
	g.counts = counts.New(g.store)
	if err := g.join(ctx); err != nil {
		return err
	}
	sender := &linking{Dispatcher: g.options.Dispatcher}
	known := newNumbers(c)
	o := cloudapi.Options{Keys: source, Uses: &g.shared.uses, Numbers: known, Accepter: accepter{g}, PublicURL: c.PublicURL, Observer: g.metrics, Log: g.log.Named("cloudapi")}
	if c.PublicURL != "" {
		// Vendors fetch uploads from the gateway, so it must have an address that they can reach.
		if g.uploads, err = openUploads(filesPath(g.options.Dir, c), g.log); err != nil {
			return err
		}
		o.Media, o.Links, sender.uploads = g.uploads.folder, g.uploads.links, g.uploads
	}
	g.addChannels(&o, known)
	subscribed := &subscriptions{store: g.store, keys: source, numbers: known}
	client := outbound.NewClient(outbound.Guard{Allow: g.options.subscribedNetworks}, outbound.Timeout)
	o.Subscriptions = subscribed
	o.Challenge = func(ctx context.Context, url, token string) error { return outbound.Challenge(ctx, client, url, token) }
	front := cloudapi.New(o)
	sender.front = front
	g.engine, g.InDoubt, err = engine.Start(ctx, engine.Options{
		Store: g.store, Dispatcher: sender, Config: g.options.Config, Policy: g.policies.of, Limiter: &g.shared.limiter, Sent: g.metrics.Sent,
		Attempted: g.attempted, Waiting: g.waiting, Member: g.member, Log: g.log.Named("engine"),
	})
	if err != nil {
		return err
	}
	g.metrics.InDoubt(g.InDoubt)
	if g.InDoubt > 0 {
		g.log.Warn("the gateway had ended without recording the outcome of messages: they are unknown, and not sent again", "messages", g.InDoubt)
	}
	front.Planner, front.Taker = g.engine, g.engine
	if g.options.Tracer.On() {
		front.Planner = tracedPlanner{g.engine, g.options.Tracer}
	}
	if err := g.startWebhooks(ctx, c, subscribed); err != nil {
		return err
	}
	if g.member != nil {
		if err := g.member.Start(ctx, g.workers()...); err != nil {
			return err
		}
	}
	hooks, err := g.hooks()
	if err != nil {
		return err
	}
	g.startAPI(g.options.Config, front, hooks, all)
	g.shared.running.Store(g)
	if g.doors == nil {
		if g.doors, err = openDoors(ctx, c.Listen, c.AdminListen, g.shared, g.log.Named("http")); err != nil {
			return err
		}
	}
	g.startPurges(c.KeepMessages)
	g.doors.front.serve(hooks.before(g.withAPI(front)))
	g.doors.admin.serve(g.health())
	return nil
}

// addChannels lets the front door pass signals on and list templates.
func (g *Gateway) addChannels(o *cloudapi.Options, known *numbers) {
	if g.options.Channels == nil {
		return
	}
	o.Signals = signals{g.options.Config, g.options.Channels, g.store}
	o.Templates = &templates{config: g.options.Config, numbers: known, channels: g.options.Channels, log: g.log.Named("templates")}
}

// Addr returns the address of the front door, and AdminAddr that of health checks.
func (g *Gateway) Addr() net.Addr { return g.doors.front.listener.Addr() }

// AdminAddr returns the address of health checks.
func (g *Gateway) AdminAddr() net.Addr { return g.doors.admin.listener.Addr() }
