// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// TestWindow checks that a provider without a bound on concurrent requests gets the host's default.
func TestWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		caps capability.Capabilities
		want int
	}{
		"no bound":               {capability.Capabilities{}, capability.DefaultMaxConcurrency},
		"a bound":                {capability.Capabilities{MaxConcurrency: 3}, 3},
		"a large bound":          {capability.Capabilities{MaxConcurrency: 500}, 500},
		"groups without a bound": {capability.Capabilities{MaxRecipients: 10}, capability.DefaultMaxConcurrency},
		"groups with a bound":    {capability.Capabilities{MaxRecipients: 10, MaxConcurrency: 2}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, setup{}, &fakeSender{}).channels[first]
			c.open("+15550100001", test.caps)
			l := c.lane.Load()
			l.mu.Lock()
			defer l.mu.Unlock()
			require.Equal(t, test.want, c.window.most)
			require.Equal(t, min(test.want, windowStart), c.window.current())
		})
	}
}

// options stands for the options of the providers.
type options struct{ problem *message.Problem }

func (o options) Check(*message.Message) *message.Problem { return o.problem }

func (o options) Complete(name string, m *message.Message) *message.Message {
	c := proto.CloneOf(m)
	c.Wahost = &message.Extension{Vendor: &structpb.Struct{Fields: map[string]*structpb.Value{name: structpb.NewStringValue("default")}}}
	return c
}

func withOptions(o options) Options {
	all := quick
	all.VendorOptions = o
	return all
}

// TestOptionsGetDefaults checks that a provider gets the defaults of its options.
func TestOptionsGetDefaults(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("1") })}
	d := start(t, setup{options: withOptions(options{})}, sender)
	require.NotNil(t, d.Send(t.Context(), request(d, 1, "")).Outcome.Accepted)
	calls := sender.recorded()
	require.Len(t, calls, 1)
	require.Equal(t, "default", calls[0].batches[0].Message.GetWahost().GetVendor().GetFields()[first.Provider].GetStringValue())
}

// TestOptionsThatAreWrong checks that a message with wrong options is rejected before it is routed, and that an explanation
// says the same.
func TestOptionsThatAreWrong(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{}
	d := start(t, setup{options: withOptions(options{problem: &message.Problem{Path: "wahost.vendor.acme.x", Detail: "No such option."}})}, sender)
	vendor, err := structpb.NewStruct(map[string]any{"acme": map[string]any{"x": 1}})
	require.NoError(t, err)
	req := request(d, 1, "")
	m := &message.Message{Type: "text", Text: &message.Text{Body: "hi"}, Wahost: &message.Extension{Vendor: vendor}}
	req.Content = d.Prepare(m)
	r := d.Send(t.Context(), req)
	require.NotNil(t, r.Outcome.Rejected)
	require.Equal(t, outcome.ReasonInvalidMessage, r.Outcome.Rejected.Reason)
	require.Equal(t, "wahost.vendor.acme.x", r.Outcome.Rejected.Path)
	require.Empty(t, r.Attempts)
	require.Empty(t, sender.recorded())
	_, _, err = d.Explain(m, req.To)
	require.ErrorContains(t, err, "No such option.")
}

// A bound of the configuration holds for the requests of a vendor that takes groups, whatever the messages are.
func TestABoundOnRequestsForGroups(t *testing.T) {
	t.Parallel()
	const bound, messages, contents = 2, 120, 6
	var mu sync.Mutex
	now, most := 0, 0
	sender := &fakeSender{}
	sender.send = func(_ addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
		requests := 0
		for _, b := range batches {
			requests += (len(b.Deliveries) + 9) / 10
		}
		mu.Lock()
		now += requests
		most = max(most, now)
		mu.Unlock()
		for _, b := range batches {
			for left := len(b.Deliveries) - 1; left >= 0; left-- {
				if left%10 == 0 { // a request ends with the answer to its last delivery, which makes room for another one
					mu.Lock()
					now--
					mu.Unlock()
				}
				o := outcome.Accept("v")
				o.DeliveryID = b.Deliveries[left].DeliveryID
				answer(o)
			}
		}
		return nil
	}
	cfg := &config.Config{Channels: []config.Channel{{Addr: first, MaxConcurrency: bound}}}
	d := startWith(t, cfg, setup{caps: capability.Capabilities{MaxRecipients: 10}}, sender)
	var group sync.WaitGroup
	for i := range messages {
		group.Add(1)
		d.Submit(t.Context(), requestText(d, i, "p.first", fmt.Sprint("text ", i/(messages/contents))), func(r Result) {
			if r.Outcome.Accepted == nil {
				t.Errorf("not accepted: %v", r.Outcome)
			}
			group.Done()
		})
	}
	group.Wait()
	require.LessOrEqual(t, most, bound)
	w := d.Windows()[first]
	w.Latency, w.Lowest = 0, 0 // they are known if there were enough requests
	require.Equal(t, Window{Size: bound, Least: bound, Most: bound}, w)
}
