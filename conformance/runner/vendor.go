// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"net/url"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
)

// startEmulator starts the emulator that belongs to the process of a station.
func (s *station) startEmulator() (err error) {
	s.ownEmu = true
	s.emu, err = s.run.emulate(emulator.Options{}, true)
	return err
}

// StartEmulator starts an emulator whose requests are recorded. Without a seed of its own it gets the seed of the run,
// and so the same secrets.
func (r *runner) StartEmulator(o emulator.Options) (*emulator.Server, error) {
	return r.emulate(o, false)
}

// emulate starts an emulator. In an isolated run it is at the vendor's production endpoint if own is set, and otherwise at a host
// beside it.
func (r *runner) emulate(o emulator.Options, own bool) (*emulator.Server, error) {
	if o.Seed == 0 {
		o.Seed = r.options.Seed
	}
	o.Production = true
	if r.worlds != nil {
		site, err := r.worlds.Site(r.endpoint(), own)
		if err != nil {
			return nil, environment("%w", err)
		}
		o.Site, o.Authority = site, r.authority
		if o.TLS == emulator.CertNone {
			o.TLS, o.OnlyHTTP1 = emulator.CertValid, true
		}
	}
	d := r.facts.Dialect
	tell := o.OnExchange
	o.OnExchange = func(x emulator.Exchange) {
		route := d.Route(x.Route)
		r.ledger.take(x, route != nil && !route.RecipientAt.IsZero() && !x.Signal)
		if tell != nil {
			tell(x)
		}
	}
	o.OnToken = func(token string) { r.secrets.Add(token) }
	// The emulator ends by Close alone: what is still in flight when a run is interrupted may need it.
	emu, err := emulator.Start(context.WithoutCancel(r.ctx), d, o)
	if err != nil {
		return nil, environment("%w", err)
	}
	return emu, nil
}

// endpoint returns the base URL of the vendor's API in production: the default of the provider's argument. A provider without one
// gets a URL as its operator could set it.
func (r *runner) endpoint() string {
	s := r.facts.Schema.Provider
	if name := s.Endpoint(); name != "" {
		if a, ok := s.Attribute(name); ok && !a.Default.IsNull() && a.Default.IsKnown() {
			if u, err := url.Parse(a.Default.AsString()); err == nil && u.Scheme == "https" && u.Hostname() != "" && u.Port() == "" {
				return a.Default.AsString()
			}
		}
	}
	return "https://api." + r.facts.Dialect.Name + ".com"
}

// World returns a new world for a process of the provider, or nil if the run is not isolated.
func (r *runner) World(emu *emulator.Server, o isolation.WorldOptions) (*isolation.World, error) {
	if r.worlds == nil {
		return nil, nil
	}
	if emu != nil {
		o.Vendor, _ = emu.Site().(*isolation.Site)
	}
	w, err := r.worlds.World(o)
	if err != nil {
		return nil, environment("%w", err)
	}
	return w, nil
}
