// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"errors"
	"fmt"
	"slices"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/template"
)

// CheckReload returns why a gateway with another configuration cannot take the place of this one, or nil.
func (g *Gateway) CheckReload(c *config.Config) error {
	if c.Gateway == nil {
		return errors.New("the configuration has no gateway block any more")
	}
	was := g.options.Config.Gateway
	for _, fixed := range []struct{ name, was, is string }{
		{"listen", was.Listen, c.Gateway.Listen}, {"admin_listen", was.AdminListen, c.Gateway.AdminListen}, {"store", was.Store, c.Gateway.Store},
	} {
		if fixed.was != fixed.is {
			return fmt.Errorf("%s cannot change while the gateway runs: end it and start it again", fixed.name)
		}
	}
	if _, err := newPolicies(c.Gateway); err != nil {
		return err
	}
	_, err := (&Gateway{}).keys(c.Gateway)
	return err
}

// Reloaded counts an attempt to read the configuration again. The error is nil if it is used.
func (g *Gateway) Reloaded(err error) { g.metrics.Reloaded(err) }

// Changes describes what another configuration adds and removes, in words. What has the same name in both may differ all the same.
func (g *Gateway) Changes(is *config.Config) []string {
	was := g.options.Config
	var all []string
	compare := func(what string, names func(*config.Config) []string) {
		old, now := names(was), names(is)
		for _, name := range now {
			if !slices.Contains(old, name) {
				all = append(all, "added "+what+" "+name)
			}
		}
		for _, name := range old {
			if !slices.Contains(now, name) {
				all = append(all, "removed "+what+" "+name)
			}
		}
	}
	compare("provider configuration", func(c *config.Config) []string {
		return each(c.Providers, func(p config.Provider) string { return p.ID })
	})
	compare("channel", func(c *config.Config) []string {
		return each(c.Channels, func(ch config.Channel) string { return ch.Addr.String() })
	})
	compare("route", func(c *config.Config) []string {
		return each(c.Routes, func(r config.Route) string { return r.Name })
	})
	compare("template", func(c *config.Config) []string {
		return each(c.Templates, func(t template.Template) string { return t.Name })
	})
	compare("sender", func(c *config.Config) []string {
		return each(c.Gateway.Senders, func(s config.GatewaySender) string { return s.ID })
	})
	compare("api_key", func(c *config.Config) []string {
		return each(c.Gateway.Keys, func(k config.GatewayKey) string { return k.Name })
	})
	compare("webhook", func(c *config.Config) []string {
		return each(c.Gateway.Webhooks, func(w config.GatewayWebhook) string { return w.Name })
	})
	return all
}

func each[T any](list []T, name func(T) string) []string {
	names := make([]string, 0, len(list))
	for _, one := range list {
		names = append(names, name(one))
	}
	return names
}
