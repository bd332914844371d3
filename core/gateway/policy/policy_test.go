// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var now = time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

func phone(number string) message.Recipient {
	return message.Recipient{Kind: message.RecipientPhone, Address: number}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	night := QuietHours{From: 21 * 60, To: 8 * 60, Categories: []string{"marketing"}}
	berlin, losAngeles := zone(t, "Europe/Berlin"), zone(t, "America/Los_Angeles")
	service := Facts{Category: "service", LastInbound: now.Add(-time.Hour)}
	marketing := Facts{Category: "marketing", Template: true}
	with := func(f Facts, change func(*Facts)) Facts {
		change(&f)
		return f
	}
	tests := map[string]struct {
		policy Policy
		facts  Facts
		want   Decision // without At if it is now
		reason outcome.Reason
		detail string
	}{
		"in the window":      {facts: service},
		"just in the window": {facts: with(service, func(f *Facts) { f.LastInbound = now.Add(-24*time.Hour + 1) })},
		"window closed": {
			facts: with(service, func(f *Facts) { f.LastInbound = now.Add(-24 * time.Hour) }), reason: outcome.ReasonOutsideServiceWindow, detail: "2026-11-25T10:00:00Z, more than 24 hours ago",
		},
		"never written":            {facts: Facts{Category: "service"}, reason: outcome.ReasonOutsideServiceWindow, detail: "never written"},
		"never written, scheduled": {facts: Facts{Category: "service", SendAt: now.Add(time.Hour)}, want: Decision{At: now.Add(time.Hour)}},
		"inbound is not known":     {facts: Facts{Category: "service", NoInbound: true}},
		"a group":                  {facts: Facts{Category: "service", To: message.Recipient{Kind: message.RecipientGroup}}},
		"a template":               {facts: Facts{Category: "utility", Template: true}},
		"send outside":             {policy: Policy{Window: WindowPolicy{Action: WindowSend}}, facts: Facts{Category: "service"}},
		"replace outside": {
			policy: Policy{Window: WindowPolicy{Action: WindowTemplate, Template: "reengage", Category: "marketing"}}, facts: Facts{Category: "service"}, want: Decision{Verdict: Replace},
		},
		"replace outside, opted out": {
			policy: Policy{Window: WindowPolicy{Action: WindowTemplate, Template: "reengage", Category: "marketing"}}, facts: Facts{Category: "service", OptedOut: true}, reason: outcome.ReasonOptedOut,
		},
		"replace at night": {
			policy: Policy{Window: WindowPolicy{Action: WindowTemplate, Template: "reengage", Category: "marketing"}, Quiet: []QuietHours{night}},
			facts:  Facts{Category: "service", Zones: []*time.Location{losAngeles}}, want: Decision{Verdict: Replace, At: now.Add(6 * time.Hour), Quiet: true},
		},
		"replace no reaction": {
			policy: Policy{Window: WindowPolicy{Action: WindowTemplate, Template: "reengage"}}, facts: Facts{Category: "service", Attached: true}, reason: outcome.ReasonOutsideServiceWindow,
		},
		"replace nothing inside": {policy: Policy{Window: WindowPolicy{Action: WindowTemplate, Template: "reengage"}}, facts: service},

		"opted out":                 {facts: with(marketing, func(f *Facts) { f.OptedOut = true }), reason: outcome.ReasonOptedOut},
		"opted out, no category":    {facts: Facts{Template: true, OptedOut: true}, reason: outcome.ReasonOptedOut},
		"opted out, utility":        {facts: Facts{Template: true, Category: "utility", OptedOut: true}},
		"opted out of utility":      {policy: Policy{OptOut: []string{"utility"}}, facts: Facts{Template: true, Category: "utility", OptedOut: true}, reason: outcome.ReasonOptedOut},
		"opted out of utility only": {policy: Policy{OptOut: []string{"utility"}}, facts: with(marketing, func(f *Facts) { f.OptedOut = true })},

		"by day":   {policy: Policy{Quiet: []QuietHours{night}}, facts: with(marketing, func(f *Facts) { f.Zones = []*time.Location{berlin} })},
		"by night": {policy: Policy{Quiet: []QuietHours{night}}, facts: with(marketing, func(f *Facts) { f.Zones = []*time.Location{losAngeles} }), want: Decision{At: now.Add(6 * time.Hour), Quiet: true}},
		"by night, and the morning is quiet too": {
			policy: Policy{Quiet: []QuietHours{{From: 7 * 60, To: 10 * 60}, night}}, facts: with(marketing, func(f *Facts) { f.Zones = []*time.Location{losAngeles} }),
			want: Decision{At: now.Add(8 * time.Hour), Quiet: true},
		},
		"by night, other category": {policy: Policy{Quiet: []QuietHours{night}}, facts: with(service, func(f *Facts) { f.Zones = []*time.Location{losAngeles} })},
		"scheduled into the night": {
			policy: Policy{Quiet: []QuietHours{night}}, facts: with(marketing, func(f *Facts) { f.Zones, f.SendAt = []*time.Location{berlin}, now.Add(12*time.Hour) }),
			want: Decision{At: now.Add(21 * time.Hour), Quiet: true},
		},
		"scheduled in the past": {facts: with(marketing, func(f *Facts) { f.SendAt = now.Add(-time.Hour) })},
		"expires at night": {
			policy: Policy{Quiet: []QuietHours{night}}, facts: with(marketing, func(f *Facts) { f.Zones, f.Expires = []*time.Location{losAngeles}, now.Add(time.Hour) }),
			reason: outcome.ReasonInvalidMessage, detail: "would expire at 2026-11-26T11:00:00Z",
		},
		"expired": {facts: with(marketing, func(f *Facts) { f.Expires = now }), reason: outcome.ReasonInvalidMessage},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.facts.Now = now
			got := test.policy.Decide(&test.facts)
			if test.reason != "" {
				require.Equal(t, Refuse, got.Verdict)
				assert.Equal(t, test.reason, got.Rejected.Reason)
				assert.Contains(t, got.Rejected.Detail, test.detail)
				return
			}
			if test.want.At.IsZero() {
				test.want.At = now
			}
			assert.True(t, test.want.At.Equal(got.At), got.At)
			got.At = test.want.At
			assert.Equal(t, test.want, got)
		})
	}
}

