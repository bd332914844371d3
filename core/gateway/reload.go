// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"errors"
	"fmt"

	"github.com/wahost/wahost/core/config"
)

// CheckReload returns why a gateway with another configuration cannot take the place of this one, or nil.
func (g *Gateway) CheckReload(c *config.Config) error {
	if c.Gateway == nil {
		return errors.New("the configuration has no gateway block any more")
	}
	was := g.options.Config.Gateway
	for _, fixed := range []struct{ name, was, is string }{
		{"listen", was.Listen, c.Gateway.Listen}, {"admin_listen", was.AdminListen, c.Gateway.AdminListen}, {"store", was.Store, c.Gateway.Store},
		{"the folder of the store", was.StoreFolder, c.Gateway.StoreFolder},
	} {
		if fixed.was != fixed.is {
			return fmt.Errorf("%s cannot change while the gateway runs: end it and start it again", fixed.name)
		}
	}
	if len(c.Gateway.Keys) == 0 && !g.FirstKey.Valid() {
		return errors.New("the configuration has no api_key block any more, so that no application could send: keep one. A gateway without keys makes one " +
			"when it starts, and shows it then")
	}
	if _, err := newPolicies(c.Gateway); err != nil {
		return err
	}
	_, err := (&Gateway{}).keys(c.Gateway)
	return err
}

// Reloaded counts an attempt to read the configuration again. The error is nil if it is used.
func (g *Gateway) Reloaded(err error) { g.metrics.Reloaded(err) }

// Changes returns the differences to another configuration.
func (g *Gateway) Changes(is *config.Config) []config.Change {
	return config.Diff(g.options.Config, is)
}
