// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/suggest"
)

// graphFormats are the languages in which a graph is drawn.
var graphFormats = []string{"dot", "mermaid"}

// Graph returns the command `wahost graph`.
func Graph(a *cli.App) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "graph",
		Short: "Draw the routes, their channels and the vendors behind them",
		Long: `Draw the routes in the order in which they are tried, the channels of each, and
the providers behind the channels. An arrow from a route to a channel has the
position of the channel in the route, or its weight. Arrows to channels that are
used only after a fallback are dashed. No provider is started.

The formats are dot, for Graphviz, and mermaid, which GitHub and GitLab show in
Markdown.`,
		Example: `  wahost graph | dot -Tsvg > routes.svg
  wahost graph --format mermaid
  wahost --config ./configs/failover graph --json`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			draw := map[string]func(graph) string{"dot": graph.dot, "mermaid": graph.mermaid}[format]
			if draw == nil {
				return cli.UsageError("--format %s: expected %s.%s", format, strings.Join(graphFormats, " or "), suggest.Sentence(format, graphFormats))
			}
			c, err := a.ReadConfig(cmd.Context())
			if err != nil {
				return err
			}
			g := newGraph(c)
			if a.JSON {
				return a.PrintJSON(g)
			}
			_, err = fmt.Fprint(a.Stdout, draw(g))
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", graphFormats[0], "dot or mermaid")
	cli.CompleteWords(cmd, "format", graphFormats...)
	return cmd
}

// graph is the configuration as `graph --json` shows it.
type graph struct {
	Format    string         `json:"format_version"`
	Routes    []graphRoute   `json:"routes"`
	Channels  []graphChannel `json:"channels"`
	Providers []string       `json:"providers"`
}

// graphRoute is a route. Routes are in the order in which they are tried.
type graphRoute struct {
	Name     string              `json:"name"`
	Match    map[string][]string `json:"match"`
	When     bool                `json:"when"` // has a condition
	Strategy config.Strategy     `json:"strategy"`
	Fallback []string            `json:"fallback_on"`
	Channels []graphStep         `json:"channels"`
}

// graphStep is a channel of a route.
type graphStep struct {
	Channel string `json:"channel"`
	// Weight is nil in a route that does not distribute by weight.
	Weight *int `json:"weight,omitempty"`
}

// graphChannel is a channel with the configuration of its provider, such as "innopaas.eu".
type graphChannel struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
}

func newGraph(c *config.Config) graph {
	g := graph{Format: "1.0", Routes: []graphRoute{}, Channels: []graphChannel{}, Providers: []string{}}
	for _, p := range c.Providers {
		g.Providers = append(g.Providers, p.ID)
	}
	for _, ch := range c.Channels {
		g.Channels = append(g.Channels, graphChannel{ch.Addr.String(), ch.ProviderID})
	}
	for _, r := range c.Routes {
		route := graphRoute{Name: r.Name, Match: map[string][]string{}, When: r.When != nil, Strategy: r.Strategy, Fallback: []string{}, Channels: []graphStep{}}
		for name, set := range matchSets(r.Match) {
			if set != nil {
				route.Match[name] = append([]string{}, set.Sorted()...)
			}
		}
		for _, reason := range r.FallbackOn {
			route.Fallback = append(route.Fallback, string(reason))
		}
		for i, ch := range r.Channels {
			step := graphStep{Channel: ch.String()}
			if r.Weights != nil {
				step.Weight = &r.Weights[i]
			}
			route.Channels = append(route.Channels, step)
		}
		g.Routes = append(g.Routes, route)
	}
	return g
}

// matchSets returns the sets of words by the names of their arguments.
func matchSets(m config.Match) map[string]config.Set {
	return map[string]config.Set{
		"category": m.Categories, "country": m.Countries, "kind": m.Kinds, "recipient": m.Recipients, "template": m.Templates,
	}
}
