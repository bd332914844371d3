// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package route decides where a message goes: a pure function of the message, the routes and a snapshot of the
// channels. It records why each channel that could not be used was skipped, so that every decision can be explained.
package route

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Facts are the input of a decision: a message and one of its recipients, at one time.
type Facts struct {
	config.Facts
	// Now is the time of the decision.
	Now time.Time
	// Random spreads messages over weighted channels that are not sticky.
	Random uint64

	content *Content
}

// Table holds the routes, prepared for matching. It is safe for concurrent use.
type Table struct {
	rules     []rule
	templates *template.Set
	options   Options // nil if the options of messages are taken as they are
	// countries is set if a rule looks at the country, which takes far longer to find than all else for some numbers.
	countries bool
	// byRecipient is set if a rule may treat two recipients of one kind differently.
	byRecipient bool
}

// Options are what providers say about the options of a message for their vendors.
type Options interface {
	// Check returns what is wrong with the options of a message, or nil.
	Check(m *message.Message) *message.Problem
	// Complete returns the message with the defaults of the options for a provider. It returns m itself if it adds nothing.
	Complete(provider string, m *message.Message) *message.Message
}

type rule struct {
	config.Route
	categories, kinds, countries words
	seed                         uint64
}

// words is a small set that is searched without hashing; nil allows everything.
type words []string

func newWords(s config.Set) words {
	if s == nil {
		return nil
	}
	return append(words{}, s.Sorted()...) // not nil if the set is empty, which allows nothing
}

func (w words) allow(word string) bool {
	return w == nil || slices.Contains(w, word)
}

// NewTable prepares the routes, which are tried in their order. If templates is nil, no templates are declared. If options is
// nil, the options of messages for vendors are taken as they are.
func NewTable(routes []config.Route, templates *template.Set, options Options) *Table {
	t := &Table{templates: templates, options: options}
	for _, r := range routes {
		t.rules = append(t.rules, rule{
			Route: r, categories: newWords(r.Match.Categories), kinds: newWords(r.Match.Kinds), countries: newWords(r.Match.Countries),
			seed: stableHash(r.Name),
		})
		t.countries = t.countries || r.Match.Countries != nil || r.When != nil
		t.byRecipient = t.byRecipient || t.countries || r.Match.Recipients != nil || r.Strategy == config.StrategyWeighted
	}
	return t
}

// Choose decides where the message goes. It does not allocate if the content was routed before and no channel is
// skipped.
func (t *Table) Choose(f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	*d = Decision{Candidates: d.Candidates[:0], Skipped: d.Skipped[:0], Undecided: d.Undecided[:0], Category: f.Category, RawTemplate: f.content.raw}
	if f.content.known(f, snapshot, d) {
		return
	}
	t.choose(f, snapshot, d)
	f.content.share(f, snapshot, d)
}

// choose makes the decision that Choose returns.
func (t *Table) choose(f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	own := f.Message.GetWahost()
	d.Unmatched = own.GetChannel() != "" || own.GetRoute() != ""
	if why := f.content.unknownTemplate; why != "" {
		d.Unmatched = true
		d.refuse(outcome.ReasonInvalidMessage, "template.name", why)
		return
	}
	if name := own.GetChannel(); name != "" {
		t.named(name, f, snapshot, d)
		return
	}
	r := t.find(f, d)
	if r == nil {
		return
	}
	d.Route, d.FallbackOn = r.Name, r.FallbackOn
	if r.Strategy == config.StrategyWeighted {
		for _, i := range r.order(f) {
			t.consider(r.Channels[i], r.Weights[i], f, snapshot, d)
		}
		// Chance decides nothing about the skipped ones, of which one is the reason of a rejection.
		slices.SortFunc(d.Skipped, func(a, b Skip) int {
			return cmp.Compare(slices.Index(r.Channels, a.Channel), slices.Index(r.Channels, b.Channel))
		})
		// Channels without weight come last and in a fixed order.
		d.Drawn = !r.Sticky && len(d.Candidates) > 1 && d.Candidates[1].Weight > 0
		return
	}
	for _, ch := range r.Channels {
		t.consider(ch, 0, f, snapshot, d)
	}
}

