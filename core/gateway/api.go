// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"
	"strings"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/keys"
)

// startAPI makes the gateway's own API, whose requests come through the front door.
func (g *Gateway) startAPI(c *config.Config, door *cloudapi.Server, vendors vendorDoor, all []*keys.Key) {
	o := adminapi.Options{
		Store: g.store, Counts: g.counts, Engine: g.engine, Door: door, Accepter: accepter{g}, Endpoints: g.told, Tables: g.newTables(), Reload: g.options.Reload,
		Routes: routesOf(c), Templates: c.Templates, Keys: all, Uses: &g.shared.uses, Meter: &g.shared.meter, Latency: g.metrics.Latency, Windows: g.windows,
		Processes: g.options.Processes, VendorTemplates: g.vendorTemplates(), Log: g.log.Named("api"),
	}
	if vendors.Server != nil {
		o.Refused = vendors.Refused
	}
	for _, sender := range c.Gateway.Senders {
		o.Numbers = append(o.Numbers, sender.ID)
	}
	for _, ch := range c.Channels {
		o.Channels = append(o.Channels, adminapi.Channel{Address: ch.Addr.String(), Provider: ch.ProviderID})
	}
	g.api = adminapi.New(o)
}

// windows returns how many requests to vendors the open channels may have under way.
func (g *Gateway) windows() map[addr.Channel]adminapi.Window {
	all := map[addr.Channel]adminapi.Window{}
	for a, w := range g.engine.Windows() {
		all[a] = adminapi.Window{Size: w.Size, Most: w.Most, UnderWay: w.UnderWay}
	}
	return all
}

// withAPI returns a handler that answers requests to the gateway's own API, and passes other requests on.
func (g *Gateway) withAPI(front http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, adminapi.Prefix) {
			g.api.ServeHTTP(w, r)
			return
		}
		front.ServeHTTP(w, r)
	})
}