func TestQuietHours(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	night := QuietHours{From: 21 * 60, To: 8 * 60}
	noon := QuietHours{From: 12*60 + 30, To: 13 * 60}
	at := func(z *time.Location, day, hour, minute, second int) time.Time {
		return time.Date(2026, 3, day, hour, minute, second, 0, z)
	}
	world := []*time.Location{zone(t, "Pacific/Auckland"), zone(t, "Asia/Tokyo"), berlin, zone(t, "America/New_York"), zone(t, "Pacific/Honolulu")}
	tests := map[string]struct {
		hours      QuietHours
		zones      []*time.Location
		from, want time.Time
	}{
		"before":               {night, []*time.Location{berlin}, at(berlin, 10, 20, 59, 59), at(berlin, 10, 20, 59, 59)},
		"at the beginning":     {night, []*time.Location{berlin}, at(berlin, 10, 21, 0, 0), at(berlin, 11, 8, 0, 0)},
		"after midnight":       {night, []*time.Location{berlin}, at(berlin, 11, 0, 0, 30), at(berlin, 11, 8, 0, 0)},
		"at the end":           {night, []*time.Location{berlin}, at(berlin, 11, 8, 0, 0), at(berlin, 11, 8, 0, 0)},
		"by day":               {noon, []*time.Location{berlin}, at(berlin, 11, 12, 45, 10), at(berlin, 11, 13, 0, 0)},
		"the clock goes ahead": {night, []*time.Location{berlin}, at(berlin, 28, 22, 0, 0), at(berlin, 29, 8, 0, 0)},
		"no zone":              {night, nil, at(time.UTC, 10, 22, 0, 0), at(time.UTC, 11, 8, 0, 0)},
		"two zones":            {night, []*time.Location{berlin, zone(t, "America/New_York")}, at(berlin, 10, 9, 0, 0), at(berlin, 10, 13, 0, 0)}, // 8:00 in New York, which has summer time already
		"half an hour":         {night, []*time.Location{zone(t, "Asia/Kolkata")}, at(time.UTC, 10, 2, 0, 0), at(time.UTC, 10, 2, 30, 0)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.hours.Next(test.from, test.zones)
			assert.True(t, test.want.Equal(got), "%s, not %s", got, test.want)
		})
	}
	best := night.Next(at(time.UTC, 10, 0, 0, 0), world)
	quiet := 0
	for _, z := range world {
		if night.quiet(best.In(z)) {
			quiet++
		}
	}
	assert.Positive(t, quiet, "there is no time that suits all")
	assert.LessOrEqual(t, quiet, 2)
	assert.False(t, night.applies("authentication"))
	assert.True(t, night.applies("marketing"))
}

