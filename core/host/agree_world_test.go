// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// world is a random configuration, what its routes are meant to do, and the state of its channels.
type world struct {
	hcl       string
	cfg       *config.Config
	routes    []wantedRoute
	channels  []addr.Channel
	templates map[string]wantedTemplate
	strict    bool
	state     *catalog.Snapshot
}

// wantedRoute is what a route is meant to match. A nil list matches everything.
type wantedRoute struct {
	name                                         string
	category, country, kind, recipient, template []string
	when                                         *condition
	onError                                      bool
}

type wantedTemplate struct {
	category   string
	parameters []string
}

var (
	allKinds = []string{
		message.KindText, message.KindTemplate, message.KindImage, message.KindVideo, message.KindAudio, message.KindDocument,
		message.KindSticker, message.KindLocation, message.KindContacts, message.KindList, message.KindButton, message.KindProduct,
		message.KindProductList, message.KindReaction, message.KindPin, "cta_url",
	}
	matchKinds    = allKinds[:14] // those that a route can name
	allCategories = []string{message.CategoryMarketing, message.CategoryUtility, message.CategoryAuthentication, message.CategoryService}
	allCountries  = []string{"DE", "IN", "US", "CA", "GB", "BR", "ID", "KZ", "RU", "MX", "NG", "IT", "JM", "FR"}
	allLanguages  = []string{"en", "en_US", "de", "pt_BR", "hi"}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// some returns 1 to most different elements.
func some[T any](r *rand.Rand, from []T, most int) []T {
	out := slices.Clone(from)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:1+r.IntN(min(most, len(out)))]
}

// chance is true n times of 100.
func chance(r *rand.Rand, n int) bool { return r.IntN(100) < n }

// newWorld makes a random configuration and reads it with the real loader.
func newWorld(t *testing.T, r *rand.Rand, recipients []message.Recipient) *world {
	t.Helper()
	w := &world{templates: map[string]wantedTemplate{}, strict: chance(r, 25)}
	var b strings.Builder
	b.WriteString("wahost {\n  required_providers {\n    p0 = { source = \"x/p0\" }\n    p1 = { source = \"x/p1\" }\n  }\n")
	if w.strict || chance(r, 20) {
		fmt.Fprintf(&b, "  templates = %q\n", map[bool]string{true: "strict", false: "open"}[w.strict])
	}
	b.WriteString("}\n\n")
	for i := range 1 + r.IntN(5) {
		ch := addr.Channel{Provider: pick(r, []string{"p0", "p1"}), Name: fmt.Sprintf("c%d", i)}
		w.channels = append(w.channels, ch)
		fmt.Fprintf(&b, "channel %q %q {\n", ch.Provider, ch.Name)
		if chance(r, 30) {
			b.WriteString("  rate_limit {\n    per_second = 1000000\n    burst      = 100000\n  }\n")
		}
		b.WriteString("}\n\n")
	}
	for i := range r.IntN(4) {
		w.writeTemplate(&b, r, fmt.Sprintf("t%d", i))
	}
	for i := range r.IntN(8) {
		w.writeRoute(&b, r, fmt.Sprintf("r%d", i), recipients)
	}
	w.hcl = b.String()
	loaded, diags := load.OpenFS(fstest.MapFS{"main.wahost.hcl": {Data: []byte(w.hcl)}}, ".").Load(context.Background(), load.Options{})
	require.False(t, diags.HasErrors(), "%s\n%s", diags, w.hcl)
	w.cfg = loaded.Config
	w.state = w.randomState(r)
	return w
}

