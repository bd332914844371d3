// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"io"
	"net/http"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/counts"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/inbound"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/meter"
	"github.com/wahost/wahost/core/gateway/metrics"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// Store is what the API reads.
type Store interface {
	store.Admin
	store.Campaigns
	store.Retries
	Get(ctx context.Context, id ids.ID) (*store.Life, error)
	Notices(ctx context.Context, after store.Position, n int) ([]store.Notice, error)
}

// Engine is what the API changes. *engine.Engine is one.
type Engine interface {
	Command(ctx context.Context, c *store.Command) (*store.Commanded, error)
	Plan(ctx context.Context, n *store.NewMessage, m *message.Message) (*outcome.Rejected, error)
	Check(ctx context.Context, n *store.NewMessage, m *message.Message) (*outcome.Rejected, error)
	Explain(ctx context.Context, n *store.NewMessage, m *message.Message) (route.Decision, *outcome.Rejected, error)
	Erase(ctx context.Context, by store.Actor, address string) (*store.Erasure, error)
	Set(ctx context.Context, by store.Actor, changes []store.Setting) (int, error)
	CreateCampaign(ctx context.Context, by store.Actor, c *store.Campaign) (has *store.Campaign, created bool, err error)
	ChangeCampaign(ctx context.Context, by store.Actor, name string, change store.CampaignChange) (*store.Campaign, error)
	Lanes() map[string]engine.Lane
	Offer(n *store.NewMessage, m *message.Message)
	Snapshot() *catalog.Snapshot
}

// Door lets requests in. *cloudapi.Server is one, so that keys, rates and limits are those of the front door.
type Door interface {
	// Admit returns the key of a request. The error is a *graph.Error if the caller is at fault.
	Admit(r *http.Request) (*keys.Key, error)
	// Body reads the body of a request. The error is a *graph.Error.
	Body(w http.ResponseWriter, r *http.Request) ([]byte, error)
	// Upload returns the body of a request to be read while it comes, up to a number of bytes. The errors of the reader are *graph.Error as
	// well.
	Upload(w http.ResponseWriter, r *http.Request, limit int64) (io.Reader, error)
}

// Channel is a channel of the configuration.
type Channel struct {
	// Address is the address, such as "innopaas.main", and Provider its provider configuration.
	Address, Provider string
}

// Route is a route of the configuration.
type Route struct {
	Name, Strategy string
	// Match is what a message must be, in words, and Condition the source of the condition. Each may be empty.
	Match     []string
	Condition string
	// FallbackOn are the reasons of a rejection after which the next channel is tried.
	FallbackOn []string
	Channels   []addr.Channel
	// Weights has one for each channel, or is nil.
	Weights []int
	// Takes reports whether the route may take a template with a name and a category.
	Takes func(name, category string) bool
}

// Options are the parts of a Server.
type Options struct {
	Store  Store
	Counts *counts.Counts
	Engine Engine
	Door   Door
	// Accepter records new messages. *store.Store is one.
	Accepter  cloudapi.Accepter
	Endpoints Endpoints
	// Refused returns how many webhooks of vendors were refused, and the last of them. It may be nil.
	Refused func() (total int, last []inbound.Refusal)
	// Tables reads CSV files. It may be nil.
	Tables Tables
	// Reload reads the configuration again. Without it, which may be nil, no request can ask for that.
	Reload Reload
	// Numbers are the phone number ids of the senders, and Channels the channels, in the order of the configuration.
	Numbers  []string
	Channels []Channel
	// Routes and Templates are those of the configuration, and Keys the keys of the gateway.
	Routes    []Route
	Templates []template.Template
	Keys      []*keys.Key
	// Uses knows when keys were used. It may be nil.
	Uses *keys.Uses
	// Meter is what the gateway did lately. It may be nil.
	Meter *meter.Meter
	// Latency returns how long attempts took, by channel. It may be nil.
	Latency func() map[string]metrics.Histogram
	// Windows returns how many requests to vendors the open channels may have under way. It may be nil.
	Windows func() map[addr.Channel]Window
	// Processes returns the providers as they run. It may be nil.
	Processes func(ctx context.Context) []Process
	// VendorTemplates returns the templates that the vendor of a channel lists. It may be nil.
	VendorTemplates func(ctx context.Context, ch addr.Channel) ([]provider.TemplateInfo, error)
	// Log gets errors of the gateway's own. It may be nil.
	Log hclog.Logger
}
