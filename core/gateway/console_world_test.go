// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/meter"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
)

// newConsoleWorld starts a gateway that has something on every page: two providers, one of them with a certificate and a crash, three routes,
// a template that does not fit everywhere, messages in all states, and an hour of curves.
//
// The scopes are those of the key, which is that of an operator without them.
func newConsoleWorld(t *testing.T, scopes ...string) api {
	t.Helper()
	if len(scopes) == 0 {
		scopes = []string{"admin"}
	}
	w := &world{t: t, vendor: &vendor{seen: make(chan sending, 1000)}, token: keys.NewToken()}
	o := newOptions(t, w.vendor, config.GatewayKey{Name: "shop", ID: w.token.ID(), Hashes: []string{w.token.Hash().String()}, Scopes: scopes})
	second, third := addr.Channel{Provider: "q", Name: "eu"}, addr.Channel{Provider: "q", Name: "backup"}
	c := o.Config
	c.Channels = []config.Channel{{Addr: channel, ProviderID: "p"}, {Addr: second, ProviderID: "q"}, {Addr: third, ProviderID: "q"}}
	c.Routes = []config.Route{
		{Name: "codes", Match: config.Match{Categories: config.Set{"authentication": {}}}, Channels: []addr.Channel{channel, second}, Strategy: config.StrategyFailover},
		{Name: "marketing", Match: config.Match{Categories: config.Set{"marketing": {}}}, Channels: []addr.Channel{second, third}, Strategy: config.StrategyWeighted, Weights: []int{3, 1}},
		{Name: "all", Channels: []addr.Channel{channel}, Strategy: config.StrategyFailover},
	}
	c.Templates = []template.Template{{
		Name: "spring_sale", Category: "marketing", Parameters: []string{"customer"},
		Bindings: []template.Binding{{Channels: []addr.Channel{channel}, Name: "spring_sale_v3", Languages: []string{"en", "hi"}}, {Channels: []addr.Channel{second}, Name: "sale", Languages: []string{"en"}}},
	}}
	checker := capability.NewChecker(capability.Capabilities{
		Kinds:    []capability.Kind{{Kind: "text"}, {Kind: "image"}, {Kind: "template", HeaderKinds: []string{"image"}, ButtonKinds: []string{"url"}}},
		Webhooks: true, MaxRecipients: 100,
	})
	w.vendor.state.Store(catalog.NewSnapshot(map[addr.Channel]catalog.Channel{
		channel: {Checker: checker, Sender: "+49100"}, second: {Checker: checker, Sender: "+49200", Refused: map[string]string{"sticker": "not certified"}},
		third: {Checker: checker, Sender: "+49200", Unhealthy: "the vendor answers nothing"},
	}))
	o.Dispatcher = dispatcher{dispatch.New(c, w.vendor, engine.DispatchOptions)}
	ended := time.Now().Add(400 * 24 * time.Hour)
	o.Processes = func(context.Context) []adminapi.Process {
		started := time.Now().Add(-3 * time.Hour)
		return []adminapi.Process{
			{Provider: "p", PID: 4711, Version: "1.4.0", StartedAt: &started, MemoryBytes: 34 << 20},
			{
				Provider: "q", PID: 4712, Version: "0.9.2", SHA256: strings.Repeat("5f8a", 16), StartedAt: &started, Restarts: 2, MemoryBytes: 41 << 20,
				LastCrash:    &adminapi.Crash{At: started, Reason: "the process ended (generation 2, after 3s)", Panicked: true},
				Certificate:  &adminapi.Certificate{State: "valid", Result: "conformant", Suite: "3.1.0", Signers: []string{"lab"}, EndsAt: &ended},
				Capabilities: []string{"text", "template", "webhooks"}, Features: []string{"category/marketing", "category/utility", "media/link", "template/header/image"},
			},
		}
	}
	var sent atomic.Int32
	rejected := outcome.Reject(outcome.ReasonVendorRejected, "", "")
	rejected.Rejected.VendorMessage, rejected.Rejected.VendorCode = canary, "131026"
	answers := []outcome.Outcome{outcome.Accept("v-1"), rejected, rejected, outcome.NewUnknown("the connection broke"), outcome.Accept("v-2"), outcome.Accept("v-3")}
	answer := func(id string) outcome.Outcome {
		if n := int(sent.Add(1)); n <= len(answers) {
			return answers[n-1]
		}
		return outcome.Accept("v-" + id)
	}
	w.vendor.answer.Store(&answer)
	w.start(o)
	fillMeter(&w.gateway.shared.meter, time.Now())
	a := api{w}
	for _, number := range []string{"16505551001", "16505551002", "16505551003", "16505551004", "16505551005", "16505551006"} {
		a.send(`{"to":"` + number + `","text":{"body":"<b>Hi</b>"}}`)
	}
	require.Eventually(t, func() bool {
		counts, err := w.gateway.store.Counts(t.Context())
		return err == nil && counts[store.StateReady] == 0
	}, patience, 5*time.Millisecond)
	require.Len(t, a.items("/v1/troubles"), 2)
	_, err := w.gateway.engine.Set(t.Context(), store.Actor{Key: "shop"}, []store.Setting{{Kind: store.SettingPause, Key: "+49200", Value: "the vendor is in trouble"}})
	require.NoError(t, err)
	return a
}

// fillMeter counts an hour in which more and more messages came, some failed, and many waited for a while.
func fillMeter(m *meter.Meter, now time.Time) {
	for i := range 358 {
		at := now.Add(-time.Duration(360-i) * meter.Step)
		wave := 1 + math.Sin(float64(i)/23)
		m.Took(at, int(float64(i)*wave))
		m.Waits(at, int(40*wave*float64(i%90)))
		for range int(float64(i) * wave / 20) {
			m.Attempted(at, meter.Path{Route: "codes", Channel: "p.first"}, true)
			m.Attempted(at, meter.Path{Route: "marketing", Channel: "q.eu"}, i%9 > 0)
		}
		if i%7 == 0 {
			m.Attempted(at, meter.Path{Route: "codes", Channel: "q.eu"}, i%2 == 0)
		}
	}
}
