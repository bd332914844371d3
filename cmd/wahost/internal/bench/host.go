// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// target is a host as production runs it, with real provider processes.
type target struct {
	dir      string
	host     *host.Host
	text     *message.Message
	template *message.Message
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

func startHost(ctx context.Context, providers, vendorURL string) (*target, error) {
	dir, err := os.MkdirTemp("", "wahost-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), fmt.Appendf(nil, configuration, vendorURL), 0o600); err != nil {
		return nil, err
	}
	h, err := host.Open(ctx, host.Options{
		Dir: dir, Log: os.Stderr,
		Find: func(name string) (string, error) {
			return filepath.Join(absolute(providers), "wahost-provider-"+name), nil
		},
	})
	if err != nil {
		return nil, err
	}
	t := &target{dir: dir, host: h}
	if found := h.Validate(ctx); found.HasErrors() {
		t.close()
		return nil, found.Diagnostics
	}
	if found, err := h.Start(ctx); err != nil || found.HasErrors() {
		t.close()
		return nil, fmt.Errorf("start: %w", errors.Join(err, found.Diagnostics))
	}
	t.text = &message.Message{Type: message.KindText, Text: &message.Text{Body: "Your parcel is on its way."}}
	t.template = &message.Message{Type: message.KindTemplate, Template: &message.Template{
		Name: "order_update", Language: &message.Language{Code: "en"},
		Components: []*message.Component{{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "Ann"}}}},
	}}
	return t, nil
}

func (t *target) close() {
	t.host.Close()
	_ = os.RemoveAll(t.dir)
}

// send sends one text through Pushwoosh.
func (t *target) send(ctx context.Context, i int) error {
	r := t.host.Send(ctx, dispatch.Request{Content: t.host.Prepare(t.text), To: message.Recipient{Kind: message.RecipientPhone, Address: number(i)}})
	if r.Outcome.Accepted == nil {
		return fmt.Errorf("not accepted: %s", r.Outcome.Word())
	}
	return nil
}

// phones returns the first n recipients.
func phones(n int) []message.Recipient {
	all := make([]message.Recipient, n)
	for i := range all {
		all[i] = message.Recipient{Kind: message.RecipientPhone, Address: number(i)}
	}
	return all
}

// broadcast sends one template to the recipients through InnoPaaS. If equal is false, each recipient gets a text of its
// own, which takes a request for each.
func (t *target) broadcast(ctx context.Context, recipients []message.Recipient, equal bool) error {
	var (
		pending sync.WaitGroup
		bad     atomic.Int64
	)
	pending.Add(len(recipients))
	content := t.host.Prepare(t.template)
	for _, to := range recipients {
		if !equal {
			m := proto.CloneOf(t.template)
			m.Template.Components[0].Parameters[0].Text = to.Address
			content = t.host.Prepare(m)
		}
		t.host.Submit(ctx, dispatch.Request{Content: content, To: to}, func(r dispatch.Result) {
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
	table := route.NewTable(routes, nil, nil)
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
