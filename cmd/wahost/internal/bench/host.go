// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/internal/procfs"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// textBody is the text of the messages that are sent one by one.
const textBody = "Your parcel is on its way."

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

// target is a host as production runs it, in this process, with real provider processes.
type target struct {
	family
	host     *host.Host
	text     *message.Message
	template *message.Message
}

// startHost starts a host whose vendor answers after a time.
func (b *bench) startHost(ctx context.Context, scheme string, delay time.Duration) (*target, error) {
	dir, err := os.MkdirTemp(b.dir, "host-")
	if err != nil {
		return nil, err
	}
	text := fmt.Appendf(nil, configuration, b.vendor.url(scheme, delay))
	if err := os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), text, 0o600); err != nil {
		return nil, err
	}
	before := procfs.Family(os.Getpid())
	h, err := host.Open(ctx, host.Options{
		Dir: dir, Log: os.Stderr,
		Find: func(name string) (string, error) { return filepath.Join(b.providers, "wahost-provider-"+name), nil },
	})
	if err != nil {
		return nil, err
	}
	t := &target{host: h}
	if found := h.Validate(ctx); found.HasErrors() {
		t.close()
		return nil, found.Diagnostics
	}
	if found, err := h.Start(ctx); err != nil || found.HasErrors() {
		t.close()
		return nil, fmt.Errorf("start: %w", errors.Join(err, found.Diagnostics))
	}
	t.family = family{providers: started(before), vendor: b.vendor.pid()}
	t.text = &message.Message{Type: message.KindText, Text: &message.Text{Body: textBody}}
	t.template = &message.Message{Type: message.KindTemplate, Template: &message.Template{
		Name: "order_update", Language: &message.Language{Code: "en"},
		Components: []*message.Component{{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "Ann"}}}},
	}}
	return t, nil
}

// asHost makes a side run as a process that sends many messages does. The yardsticks run with the usual garbage
// collection.
func asHost(s side) side {
	run := s.run
	s.run = func(ctx context.Context) (int, error) {
		defer host.CollectLess()()
		return run(ctx)
	}
	return s
}

func (t *target) close() { t.host.Close() }

// send sends one text through Pushwoosh.
func (t *target) send(ctx context.Context, recipient int) error {
	r := t.host.Send(ctx, dispatch.Request{Content: t.host.Prepare(t.text), To: phone(recipient)})
	if r.Outcome.Accepted == nil {
		return notAccepted(r.Outcome)
	}
	return nil
}

// notAccepted is the error of a message that the vendor, which accepts everything, did not accept.
func notAccepted(o outcome.Outcome) error {
	switch {
	case o.Unknown != nil:
		return fmt.Errorf("not accepted: unknown: %s", o.Unknown.Cause)
	case o.Rejected != nil:
		return fmt.Errorf("not accepted: %s: %s%s", o.Rejected.Reason, o.Rejected.VendorMessage, o.Rejected.Detail)
	}
	return errors.New("not accepted")
}

func phone(i int) message.Recipient {
	return message.Recipient{Kind: message.RecipientPhone, Address: number(i)}
}
