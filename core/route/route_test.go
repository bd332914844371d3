// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var (
	full      = addr.Channel{Provider: "innopaas", Name: "main"}
	textOnly  = addr.Channel{Provider: "pushwoosh", Name: "eu"}
	marketing = addr.Channel{Provider: "innopaas-mmlite", Name: "promo"}
	down      = addr.Channel{Provider: "innopaas", Name: "down"}
	now       = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
)

func snapshot() *catalog.Snapshot {
	open := func(c capability.Capabilities) catalog.Channel {
		return catalog.Channel{Checker: capability.NewChecker(c)}
	}
	template := capability.Kind{Kind: "template", HeaderKinds: []string{"image"}}
	unhealthy := open(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}})
	unhealthy.Unhealthy, unhealthy.Until = "closed after 5 failures in a row", now.Add(time.Second)
	return catalog.NewSnapshot(map[addr.Channel]catalog.Channel{
		full: open(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}, {Kind: "image"}, template,
			{Kind: "button", HeaderKinds: []string{"text"}}}}),
		textOnly: open(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}, {Kind: "template"}}, TextVariables: true,
			RecipientKinds: []message.RecipientKind{message.RecipientPhone, message.RecipientUser}}),
		marketing: open(capability.Capabilities{Kinds: []capability.Kind{template}, TemplateCategories: []string{"marketing"}}),
		down:      unhealthy,
	})
}

func set(words ...string) config.Set {
	s := config.Set{}
	for _, w := range words {
		s[w] = struct{}{}
	}
	return s
}

func table() *Table {
	return NewTable([]config.Route{
		{Name: "marketing", Match: config.Match{Categories: set("marketing")}, Channels: []addr.Channel{marketing, full}},
		{Name: "broken", When: func(*config.Facts) (bool, error) { return false, errors.New("no such field") }, Channels: []addr.Channel{full}},
		{Name: "vip", Match: config.Match{Recipients: set("+15550100009")}, Channels: []addr.Channel{down, full}},
		{Name: "india", Match: config.Match{Countries: set("IN"), Kinds: set("text", "image")}, Channels: []addr.Channel{textOnly, full}},
		{Name: "long", When: func(f *config.Facts) (bool, error) { return len(f.Message.GetText().GetBody()) > 20, nil }, Channels: []addr.Channel{full}},
		{Name: "rest", Channels: []addr.Channel{marketing, textOnly, down, full}, FallbackOn: []outcome.Reason{outcome.ReasonRateLimited}},
	}, template.NewSet([]template.Template{{
		Name: "order", Category: "utility", Parameters: []string{"name"},
		Bindings: []template.Binding{{Channels: []addr.Channel{full}, Name: "order_v2", Languages: []string{"en"}}},
	}}), nil)
}

func facts(t testing.TB, tb *Table, m *message.Message, to message.Recipient) *Facts {
	t.Helper()
	content, err := tb.NewContent(m)
	require.NoError(t, err)
	f := content.For(to, now, 1)
	return &f
}

func text(body string) *message.Message {
	return &message.Message{Type: "text", Text: &message.Text{Body: body}}
}

