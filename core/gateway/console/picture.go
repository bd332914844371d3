// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"fmt"
	"math"
	"slices"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// The sizes of the picture of the routes, in its own units.
const (
	boxWidth, boxHeight, boxGap = 220, 46, 14
	pictureWidth                = 720
)

// picture is the routes on the left, the channels on the right, and the way of messages from one to the other.
type picture struct {
	Height int
	Boxes  []box
	Edges  []edge
}

// box is a route or a channel.
type box struct {
	Name, More, Tone string
	X, Y             int
}

// edge is a route and one of its channels. Its width says how many messages take it, and its tone how many attempts fail.
type edge struct {
	Path, Tone string
	Width      string
	// Faint is set if messages do not take it: in the picture of a decision those of other routes, and otherwise those without attempts.
	Faint bool
}

// Middle returns the place of the name.
func (b box) Middle() int { return b.Y + 20 }

// Below returns the place of the text below the name.
func (b box) Below() int { return b.Y + 37 }

// TextX returns where the texts begin.
func (b box) TextX() int { return b.X + 12 }

// Width returns the width of the box.
func (box) Width() int { return boxWidth }

// Height returns the height of the box.
func (box) Height() int { return boxHeight }

// Size returns the size of the picture as SVG has it.
func (p *picture) Size() string { return fmt.Sprintf("0 0 %d %d", pictureWidth, p.Height) }

// draw returns the picture of routes. If chosen is not nil, only the route of the decision stands out, with the channels that would be tried.
func draw(s *adminapi.RoutesState, chosen *adminapi.Explanation) *picture {
	p := &picture{}
	column := func(i int) int { return 2 + i*(boxHeight+boxGap) }
	routes := s.Routes
	if len(s.Direct) > 0 {
		routes = append(slices.Clone(routes), adminapi.RouteState{Name: "named channels", Channels: s.Direct})
	}
	most := 0
	var names []string
	sums, arrivals := map[string]*adminapi.RouteChannel{}, map[string]int{}
	for _, r := range routes {
		for _, c := range r.Channels {
			most = max(most, c.Attempts)
			if sums[c.Channel] == nil {
				names = append(names, c.Channel)
				sums[c.Channel] = &adminapi.RouteChannel{Healthy: c.Healthy}
			}
			arrivals[c.Channel]++
			sums[c.Channel].Attempts += c.Attempts
			sums[c.Channel].Failed += c.Failed
		}
	}
	arrived := map[string]int{}
	for i, r := range routes {
		attempts := 0
		for k, c := range r.Channels {
			attempts += c.Attempts
			to := column(slices.Index(names, c.Channel)) + part(arrived[c.Channel], arrivals[c.Channel])
			arrived[c.Channel]++
			e := edge{
				Path: curveFrom(boxWidth+2, column(i)+part(k, len(r.Channels)), pictureWidth-boxWidth-2, to),
				Tone: healthTone(c.Attempts, c.Failed), Width: "1.5", Faint: c.Attempts == 0,
			}
			if most > 0 && c.Attempts > 0 {
				e.Width = fmt.Sprintf("%.1f", 2+12*math.Sqrt(float64(c.Attempts)/float64(most)))
			}
			if chosen != nil {
				e.Faint = r.Name != chosen.Route || !slices.ContainsFunc(chosen.Channels, func(k adminapi.Considered) bool { return k.Channel == c.Channel && !k.Skipped })
				if e.Width = "1.5"; !e.Faint {
					e.Width, e.Tone = "5", "open"
				}
			}
			p.Edges = append(p.Edges, e)
		}
		p.Boxes = append(p.Boxes, box{Name: shortened(r.Name), More: perSecond(attempts, s.Seconds), X: 2, Y: column(i), Tone: "route"})
	}
	for i, name := range names {
		c := sums[name]
		tone, more := healthTone(c.Attempts, c.Failed), perSecond(c.Attempts, s.Seconds)
		if c.Failed > 0 {
			more += ", " + share(c.Failed, c.Attempts) + " failed"
		}
		if !c.Healthy {
			tone, more = "bad", "not used"
		}
		p.Boxes = append(p.Boxes, box{Name: shortened(name), More: more, X: pictureWidth - boxWidth - 2, Y: column(i), Tone: tone})
	}
	p.Height = column(max(len(routes), len(names), 1)) - boxGap + 2
	return p
}

// part returns where the i-th of n lines meets the side of a box.
func part(i, n int) int { return boxHeight * (i + 1) / (n + 1) }

// curveFrom returns a path from one place to another that begins and ends level.
func curveFrom(x1, y1, x2, y2 int) string {
	middle := (x1 + x2) / 2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2)
}

// healthTone returns the tone for attempts of which some failed.
func healthTone(attempts, failed int) string {
	switch {
	case attempts == 0:
		return "quiet"
	case failed*50 < attempts: // below 2 %
		return "good"
	case failed*5 < attempts: // below 20 %
		return "advice"
	}
	return "bad"
}

// perSecond returns a rate for people.
func perSecond(n, seconds int) string {
	rate := float64(n) / float64(max(1, seconds))
	if n > 0 && rate < 0.1 {
		return "below 0.1/s"
	}
	return figure(rate) + "/s"
}

// share returns a part of a number in percent.
func share(part, of int) string {
	if of == 0 {
		return "–"
	}
	percent := 100 * float64(part) / float64(of)
	if part > 0 && percent < 0.1 {
		return "below 0.1 %"
	}
	return figure(percent) + " %"
}

// shortened returns a name that is not wider than a box.
func shortened(name string) string {
	const most = 26
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}
