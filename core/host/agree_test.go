// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var (
	agreeSeed  = flag.Uint64("agree.seed", 1, "seed of the first random configuration; 0 chooses one")
	agreeCases = flag.Int("agree.cases", 10_000, "number of random messages")
)

const messagesOfWorld = 25

// What explain says and what Send and a campaign do is the same, and it is what the configuration is meant to do: for
// random configurations, states of channels, messages and recipients. A failure names the seed that repeats its
// configuration as the first one.
func TestExplainAgreesWithSend(t *testing.T) {
	t.Parallel()
	first := *agreeSeed
	if first == 0 {
		first = rand.Uint64()
	}
	var mu sync.Mutex
	seen := map[string]int{}
	var workers sync.WaitGroup
	seeds := make(chan uint64)
	for range 2 {
		workers.Go(func() {
			for seed := range seeds {
				counts := agreeInWorld(t, seed)
				mu.Lock()
				for what, n := range counts {
					seen[what] += n
				}
				mu.Unlock()
			}
		})
	}
	for i := 0; i < *agreeCases/messagesOfWorld && !t.Failed(); i++ {
		seeds <- first + uint64(i)
	}
	close(seeds)
	workers.Wait()
	t.Logf("-agree.seed=%d: %v", first, seen)
	if t.Failed() || *agreeCases < 10_000 {
		return
	}
	for _, what := range []string{
		"invalid", "refused", "undecided", "no route", "no channel", "sent", "sent elsewhere", "raw", "unknown template", "drawn", "weighted", "row",
		"named", "fallback",
	} {
		require.Greater(t, seen[what], 20, "the cases must have messages of each sort: %s", what)
	}
}

// failure reports a disagreement with all that is needed to repeat it.
type failure struct {
	t    *testing.T
	seed uint64
	w    *world
	m    *message.Message
	to   message.Recipient
	bad  bool
}

func (f *failure) Errorf(format string, args ...any) {
	f.bad = true
	f.t.Errorf("run with -agree.seed=%d -agree.cases=%d\nmessage: %v\nto: %v\n%s\n%s", f.seed, messagesOfWorld, f.m, f.to, f.w.hcl, fmt.Sprintf(format, args...))
}