func (w *world) references(channels []addr.Channel) string {
	var words []string
	for _, ch := range channels {
		words = append(words, ch.Reference())
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func quoted(words []string) string {
	var out []string
	for _, word := range words {
		out = append(out, fmt.Sprintf("%q", word))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (w *world) writeTemplate(b *strings.Builder, r *rand.Rand, name string) {
	t := wantedTemplate{category: pick(r, allCategories[:3])}
	t.parameters = []string{"a", "b", "c"}[:r.IntN(4)]
	w.templates[name] = t
	fmt.Fprintf(b, "template %q {\n  category   = %q\n  parameters = %s\n", name, t.category, quoted(t.parameters))
	left := some(r, w.channels, len(w.channels))
	for i := 0; len(left) > 0; i++ {
		n := 1 + r.IntN(len(left))
		fmt.Fprintf(b, "  binding {\n    channels  = %s\n    name      = \"vendor_%s_%d\"\n    languages = %s\n", w.references(left[:n]), name, i, quoted(some(r, allLanguages, 3)))
		if chance(r, 50) {
			order := slices.Clone(t.parameters)
			slices.Reverse(order)
			fmt.Fprintf(b, "    parameters = %s\n", quoted(order))
		}
		b.WriteString("  }\n")
		left = left[n:]
	}
	b.WriteString("}\n\n")
}

func (w *world) writeRoute(b *strings.Builder, r *rand.Rand, name string, recipients []message.Recipient) {
	route := wantedRoute{name: name}
	fmt.Fprintf(b, "route %q {\n  match {\n", name)
	last := chance(r, 25) // a route for the rest
	key := func(name string, percent, most int, from []string) []string {
		if last || !chance(r, percent) || len(from) == 0 {
			return nil
		}
		words := some(r, from, most)
		fmt.Fprintf(b, "    %s = %s\n", name, quoted(words))
		return words
	}
	route.category = key("category", 25, 2, allCategories)
	route.country = key("country", 35, 6, allCountries)
	route.kind = key("kind", 25, 8, matchKinds)
	var phones []string
	for _, to := range recipients {
		if to.Kind == message.RecipientPhone && strings.HasPrefix(to.Address, "+4") {
			phones = append(phones, to.Address)
		}
	}
	route.recipient = key("recipient", 10, 4, phones)
	channels := some(r, w.channels, len(w.channels))
	if len(w.templates) > 0 && chance(r, 10) {
		// A route for a template has only channels to which the template is bound.
		name := pick(r, slices.Sorted(maps.Keys(w.templates)))
		if bound := w.bound(b.String(), name); len(bound) > 0 {
			channels, route.template = bound, []string{name}
			fmt.Fprintf(b, "    template = [template.%s]\n", name)
		}
	}
	b.WriteString("  }\n")
	if !last && chance(r, 60) {
		route.when = pick(r, conditions)
		fmt.Fprintf(b, "  when = %s\n", route.when.hcl)
		if chance(r, 60) {
			route.onError = chance(r, 50)
			fmt.Fprintf(b, "  on_undecidable = %q\n", map[bool]string{true: "error", false: "skip"}[route.onError])
		}
	}
	fmt.Fprintf(b, "  channels = %s\n", w.references(channels))
	if chance(r, 35) {
		b.WriteString("  strategy = \"weighted\"\n  weights = {\n")
		for i, ch := range channels {
			weight := r.IntN(4) * 10
			if i == 0 {
				weight += 5
			}
			fmt.Fprintf(b, "    %s = %d\n", ch.Reference(), weight)
		}
		b.WriteString("  }\n")
		if chance(r, 60) {
			b.WriteString("  sticky = \"recipient\"\n")
		}
	}
	switch r.IntN(3) {
	case 0:
		b.WriteString("  fallback_on = []\n")
	case 1:
		var reasons []string
		for _, reason := range some(r, outcome.Reasons(), 8) {
			reasons = append(reasons, string(reason))
		}
		fmt.Fprintf(b, "  fallback_on = %s\n", quoted(reasons))
	}
	b.WriteString("}\n\n")
	w.routes = append(w.routes, route)
}

// bound returns the channels to which a template is bound, as the text of its block says.
func (w *world) bound(hcl, name string) []addr.Channel {
	_, block, _ := strings.Cut(hcl, fmt.Sprintf("template %q {", name))
	block, _, _ = strings.Cut(block, "\n}\n")
	return slices.DeleteFunc(slices.Clone(w.channels), func(ch addr.Channel) bool { return !strings.Contains(block, ch.Reference()) })
}

// randomState returns channels that can carry different things, of which some are unhealthy, and some were never opened.
func (w *world) randomState(r *rand.Rand) *catalog.Snapshot {
	channels := map[addr.Channel]catalog.Channel{}
	for i, ch := range w.channels {
		caps := capability.Capabilities{TextVariables: chance(r, 30), Scheduling: chance(r, 20), ReplyContext: chance(r, 50), MaxRecipients: 1 + r.IntN(2)*9}
		for _, kind := range allKinds {
			if chance(r, 80) {
				caps.Kinds = append(caps.Kinds, capability.Kind{Kind: kind, HeaderKinds: []string{"text", "image"}, NamedParameters: chance(r, 70)})
			}
		}
		if chance(r, 20) {
			caps.TemplateCategories = some(r, allCategories[:3], 2)
		}
		if chance(r, 50) {
			caps.RecipientKinds = []message.RecipientKind{message.RecipientPhone, message.RecipientUser, message.RecipientGroup}
		}
		state := catalog.Channel{Checker: capability.NewChecker(caps), Sender: fmt.Sprintf("sender %d", i/(1+r.IntN(2)))}
		switch r.IntN(12) {
		case 0:
			state = catalog.Channel{Unhealthy: "the provider does not start"}
		case 1:
			state.Unhealthy = "the provider crashed"
		case 2:
			state.Unhealthy, state.Until = "the provider starts again later", time.Now().Add(time.Hour)
		}
		channels[ch] = state
	}
	return catalog.NewSnapshot(channels)
}

// vendor stands for the providers of a world. It records each message that it gets, and answers at random.
type vendor struct {
	state  *catalog.Snapshot
	accept bool // everything

	mu       sync.Mutex
	random   *rand.Rand
	received []handed
}

// handed is a message that a provider got.
type handed struct {
	channel addr.Channel
	to      message.Recipient
	message *message.Message
}

func (v *vendor) Snapshot() *catalog.Snapshot { return v.state }

func (v *vendor) Send(_ context.Context, ch addr.Channel, batches []message.Batch, handedOver func() error, answer func(outcome.Outcome)) error {
	if handedOver != nil {
		if err := handedOver(); err != nil {
			return err
		}
	}
	for _, b := range batches {
		for _, d := range b.Deliveries {
			v.mu.Lock()
			v.received = append(v.received, handed{ch, d.To, b.Message})
			o := v.answer()
			v.mu.Unlock()
			o.DeliveryID, o.Attempts = d.DeliveryID, 1
			answer(o)
		}
	}
	return nil
}

func (v *vendor) answer() outcome.Outcome {
	if v.accept || chance(v.random, 55) {
		return outcome.Accept("v")
	}
	if chance(v.random, 10) {
		return outcome.NewUnknown("no answer")
	}
	o := outcome.Reject(pick(v.random, outcome.Reasons()), "", "refused")
	o.Rejected.Retry = pick(v.random, []outcome.Retry{outcome.RetryNever, outcome.RetrySafe, outcome.RetryLater})
	if o.Rejected.Retry == outcome.RetryLater {
		o.Rejected.RetryAfter, o.Rejected.Scope = time.Hour, outcome.ScopeSender
	}
	return o
}

// take returns what was received since the last take.
func (v *vendor) take() []handed {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := v.received
	v.received = nil
	return out
}