func templated(name, category string, components ...*message.Component) *message.Message {
	return &message.Message{Type: "template", Template: &message.Template{Name: name, Language: &message.Language{Code: "en"}, Components: components},
		Wahost: &message.Extension{Category: category}}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	type want struct {
		Route    string
		Channels []string
		Skipped  map[string]string
		Problem  string
	}
	german := message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}
	indian := message.Recipient{Kind: message.RecipientPhone, Address: "+919900112233"}
	body := &message.Component{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "Ann"}}}
	for name, test := range map[string]struct {
		message *message.Message
		to      message.Recipient
		want    want
	}{
		"by category":  {templated("sale", "marketing"), german, want{Route: "marketing", Channels: []string{"innopaas-mmlite.promo", "innopaas.main"}}},
		"by country":   {text("hi"), indian, want{Route: "india", Channels: []string{"pushwoosh.eu", "innopaas.main"}}},
		"by condition": {text("a text of more than twenty characters"), german, want{Route: "long", Channels: []string{"innopaas.main"}}},
		"unhealthy channels are skipped": {text("hi"), message.Recipient{Kind: message.RecipientPhone, Address: "+15550100009"},
			want{Route: "vip", Channels: []string{"innopaas.main"}, Skipped: map[string]string{"innopaas.down": "closed after 5 failures in a row"}}},
		"by type": {&message.Message{Type: "image", Image: &message.Media{Link: "https://x/y"}}, indian,
			want{Route: "india", Channels: []string{"innopaas.main"}, Skipped: map[string]string{"pushwoosh.eu": `unsupported type messages of kind "image" are not carried`}}},
		"by header kind": {&message.Message{Type: "interactive", Interactive: &message.Interactive{Type: "button", Header: &message.Header{Type: "image"}}}, german,
			want{Route: "rest", Skipped: map[string]string{
				"innopaas-mmlite.promo": `unsupported interactive.type messages of kind "button" are not carried`,
				"pushwoosh.eu":          `unsupported interactive.type messages of kind "button" are not carried`,
				"innopaas.down":         `unsupported interactive.type messages of kind "button" are not carried`,
				"innopaas.main":         `unsupported interactive.header.type a header of type "image" is not carried on button messages`,
			}}},
		"by template category": {templated("raw", "authentication"), german,
			want{Route: "rest", Channels: []string{"pushwoosh.eu", "innopaas.main"}, Skipped: map[string]string{
				"innopaas-mmlite.promo": "unsupported wahost.category templates of category authentication are not carried, only marketing",
				"innopaas.down":         `unsupported type messages of kind "template" are not carried`,
			}}},
		"by recipient kind": {text("hi"), message.Recipient{Kind: message.RecipientUser, Address: "US.1"},
			want{Route: "rest", Channels: []string{"pushwoosh.eu"}, Skipped: map[string]string{
				"innopaas-mmlite.promo": `unsupported type messages of kind "text" are not carried`,
				"innopaas.down":         "unsupported recipient a recipient that is a user is not served",
				"innopaas.main":         "unsupported recipient a recipient that is a user is not served",
			}}},
		"by limit": {text(string(make([]byte, 5000))), indian,
			want{Route: "india", Skipped: map[string]string{
				"pushwoosh.eu":  "invalid_message text.body The text is 5000 characters long, at most 4096 are allowed.",
				"innopaas.main": "invalid_message text.body The text is 5000 characters long, at most 4096 are allowed.",
			}}},
		"a logical template without binding": {templated("order", "", body), german,
			want{Route: "rest", Channels: []string{"innopaas.main"}, Skipped: map[string]string{
				"innopaas-mmlite.promo": "template_unavailable template template order has no binding for channel innopaas-mmlite.promo",
				"pushwoosh.eu":          "template_unavailable template template order has no binding for channel pushwoosh.eu",
				"innopaas.down":         "template_unavailable template template order has no binding for channel innopaas.down",
			}}},
		"named route": {&message.Message{Type: "text", Text: &message.Text{Body: "hi"}, Wahost: &message.Extension{Route: "vip"}}, german,
			want{Route: "vip", Channels: []string{"innopaas.main"}, Skipped: map[string]string{"innopaas.down": "closed after 5 failures in a row"}}},
		"unknown route": {&message.Message{Type: "text", Wahost: &message.Extension{Route: "nope"}}, german,
			want{Problem: `there is no route "nope"`}},
		"named channel": {&message.Message{Type: "text", Text: &message.Text{Body: "hi"}, Wahost: &message.Extension{Channel: "innopaas.main"}}, german,
			want{Channels: []string{"innopaas.main"}}},
		"unknown channel": {&message.Message{Type: "text", Wahost: &message.Extension{Channel: "innopaas.nope"}}, german,
			want{Problem: "there is no channel innopaas.nope"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := table()
			f := facts(t, tb, test.message, test.to)
			var d Decision
			tb.Choose(f, snapshot(), &d)
			got := want{Route: d.Route, Problem: d.NoRoute}
			for _, c := range d.Candidates {
				got.Channels = append(got.Channels, c.Channel.String())
			}
			for _, s := range d.Skipped {
				if got.Skipped == nil {
					got.Skipped = map[string]string{}
				}
				words := s.Detail
				if s.Reason != "" {
					words = string(s.Reason) + " " + s.Path + " " + s.Detail
				}
				got.Skipped[s.Channel.String()] = words
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVariablesAreRenderedWhereTheVendorDoesNot(t *testing.T) {
	t.Parallel()
	m := text("Hello {{1}}")
	m.Wahost = &message.Extension{Variables: map[string]string{"1": "Ann"}}
	tb := table()
	f := facts(t, tb, m, message.Recipient{Kind: message.RecipientPhone, Address: "+919900112233"})
	var d Decision
	tb.Choose(f, snapshot(), &d)
	require.Len(t, d.Candidates, 2)
	require.Equal(t, "Hello {{1}}", d.Candidates[0].Message.GetText().GetBody(), "this vendor fills it itself")
	require.Equal(t, "Hello Ann", d.Candidates[1].Message.GetText().GetBody())
	require.Empty(t, d.Candidates[1].Message.GetWahost().GetVariables())
	require.Equal(t, "Hello {{1}}", m.GetText().GetBody(), "the caller's message is not changed")
}

func TestMissesSayWhy(t *testing.T) {
	t.Parallel()
	tb := table()
	f := facts(t, tb, text("hi"), message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"})
	var d Decision
	tb.Choose(f, snapshot(), &d)
	require.Equal(t, []Undecided{{"broken", "no such field"}}, d.Undecided)
	require.Equal(t, []Miss{
		{"marketing", "category is service, the route wants marketing"},
		{"broken", "its condition could not be decided: no such field"},
		{"vip", "recipient is +4915112345678, the route wants +15550100009"},
		{"india", "country is DE, the route wants IN"},
		{"long", "its condition is false"},
	}, tb.Misses(f, &d))
}

// A set without words allows nothing, whichever key has it. The reader of configurations refuses such sets.
func TestAnEmptySetMatchesNothing(t *testing.T) {
	t.Parallel()
	to := message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}
	for name, match := range map[string]config.Match{
		"category": {Categories: set()}, "country": {Countries: set()}, "kind": {Kinds: set()}, "recipient": {Recipients: set()}, "template": {Templates: set()},
	} {
		tb := NewTable([]config.Route{{Name: "r", Match: match, Channels: []addr.Channel{full}}}, nil, nil)
		f := facts(t, tb, text("hi"), to)
		var d Decision
		tb.Choose(f, snapshot(), &d)
		require.Empty(t, d.Route, name)
		require.Len(t, tb.Misses(f, &d), 1, name)
	}
}

func weighted(sticky bool, weights ...int) *Table {
	r := config.Route{Name: "spread", Strategy: config.StrategyWeighted, Weights: weights, Sticky: sticky}
	for i := range weights {
		r.Channels = append(r.Channels, addr.Channel{Provider: "p", Name: fmt.Sprintf("c%d", i)})
	}
	return NewTable([]config.Route{r}, nil, nil)
}

func weightedSnapshot(n int) *catalog.Snapshot {
	channels := map[addr.Channel]catalog.Channel{}
	for i := range n {
		channels[addr.Channel{Provider: "p", Name: fmt.Sprintf("c%d", i)}] = catalog.Channel{
			Checker: capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}})}
	}
	return catalog.NewSnapshot(channels)
}

func TestWeights(t *testing.T) {
	t.Parallel()
	for name, sticky := range map[string]bool{"random": false, "sticky": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb, snap := weighted(sticky, 10, 30, 60, 0), weightedSnapshot(4)
			counts := map[string]int{}
			const n = 20_000
			for i := range n {
				f := facts(t, tb, text("hi"), message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+1555%07d", i)})
				f.Random = mix(uint64(i))
				var d Decision
				tb.Choose(f, snap, &d)
				require.Len(t, d.Candidates, 4)
				require.Equal(t, "c3", d.Candidates[3].Channel.Name, "a weight of 0 is the last resort")
				require.Equal(t, !sticky, d.Drawn)
				counts[d.Candidates[0].Channel.Name]++
			}
			for channel, share := range map[string]float64{"c0": 0.1, "c1": 0.3, "c2": 0.6} {
				require.InDelta(t, share, float64(counts[channel])/n, 0.02, channel)
			}
		})
	}
}