func (f *failure) equal(what string, want, got any) {
	if reflect.DeepEqual(want, got) { // which is faster
		return
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		f.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// agreeInWorld checks the messages of one random configuration, and returns how many of each sort there were.
func agreeInWorld(t *testing.T, seed uint64) map[string]int {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	recipients := randomRecipients(r)
	w := newWorld(t, r, recipients)
	v := &vendor{state: w.state, random: rand.New(rand.NewPCG(seed, 1))}
	// Nobody waits for a channel that is unhealthy for an hour, and retries are immediate.
	d := dispatch.New(w.cfg, v, dispatch.Options{FirstBackoff: 2, MaxBackoff: 2, MaxWait: time.Millisecond, BreakerPause: time.Hour})
	defer d.Close()
	seen := map[string]int{}
	for range messagesOfWorld {
		f := &failure{t: t, seed: seed, w: w, m: w.randomMessage(r), to: pick(r, recipients)}
		f.compare(d, v, seen)
		if f.bad {
			return seen
		}
	}
	if seed%10 == 0 {
		f := &failure{t: t, seed: seed, w: w, m: w.randomMessage(r)}
		f.campaign(recipients, seen)
	}
	return seen
}

// compare explains a message, sends it, and compares the two with each other and with what is expected.
func (f *failure) compare(d *dispatch.Dispatcher, v *vendor, seen map[string]int) {
	decision, misses, err := d.Explain(f.m, f.to)
	sent := d.Send(f.t.Context(), dispatch.Request{Content: d.Prepare(f.m), To: f.to})
	received := v.take()
	if err != nil {
		seen["invalid"]++
		var invalid *message.InvalidError
		require.ErrorAs(f.t, err, &invalid)
		refusal := outcome.Reject(outcome.ReasonInvalidMessage, invalid.Problems[0].Path, "%s", invalid.Problems[0].Detail)
		refusal.DeliveryID = sent.ID
		f.equal("rejection of an invalid message", refusal, sent.Outcome)
		f.equal("messages that reached a provider", 0, len(received))
		return
	}
	f.decided(decision, misses, seen)
	f.equal("route", decision.Route, sent.Route)
	f.equal("raw template", decision.RawTemplate, sent.RawTemplate)
	f.equal("undecided", decision.Undecided, sent.Undecided)
	f.equal("skipped", decision.Skipped, sent.Skipped)
	refusal, none := dispatch.Rejection(&decision)
	if none {
		if decision.Drawn {
			f.Errorf("drawn without a candidate")
		}
		refusal.DeliveryID = sent.ID
		got := sent.Outcome
		got.IgnoredFields = nil
		f.equal("rejection", refusal, got)
		f.equal("attempts", 0, len(sent.Attempts))
		f.equal("messages that reached a provider", 0, len(received))
		return
	}
	seen["sent"]++
	f.attempts(&decision, sent, received, seen)
}

// decided compares a decision with what the configuration is meant to do.
func (f *failure) decided(d route.Decision, misses []route.Miss, seen map[string]int) {
	raw := ""
	if _, declared := f.w.templates[f.m.GetTemplate().GetName()]; f.m.GetType() == message.KindTemplate && !declared {
		raw = f.m.GetTemplate().GetName()
	}
	f.equal("raw template", raw, d.RawTemplate)
	if raw != "" {
		seen["raw"]++
		if f.w.strict {
			seen["unknown template"]++
			f.equal("unknown template", []any{outcome.ReasonInvalidMessage, "template.name", true, 0},
				[]any{d.Reason, d.Path, strings.Contains(d.NoRoute, fmt.Sprintf("no template %q", raw)), len(misses)})
			return
		}
	}
	if own := f.m.GetWahost(); own.GetRoute() != "" || own.GetChannel() != "" {
		seen["named"]++
		f.equal("routes that were tried", 0, len(misses)+len(d.Undecided))
		if own.GetChannel() != "" {
			f.equal("route", "", d.Route)
		} else if d.NoRoute == "" {
			f.equal("route", own.GetRoute(), d.Route)
		}
		return
	}
	want := f.w.expect(f.m, f.to)
	var undecided, missed []string
	for _, u := range d.Undecided {
		undecided = append(undecided, u.Route)
	}
	for _, m := range misses {
		missed = append(missed, m.Route)
	}
	f.equal("route", want.route, d.Route)
	f.equal("undecided", want.undecided, undecided)
	f.equal("missed routes", want.missed, missed)
	f.equal("whether there is a route", want.route == "", d.NoRoute != "")
	f.equal("whether a condition rejects the message", want.refused, strings.Contains(d.NoRoute, "condition cannot be decided"))
	switch {
	case want.refused:
		seen["refused"]++
	case want.route == "":
		seen["no route"]++
	case len(d.Candidates) == 0:
		seen["no channel"]++
	}
	if len(undecided) > 0 {
		seen["undecided"]++
	}
}

// attempts compares the attempts with the candidates of the explanation.
func (f *failure) attempts(d *route.Decision, sent dispatch.Result, received []handed, seen map[string]int) {
	order := d.Candidates
	if d.Drawn {
		seen["drawn"]++
		total := 0.0
		for _, share := range d.Shares() {
			total += share
		}
		f.equal("the sum of the shares", true, total > 0.999 && total < 1.001)
	} else if slices.ContainsFunc(order, func(c route.Candidate) bool { return c.Weight > 0 }) {
		seen["weighted"]++
	}
	f.equal("attempts", len(received), len(sent.Attempts))
	at := -1
	var before []addr.Channel
	for i, a := range sent.Attempts {
		next := slices.IndexFunc(order, func(c route.Candidate) bool { return c.Channel == a.Channel })
		switch {
		case next < 0:
			f.Errorf("attempt %d is on %s, which is not among the candidates", i+1, a.Channel)
			return
		case i == 0 && d.Drawn:
			if d.Candidates[next].Weight == 0 {
				f.Errorf("%s has no weight and comes first", a.Channel)
			}
		case i == 0:
			f.equal("the channel of the first attempt", order[0].Channel, a.Channel)
		case next == at:
		case d.Drawn && slices.Contains(before, a.Channel), !d.Drawn && next < at:
			f.Errorf("attempt %d goes back to %s", i+1, a.Channel)
		case !slices.Contains(d.FallbackOn, sent.Attempts[i-1].Outcome.Rejected.Reason):
			f.Errorf("attempt %d is on the next channel after %s", i+1, sent.Attempts[i-1].Outcome.Rejected.Reason)
		default:
			seen["fallback"]++
		}
		at, before = next, append(before, a.Channel)
		if at > 0 {
			seen["sent elsewhere"]++
		}
		f.equal("channel", a.Channel, received[i].channel)
		f.equal("recipient", f.to, received[i].to)
		if want := message.ForProvider(order[next].Message, a.Channel.Provider); !proto.Equal(want, received[i].message) {
			f.Errorf("the provider got %v, and the explanation had %v", received[i].message, want)
		}
	}
}

// campaignSender is a dispatcher that a campaign can stop.
type campaignSender struct{ *dispatch.Dispatcher }

// StopWaiting ends the messages that wait.
func (s campaignSender) StopWaiting() { s.Close() }

// campaign sends the message to all recipients that a file can have, and compares each row with its explanation.
func (f *failure) campaign(recipients []message.Recipient, seen map[string]int) {
	v := &vendor{state: f.w.state, accept: true}
	d := dispatch.New(f.w.cfg, v, dispatch.Options{MaxWait: time.Millisecond, BreakerPause: time.Hour})
	defer d.Close()
	path := filepath.Join(f.t.TempDir(), "rows.csv")
	lines, wanted := "to\n", map[string]route.Decision{}
	for _, to := range recipients {
		if to.Kind != message.RecipientPhone {
			continue
		}
		decision, _, err := d.Explain(f.m, to)
		if err != nil {
			return
		}
		lines, wanted[to.Address] = lines+to.Address+"\n", decision
	}
	require.NoError(f.t, os.WriteFile(path, []byte(lines), 0o600))
	file, err := broadcast.Open(f.t.Context(), path, broadcast.ReadOptions{})
	require.NoError(f.t, err)
	defer func() { _ = file.Close() }()
	var mu sync.Mutex
	_, err = broadcast.Run(f.t.Context(), broadcast.Options{File: file, Message: f.m, Journal: path + ".journal", Sender: campaignSender{d}, Result: func(_ broadcast.Row, r dispatch.Result) error {
		mu.Lock()
		defer mu.Unlock()
		f.to = r.To
		want, ok := wanted[r.To.Address]
		if !ok {
			f.Errorf("nobody asked for %s", r.To.Address)
			return nil
		}
		seen["row"]++
		f.equal("route of a row", want.Route, r.Route)
		f.equal("undecided of a row", want.Undecided, r.Undecided)
		f.equal("raw template of a row", want.RawTemplate, r.RawTemplate)
		refusal, none := dispatch.Rejection(&want)
		switch {
		case none:
			refusal.DeliveryID = r.ID
			got := r.Outcome
			got.IgnoredFields = nil
			f.equal("rejection of a row", refusal, got)
		case !want.Drawn:
			f.equal("channel of a row", want.Candidates[0].Channel, r.Channel())
		}
		return nil
	}})
	require.NoError(f.t, err)
}
