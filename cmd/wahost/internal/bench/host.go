// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// host is wahost as production runs it: real provider processes behind the dispatcher.
type host struct {
	dir        string
	launcher   *launch.Launcher
	pool       *supervise.Pool
	dispatcher *dispatch.Dispatcher
	text       *message.Message
	template   *message.Message
}

const configuration = `
wahost {
  required_providers {
    innopaas  = { source = "wahost/innopaas" }
    pushwoosh = { source = "wahost/pushwoosh" }
  }
}
provider "innopaas" {
  app_key       = "key-0000"
  authorization = "token-0000"
  endpoint      = "%[1]s"
}
provider "pushwoosh" {
  auth     = "token"
  endpoint = "%[1]s"
}
channel "innopaas" "main" {
  waba_id     = "1"
  send_number = "12025550100"
}
channel "pushwoosh" "main" {
  application = "00000-AAAAA"
}
route "templates" {
  match {
    kind = ["template"]
  }
  channels = [channel.innopaas.main]
}
route "texts" {
  channels = [channel.pushwoosh.main]
}
`

func startHost(ctx context.Context, providers, vendorURL string) (*host, error) {
	dir, err := os.MkdirTemp("", "wahost-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), fmt.Appendf(nil, configuration, vendorURL), 0o600); err != nil {
		return nil, err
	}
	logger := hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr})
	launcher, err := launch.New(logger)
	if err != nil {
		return nil, err
	}
	launcher.LogLevel = func(string) string { return "warn" }
	h := &host{dir: dir, launcher: launcher}
	h.pool = supervise.NewPool(supervise.PoolConfig{
		Launcher: launcher, Logger: logger,
		Find: func(name string) (string, []byte, error) {
			return filepath.Join(absolute(providers), "wahost-provider-"+name), nil, nil
		},
	})
	loaded, _, diags := load.Load(ctx, dir, load.Options{Providers: h.pool, Validator: h.pool})
	if loaded == nil {
		return nil, diags
	}
	if refusals, err := h.pool.Open(ctx, loaded.Config); err != nil || len(refusals) > 0 {
		return nil, fmt.Errorf("open: %w %v", err, refusals)
	}
	h.dispatcher = dispatch.New(loaded.Config, h.pool, dispatch.Options{})
	h.dispatcher.SetSnapshot(h.pool.Snapshot())
	h.text = &message.Message{Type: message.KindText, Text: &message.Text{Body: "Your parcel is on its way."}}
	h.template = &message.Message{Type: message.KindTemplate, Template: &message.Template{
		Name: "order_update", Language: &message.Language{Code: "en"},
		Components: []*message.Component{{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "Ann"}}}},
	}}
	return h, nil
}

func (h *host) close() {
	h.dispatcher.Close()
	h.pool.Close(context.Background(), time.Second)
	_ = h.launcher.Close()
	_ = os.RemoveAll(h.dir)
}

// send sends one text through Pushwoosh.
func (h *host) send(ctx context.Context, i int) error {
	r := h.dispatcher.Send(ctx, dispatch.Request{Content: h.dispatcher.Prepare(h.text), To: message.Recipient{Kind: message.RecipientPhone, Address: number(i)}})
	if r.Outcome.Accepted == nil {
		return fmt.Errorf("not accepted: %s", r.Outcome.Word())
	}
	return nil
}

// phones gives the first n recipients.
func phones(n int) []message.Recipient {
	all := make([]message.Recipient, n)
	for i := range all {
		all[i] = message.Recipient{Kind: message.RecipientPhone, Address: number(i)}
	}
	return all
}

// broadcast sends one template to the recipients through InnoPaaS: the same to all, or to each a text of its own, which
// takes a request for each.
func (h *host) broadcast(ctx context.Context, recipients []message.Recipient, equal bool) error {
	var (
		pending sync.WaitGroup
		bad     atomic.Int64
	)
	pending.Add(len(recipients))
	content := h.dispatcher.Prepare(h.template)
	for _, to := range recipients {
		if !equal {
			m := proto.CloneOf(h.template)
			m.Template.Components[0].Parameters[0].Text = to.Address
			content = h.dispatcher.Prepare(m)
		}
		h.dispatcher.Submit(ctx, dispatch.Request{Content: content, To: to}, func(r dispatch.Result) {
			if r.Outcome.Accepted == nil {
				bad.Add(1)
			}
			pending.Done()
		})
	}
	pending.Wait()
	if bad.Load() > 0 {
		return fmt.Errorf("%d of %d not accepted", bad.Load(), len(recipients))
	}
	return nil
}

// routes measures the choice among 100 routes of which the last matches.
func (b *bench) routes() error {
	channel := addr.Channel{Provider: "pushwoosh", Name: "main"}
	var routes []config.Route
	for i := range 99 {
		routes = append(routes, config.Route{Name: fmt.Sprintf("r%d", i), Channels: []addr.Channel{channel},
			Match: config.Match{Categories: config.Set{"authentication": {}, "utility": {}}, Countries: config.Set{"IN": {}, "ID": {}, "BR": {}}}})
	}
	routes = append(routes, config.Route{Name: "last", Channels: []addr.Channel{channel}})
	table := route.NewTable(routes, nil)
	snapshot := catalog.NewSnapshot(map[addr.Channel]catalog.Channel{channel: {
		Checker: capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: message.KindText}}})}})
	content, err := table.NewContent(&message.Message{Type: message.KindText, Text: &message.Text{Body: "Hello"}})
	if err != nil {
		return err
	}
	facts := content.For(message.Recipient{Kind: message.RecipientPhone, Address: number(1)}, time.Now(), 1)
	var d route.Decision
	result := testing.Benchmark(func(t *testing.B) {
		t.ReportAllocs()
		for t.Loop() {
			table.Choose(&facts, snapshot, &d)
		}
	})
	per := time.Duration(result.NsPerOp())
	verdict("choosing a route among 100", fmt.Sprintf("%v, %d allocations", per, result.AllocsPerOp()), "<= 2µs, 0", per <= 2*time.Microsecond && result.AllocsPerOp() == 0)
	return nil
}