func TestStickyRecipientsStay(t *testing.T) {
	t.Parallel()
	before, after := weighted(true, 1, 1, 1), weightedSnapshot(3)
	lost := addr.Channel{Provider: "p", Name: "c1"}
	without := weightedSnapshot(3).With(map[addr.Channel]catalog.Channel{lost: {}})
	for i := range 500 {
		to := message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+1555%07d", i)}
		first := func(snap *catalog.Snapshot, random uint64) addr.Channel {
			var d Decision
			f := facts(t, before, text("hi"), to)
			f.Random = random
			before.Choose(f, snap, &d)
			return d.Candidates[0].Channel
		}
		chosen := first(after, 1)
		require.Equal(t, chosen, first(after, 2), "chance does not move a recipient")
		if chosen != lost {
			require.Equal(t, chosen, first(without, 3), "only the recipients of a lost channel move")
		}
	}
}

func TestCountry(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+4915112345678": "DE", "+919900112233": "IN", "+12025550123": "US", "+14165550123": "CA", "+77011234567": "KZ",
		"+79161234567": "RU", "+447400123456": "GB", "+447781123456": "GG", "+6281100000001": "ID", "+18765550123": "JM",
		"+999123456": "", "+1": "", "": "",
	} {
		require.Equal(t, want, Country(message.Recipient{Kind: message.RecipientPhone, Address: number}), number)
	}
	require.Empty(t, Country(message.Recipient{Kind: message.RecipientUser, Address: "US.1"}))
}