func TestParseQuietHours(t *testing.T) {
	t.Parallel()
	q, err := ParseQuietHours("21:00", "08:30")
	require.NoError(t, err)
	require.Equal(t, QuietHours{From: 1260, To: 510}, q)
	for _, bad := range [][2]string{{"21", "08:00"}, {"21:00", "24:00"}, {"9:00", "10:00"}, {"08:00", "08:00"}, {"", ""}} {
		_, err := ParseQuietHours(bad[0], bad[1])
		require.Error(t, err, bad)
	}
}

func TestZones(t *testing.T) {
	t.Parallel()
	names := func(to message.Recipient) string {
		var list []string
		for _, z := range Zones(to) {
			list = append(list, z.String())
		}
		return strings.Join(list, " ")
	}
	assert.Equal(t, "Europe/Berlin", names(phone("+4915112345678")))
	assert.Equal(t, "Asia/Calcutta", names(phone("+919900112233")))
	assert.Greater(t, len(Zones(phone("+18005551234"))), 3, "a number of all of North America")
	assert.Empty(t, names(phone("+999123456")))
	assert.Empty(t, names(phone("")))
	assert.Empty(t, names(message.Recipient{Kind: message.RecipientUser, Address: "US.1"}))
}

func TestWords(t *testing.T) {
	t.Parallel()
	w := DefaultWords()
	w.Out = append(w.Out, "Abmelden", "退订", "ARRÊT")
	for text, want := range map[string]Choice{
		"STOP": OptOut, " stop. ": OptOut, "Stop!!!": OptOut, "stop   all": OptOut, "opt-out": OptOut, "abmelden": OptOut, "退订": OptOut, "Arrêt": OptOut,
		"start": OptIn, "*START*": OptIn,
		"": NoChoice, "...": NoChoice, "please do not stop": NoChoice, "stopp": NoChoice, "s t o p": NoChoice, "st.op": NoChoice, "yes": NoChoice, strings.Repeat("stop ", 30): NoChoice,
	} {
		assert.Equal(t, want, w.Read(text), text)
	}
	assert.Equal(t, NoChoice, Words{Out: []string{"", "!"}}.Read(""))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Limit{"1/s": {1, time.Second}, "5/m": {5, time.Minute}, "10/h": {10, time.Hour}, "10000/d": {10000, 24 * time.Hour}} {
		got, err := ParseLimit(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, text, got.String())
	}
	for _, bad := range []string{"", "/", "10", "10/", "10/w", "0/h", "-1/h", "+1/h", "01/h", "1.5/h", "1000001/h", "10/h/h"} {
		_, err := ParseLimit(bad)
		require.Error(t, err, bad)
	}
}

