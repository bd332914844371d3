// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"net/url"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// routesPage is what the page about the routes shows.
type routesPage struct {
	layout
	adminapi.RoutesState
	Picture *picture
}

// Rate returns how many attempts a channel of a route had each second.
func (p *routesPage) Rate(c adminapi.RouteChannel) string { return perSecond(c.Attempts, p.Seconds) }

func (v *visit) routes() error {
	routes, err := ask[adminapi.RoutesState](v, http.MethodGet, "routes", nil, nil)
	if err != nil {
		return err
	}
	return v.render("routes", &routesPage{v.layout("Routes", "routes"), routes, draw(&routes, nil)})
}

// templatesPage is what the page about templates shows.
type templatesPage struct {
	layout
	Templates []adminapi.TemplateState
	// Compared is set if the vendors were asked.
	Compared bool
}

// Mismatches returns how many things do not fit.
func (p *templatesPage) Mismatches() (n int) {
	for _, t := range p.Templates {
		for _, c := range t.Channels {
			n += len(c.Mismatches)
		}
	}
	return n
}

func (v *visit) templates() error {
	query := url.Values{}
	p := &templatesPage{layout: v.layout("Templates", "templates"), Compared: v.r.URL.Query().Get("vendors") != ""}
	if p.Compared {
		query.Set("vendors", "true")
	}
	found, err := ask[items[adminapi.TemplateState]](v, http.MethodGet, "templates", query, nil)
	if err != nil {
		return err
	}
	p.Templates = found.Items
	return v.render("templates", p)
}

// keysPage is what the page about the API keys shows.
type keysPage struct {
	layout
	Keys []adminapi.KeyState
}

func (v *visit) keys() error {
	found, err := ask[items[adminapi.KeyState]](v, http.MethodGet, "keys", nil, nil)
	if err != nil {
		return err
	}
	return v.render("keys", &keysPage{v.layout("Keys", "keys"), found.Items})
}
