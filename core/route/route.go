// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package route decides where a message goes: a pure function of the message, the routes and a snapshot of the
// channels. It records why each channel that could not be used was skipped, so that every decision can be explained.
package route

import (
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
	}
	return t
}

// Candidate is a channel that can carry the message, with the message as it must be sent there.
type Candidate struct {
	Channel addr.Channel
	Message *message.Message
}

// Skip is a channel that was not used, with the reason.
type Skip struct {
	Channel addr.Channel
	// Reason is the reason of an outcome, or "" if the channel is unhealthy at the moment.
	Reason outcome.Reason
	// Path is the field that the channel cannot carry. It may be empty.
	Path   string
	Detail string
	// Until is when an unhealthy channel may be tried again; zero if that is not known.
	Until time.Time
}

// Decision is where a message goes. Its slices are reused by the next Choose with the same Decision.
type Decision struct {
	// Route is the name of the route that matched; empty if no route matched or the message names a channel.
	Route string
	// Candidates are the channels to try, in order.
	Candidates []Candidate
	Skipped    []Skip
	FallbackOn []outcome.Reason
	// NoRoute is the reason there is no route, or empty if there is one.
	NoRoute string
}

// Choose decides where the message goes. It does not allocate if the content was routed before and no channel is
// skipped.
func (t *Table) Choose(f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	*d = Decision{Candidates: d.Candidates[:0], Skipped: d.Skipped[:0]}
	if name := f.Message.GetWahost().GetChannel(); name != "" {
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
			t.consider(r.Channels[i], f, snapshot, d)
		}
		return
	}
	for _, ch := range r.Channels {
		t.consider(ch, f, snapshot, d)
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
		d.NoRoute = err.Error()
		return
	}
	t.consider(ch, f, snapshot, d)
}

func (t *Table) find(f *Facts, d *Decision) *rule {
	if name := f.Message.GetWahost().GetRoute(); name != "" {
		for i := range t.rules {
			if t.rules[i].Name == name {
				return &t.rules[i]
			}
		}
		d.NoRoute = fmt.Sprintf("there is no route %q", name)
		return nil
	}
	for i := range t.rules {
		if t.rules[i].matches(f) {
			return &t.rules[i]
		}
	}
	d.NoRoute = "no route matches the message"
	return nil
}

func (r *rule) matches(f *Facts) bool {
	if !r.categories.allow(f.Category) || !r.kinds.allow(f.Kind) || !r.countries.allow(f.Country) ||
		r.Match.Recipients != nil && !r.Match.Recipients.Has(f.To.Address) ||
		r.Match.Templates != nil && !r.Match.Templates.Has(f.Template) {
		return false
	}
	if r.When == nil {
		return true
	}
	ok, err := r.When(&f.Facts)
	return ok && err == nil
}

// consider adds the channel to the candidates or to the skipped.
func (t *Table) consider(ch addr.Channel, f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	state, ok := snapshot.Channel(ch)
	if !ok || state.Checker == nil {
		detail := "the channel is not open"
		if state.Unhealthy != "" {
			detail = state.Unhealthy
		}
		d.Skipped = append(d.Skipped, Skip{Channel: ch, Detail: detail})
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
	d.Candidates = append(d.Candidates, Candidate{Channel: ch, Message: made.message})
}

// order returns the positions of the channels in the order in which to try them. Each channel draws a number that is
// smaller the greater its weight; with a sticky route the recipient decides the draw, so that a recipient keeps its
// channel and only the recipients of a channel that is taken away move.
func (r *rule) order(f *Facts) []int {
	seed := f.Random
	if r.Sticky {
		seed = stableHash(f.To.Address)
	}
	draws := make([]float64, len(r.Channels))
	var order []int
	for i, ch := range r.Channels {
		if r.Weights[i] <= 0 {
			continue
		}
		u := (float64(mix(seed^r.seed^stableHash(ch.String()))>>11) + 0.5) / (1 << 53)
		draws[i] = -math.Log(u) / float64(r.Weights[i])
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int {
		if draws[a] < draws[b] {
			return -1
		}
		return 1
	})
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