// hundred is a table of 100 routes of which the last matches.
func hundred(t testing.TB) (*Table, *catalog.Snapshot, *Facts) {
	var routes []config.Route
	for i := range 99 {
		routes = append(routes, config.Route{Name: fmt.Sprintf("r%d", i), Channels: []addr.Channel{full},
			Match: config.Match{Categories: set("authentication", "utility"), Countries: set("IN", "ID", "BR")}})
	}
	routes = append(routes, config.Route{Name: "last", Match: config.Match{Kinds: set("text"), Countries: set("DE")}, Channels: []addr.Channel{textOnly, full}})
	tb := NewTable(routes, nil, nil)
	return tb, snapshot(), facts(t, tb, text("Hello"), message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"})
}

func TestChooseDoesNotAllocate(t *testing.T) {
	tb, snap, facts := hundred(t)
	var d Decision
	tb.Choose(facts, snap, &d)
	require.Equal(t, "last", d.Route)
	require.Len(t, d.Candidates, 2)
	require.Zero(t, testing.AllocsPerRun(100, func() { tb.Choose(facts, snap, &d) }))
}

func BenchmarkChooseAmong100(b *testing.B) {
	tb, snap, facts := hundred(b)
	var d Decision
	b.ReportAllocs()
	for b.Loop() {
		tb.Choose(facts, snap, &d)
	}
}

// A content is checked against a channel once, and again if the channel was opened with other capabilities.
func TestContentIsMadeOnceForEachChannel(t *testing.T) {
	t.Parallel()
	tb, snap := table(), snapshot()
	f := facts(t, tb, text("hi"), message.Recipient{Kind: message.RecipientPhone, Address: "+919900112233"})
	var first, second Decision
	tb.Choose(f, snap, &first)
	tb.Choose(f, snap, &second)
	require.NotEmpty(t, first.Candidates)
	require.Equal(t, first, second)

	ch := first.Candidates[0].Channel
	imagesOnly := capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "image"}}})
	var third Decision
	tb.Choose(f, snap.With(map[addr.Channel]catalog.Channel{ch: {Checker: imagesOnly}}), &third)
	require.NotContains(t, third.Candidates, first.Candidates[0])
	require.Equal(t, ch, third.Skipped[0].Channel)
	require.Equal(t, outcome.ReasonUnsupported, third.Skipped[0].Reason)

	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			var d Decision
			for range 100 {
				tb.Choose(f, snap, &d)
				tb.Choose(f, snapshot(), &d)
			}
		})
	}
	group.Wait()
}

func BenchmarkNewContent(b *testing.B) {
	tb, snap, f := hundred(b)
	var d Decision
	b.ReportAllocs()
	for b.Loop() {
		tb.Choose(facts(b, tb, f.Message, f.To), snap, &d)
	}
}

// The country of a recipient is looked up only for routes that look at it, because that takes long for some numbers.
func TestCountryIsFoundWhenItCounts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		route config.Route
		want  string
	}{
		"no condition": {config.Route{Name: "r"}, ""},
		"countries":    {config.Route{Name: "r", Match: config.Match{Countries: config.Set{"US": {}}}}, "US"},
		"a condition":  {config.Route{Name: "r", When: func(*config.Facts) (bool, error) { return true, nil }}, "US"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := NewTable([]config.Route{test.route}, nil, nil).NewContent(&message.Message{Type: "text", Text: &message.Text{Body: "hi"}})
			require.NoError(t, err)
			f := content.For(message.Recipient{Kind: message.RecipientPhone, Address: "+12025550100"}, time.Now(), 0)
			require.Equal(t, test.want, f.Country)
		})
	}
}
