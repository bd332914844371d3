// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"fmt"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/sdk/message"
)

// routesOf returns the routes of a configuration for the gateway's own API.
func routesOf(c *config.Config) (all []adminapi.Route) {
	for _, r := range c.Routes {
		v := adminapi.Route{Name: r.Name, Strategy: string(r.Strategy), Match: matchWords(r.Match), Condition: r.Condition, Channels: r.Channels, Weights: r.Weights}
		for _, reason := range r.FallbackOn {
			v.FallbackOn = append(v.FallbackOn, string(reason))
		}
		v.Takes = func(name, category string) bool {
			m := r.Match
			return (m.Kinds == nil || m.Kinds.Has(message.KindTemplate)) && (m.Categories == nil || m.Categories.Has(category)) && (m.Templates == nil || m.Templates.Has(name))
		}
		all = append(all, v)
	}
	return all
}

// matchWords returns what a route requires, in words. Recipients are counted, since they are phone numbers.
func matchWords(m config.Match) []string {
	words := []string{}
	for _, part := range []struct {
		name string
		set  config.Set
	}{{"category", m.Categories}, {"country", m.Countries}, {"kind", m.Kinds}, {"template", m.Templates}} {
		if part.set != nil {
			words = append(words, part.name+" "+strings.Join(part.set.Sorted(), " or "))
		}
	}
	if m.Recipients != nil {
		words = append(words, fmt.Sprintf("recipient one of %d", len(m.Recipients)))
	}
	return words
}