// A bound is counted for what messages have in common, of one sender, and forgets with time.
func TestLimiter(t *testing.T) {
	t.Parallel()
	var l Limiter
	bounds := []Bound{
		{Per: PerRecipient, Limit: Limit{2, time.Minute}},
		{Per: PerPrefix, Limit: Limit{3, time.Hour}, Categories: []string{"authentication"}},
		{Per: PerCountry, Limit: Limit{4, time.Hour}, Categories: []string{"authentication"}},
	}
	take := func(address, country, category string, after time.Duration) string {
		r := l.Take("1020", bounds, phone(address), country, category, now.Add(after), true)
		if r == nil {
			return ""
		}
		require.Equal(t, []any{outcome.ReasonRateLimited, outcome.RetryLater}, []any{r.Reason, r.Retry})
		return fmt.Sprintf("%s %s %s", r.Detail, r.RetryAfter, r.Scope)
	}
	for range 2 {
		require.Empty(t, take("+4915500001111", "DE", "authentication", 0))
	}
	require.Equal(t, "the recipient has had 2/m, which is the limit 30s recipient", take("+4915500001111", "DE", "authentication", 0))
	require.Equal(t, "the recipient has had 2/m, which is the limit 10s recipient", take("+4915500001111", "DE", "utility", 20*time.Second), "all categories count")
	require.Empty(t, take("+4915500002222", "DE", "authentication", 0))
	require.Equal(t, "the prefix has had 3/h, which is the limit 20m0s sender", take("+4915500003333", "DE", "authentication", 0))
	require.Empty(t, take("+4915500003333", "DE", "marketing", 0), "others do not count")
	require.Empty(t, take("+4915511110000", "DE", "authentication", 0), "what was refused did not count")
	require.Equal(t, "the country has had 4/h, which is the limit 15m0s sender", take("+4915522220000", "DE", "authentication", 0))
	require.Empty(t, take("+3315522220000", "FR", "authentication", 0))
	require.Empty(t, take("+4915500001111", "DE", "authentication", 20*time.Minute))
	require.Nil(t, l.Take("3040", bounds, phone("+4915500001111"), "DE", "authentication", now, true), "another sender")
	user := message.Recipient{Kind: message.RecipientUser, Address: "US.1"}
	for range 2 {
		require.Nil(t, l.Take("1020", bounds, user, "", "authentication", now, true))
	}
	for range 2 {
		require.NotNil(t, l.Take("1020", bounds, user, "", "authentication", now, false))
	}
}

// The memory of a limiter is bounded, also while all that it has counts.
func TestLimiterForgets(t *testing.T) {
	t.Parallel()
	var l Limiter
	bounds := []Bound{{Per: PerRecipient, Limit: Limit{1, time.Hour}}}
	for i := range maxCounted + 10 {
		l.Take("1020", bounds, phone(fmt.Sprint("+", i)), "", "", now, true)
	}
	require.LessOrEqual(t, len(l.full), maxCounted/2+10)
	require.NotNil(t, l.Take("1020", bounds, phone(fmt.Sprint("+", maxCounted+9)), "", "", now, true), "the latest is known")
}

func TestExpires(t *testing.T) {
	t.Parallel()
	assert.Equal(t, now.Add(10*time.Minute), Expires("authentication", 0, now))
	assert.Equal(t, now.Add(time.Hour), Expires("authentication", time.Hour, now))
	assert.Equal(t, now.Add(time.Hour), Expires("service", time.Hour, now))
	assert.True(t, Expires("marketing", 0, now).IsZero())
}

func FuzzParsers(f *testing.F) {
	f.Add("10/h", "21:00", "stop")
	f.Fuzz(func(t *testing.T, limit, hour, text string) {
		if l, err := ParseLimit(limit); err == nil {
			require.Equal(t, limit, l.String())
		}
		if q, err := ParseQuietHours(hour, "12:34"); err == nil {
			require.False(t, q.quiet(q.Next(now, nil).UTC()))
		}
		choice := DefaultWords().Read(text)
		require.Equal(t, choice, DefaultWords().Read(" "+text+"\n"), "spaces around it do not matter")
	})
}