// named serves a message that names its channel.
func (t *Table) named(name string, f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	ch, err := addr.ParseChannel(name)
	if err == nil {
		if _, ok := snapshot.Channel(ch); !ok {
			err = fmt.Errorf("there is no channel %s", ch)
		}
	}
	if err != nil {
		d.refuse(outcome.ReasonMisconfigured, "", err.Error())
		return
	}
	t.consider(ch, 0, f, snapshot, d)
}

// find returns the route of the message, or nil after the decision was refused.
func (t *Table) find(f *Facts, d *Decision) *rule {
	if name := f.Message.GetWahost().GetRoute(); name != "" {
		for i := range t.rules {
			if t.rules[i].Name == name {
				return &t.rules[i]
			}
		}
		d.refuse(outcome.ReasonMisconfigured, "", fmt.Sprintf("there is no route %q", name))
		return nil
	}
	for i := range t.rules {
		r := &t.rules[i]
		switch v, err := r.judge(f); v {
		case matched:
			return r
		case undecided:
			d.Undecided = append(d.Undecided, Undecided{Route: r.Name, Cause: err.Error()})
		case refused:
			d.Undecided = append(d.Undecided, Undecided{Route: r.Name, Cause: err.Error()})
			d.refuse(outcome.ReasonMisconfigured, "", fmt.Sprintf(
				"the route %q rejects messages for which its condition cannot be decided: %v", r.Name, err))
			return nil
		}
	}
	d.refuse(outcome.ReasonMisconfigured, "", "no route matches the message")
	return nil
}

// consider adds the channel to the candidates or to the skipped.
func (t *Table) consider(ch addr.Channel, weight int, f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	state, ok := snapshot.Channel(ch)
	if !ok || state.Checker == nil {
		detail := "the channel is not open"
		if state.Unhealthy != "" {
			detail = state.Unhealthy
		}
		d.Skipped = append(d.Skipped, Skip{Channel: ch, Detail: detail})
		return
	}
	if why := state.Refused[f.Kind]; why != "" {
		d.Skipped = append(d.Skipped, Skip{Channel: ch, Reason: outcome.ReasonUnsupported, Path: "type", Detail: why})
		return
	}
	made := f.content.forChannel(t, ch, state.Checker)
	if made.skip != nil {
		d.Skipped = append(d.Skipped, *made.skip)
		return
	}
	if r := state.Checker.CheckDelivery(made.message, f.To.Kind, f.Now); r != nil {
		d.Skipped = append(d.Skipped, Skip{Channel: ch, Reason: r.Reason, Path: r.Path, Detail: r.Detail})
		return
	}
	if why, fit := state.Fit(f.Now); !fit {
		d.Skipped = append(d.Skipped, Skip{Channel: ch, Detail: why, Until: state.Until})
		return
	}
	d.Candidates = append(d.Candidates, Candidate{Channel: ch, Message: made.message, Weight: weight})
}

// order returns the positions of the channels in the order in which to try them. Each channel draws a number that is
// smaller the greater its weight; with a sticky route the recipient decides the draw, so that a recipient keeps its
// channel and only the recipients of a channel that is taken away move. Channels without weight come last, in the order in
// which they are written.
func (r *rule) order(f *Facts) []int {
	seed := f.Random
	if r.Sticky {
		seed = stableHash(f.To.Address)
	}
	draws := make([]float64, len(r.Channels))
	order := make([]int, 0, len(r.Channels))
	for i, ch := range r.Channels {
		order = append(order, i)
		if r.Weights[i] <= 0 {
			draws[i] = math.Inf(1)
			continue
		}
		u := (float64(mix(seed^r.seed^stableHash(ch.String()))>>11) + 0.5) / (1 << 53)
		draws[i] = -math.Log(u) / float64(r.Weights[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(draws[a], draws[b]) })
	return order
}

// stableHash returns the FNV-1a hash. It is the same in every process, so that a sticky recipient keeps its channel across
// restarts.
func stableHash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix spreads the bits of a hash, since FNV's upper ones differ little for short texts: the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
