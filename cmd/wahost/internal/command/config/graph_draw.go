// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/internal/suggest"
)

// edge is an arrow from a route to a channel.
type edge struct {
	label    string
	fallback bool // the channel is used only after another
}

// edges returns the arrows of a route to its channels, in order.
func (r graphRoute) edges() []edge {
	var all []edge
	for i, step := range r.Channels {
		e := edge{label: strconv.Itoa(i + 1), fallback: i > 0}
		if step.Weight != nil {
			e = edge{label: fmt.Sprintf("weight %d", *step.Weight), fallback: *step.Weight == 0}
		}
		all = append(all, e)
	}
	return all
}

// lines returns the text of the node of the n-th route, from 1.
func (r graphRoute) lines(n int) []string {
	lines := []string{fmt.Sprintf("%d. %s", n, r.Name)}
	for _, name := range slices.Sorted(maps.Keys(r.Match)) {
		lines = append(lines, name+": "+suggest.List(r.Match[name]))
	}
	if r.When {
		lines = append(lines, "and its condition")
	}
	return lines
}

// dot returns the graph in the language of Graphviz.
func (g graph) dot() string {
	quote := func(lines ...string) string {
		escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
		for i, line := range lines {
			lines[i] = escaped.Replace(line)
		}
		return `"` + strings.Join(lines, `\n`) + `"`
	}
	var b strings.Builder
	b.WriteString("digraph wahost {\n  rankdir=LR\n  node [fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\"]\n\n")
	for i, r := range g.Routes {
		fmt.Fprintf(&b, "  %s [shape=box label=%s]\n", quote("route "+r.Name), quote(r.lines(i+1)...))
	}
	for _, ch := range g.Channels {
		fmt.Fprintf(&b, "  %s [shape=ellipse label=%s]\n", quote("channel "+ch.Name), quote(ch.Name))
	}
	for _, p := range g.Providers {
		fmt.Fprintf(&b, "  %s [shape=cylinder label=%s]\n", quote("provider "+p), quote(p))
	}
	b.WriteString("\n")
	for _, r := range g.Routes {
		for i, e := range r.edges() {
			style := ""
			if e.fallback {
				style = " style=dashed"
			}
			fmt.Fprintf(&b, "  %s -> %s [label=%s%s]\n", quote("route "+r.Name), quote("channel "+r.Channels[i].Channel), quote(e.label), style)
		}
	}
	for _, ch := range g.Channels {
		fmt.Fprintf(&b, "  %s -> %s\n", quote("channel "+ch.Name), quote("provider "+ch.Provider))
	}
	return b.String() + "}\n"
}

// mermaid returns the graph as a flowchart of Mermaid. Its nodes have numbers, because names may be words of the language.
func (g graph) mermaid() string {
	quote := func(lines ...string) string {
		escaped := strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;")
		for i, line := range lines {
			lines[i] = escaped.Replace(line)
		}
		return `"` + strings.Join(lines, "<br>") + `"`
	}
	channels, providers := map[string]int{}, map[string]int{}
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for i, r := range g.Routes {
		fmt.Fprintf(&b, "  r%d[%s]\n", i+1, quote(r.lines(i+1)...))
	}
	for i, ch := range g.Channels {
		channels[ch.Name] = i + 1
		fmt.Fprintf(&b, "  c%d([%s])\n", i+1, quote(ch.Name))
	}
	for i, p := range g.Providers {
		providers[p] = i + 1
		fmt.Fprintf(&b, "  p%d[(%s)]\n", i+1, quote(p))
	}
	for i, r := range g.Routes {
		for k, e := range r.edges() {
			arrow := "-->"
			if e.fallback {
				arrow = "-.->"
			}
			fmt.Fprintf(&b, "  r%d %s|%s| c%d\n", i+1, arrow, quote(e.label), channels[r.Channels[k].Channel])
		}
	}
	for i, ch := range g.Channels {
		fmt.Fprintf(&b, "  c%d --> p%d\n", i+1, providers[ch.Provider])
	}
	return b.String()
}
