// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// Channels asks vendors for other things than to send messages. *host.Host is one.
type Channels interface {
	// OpenCapabilities returns what a channel carries. The error says why it is not open.
	OpenCapabilities(ch addr.Channel) (capability.Capabilities, error)
	// SendSignal sends a read receipt or a typing indicator to a user, whose address may be empty.
	SendSignal(ctx context.Context, ch addr.Channel, signal *message.Signal, to message.Recipient) dispatch.Result
	// ListTemplates returns a page of the templates of a channel. The first page is "".
	ListTemplates(ctx context.Context, ch addr.Channel, page string) (provider.TemplatePage, *outcome.Rejected, error)
}

// channelsOf returns the channels whose messages from users are for a number, in the order of the configuration.
func channelsOf(c *config.Config, number string) (all []addr.Channel) {
	for _, ch := range c.Channels {
		if c.Gateway.SenderOf(ch.Addr) == number {
			all = append(all, ch.Addr)
		}
	}
	return all
}

// signals sends read receipts and typing indicators over the channel that the message of the user came from.
type signals struct {
	config   *config.Config
	channels Channels
	inbox    store.Inbox
}

// Signal implements cloudapi.Signals.
func (s signals) Signal(ctx context.Context, number string, signal *message.Signal) (outcome.Outcome, error) {
	m, err := s.inbox.FindInbound(ctx, number, signal.GetMessageId())
	switch {
	case err == nil:
		if ch, err := addr.ParseChannel(m.Channel); err == nil {
			return s.channels.SendSignal(ctx, ch, signal, m.From).Outcome, nil
		}
	case !errors.Is(err, store.ErrNotFound):
		return outcome.Outcome{}, err
	}
	// The message may have come before the gateway ran. If only one channel of the number carries the signal, it is that one.
	var able []addr.Channel
	for _, ch := range channelsOf(s.config, number) {
		if caps, err := s.channels.OpenCapabilities(ch); err == nil && caps.CheckSignal(signal) == nil {
			able = append(able, ch)
		}
	}
	switch len(able) {
	case 0:
		return outcome.Reject(outcome.ReasonUnsupported, "", "no channel of the number carries read receipts or typing indicators"), nil
	case 1:
		return s.channels.SendSignal(ctx, able[0], signal, message.Recipient{}).Outcome, nil
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, "message_id", "no message with this id came to the number, and several of its channels could carry the signal"), nil
}

const (
	// templatesTime is how long the templates of an account are remembered, since clients may ask for each message.
	templatesTime = time.Minute
	// maxTemplatePages bounds what a channel is asked for.
	maxTemplatePages = 100
)

// templates lists the templates of the channels of an account.
type templates struct {
	config   *config.Config
	numbers  *numbers
	channels Channels
	log      hclog.Logger

	mu    sync.Mutex
	known map[string]knownTemplates
}

type knownTemplates struct {
	list  []provider.TemplateInfo
	until time.Time
}

// Templates implements cloudapi.Templates. A channel that cannot be asked is left out, unless that is all of them.
func (t *templates) Templates(ctx context.Context, account string) ([]provider.TemplateInfo, error) {
	t.mu.Lock()
	defer t.mu.Unlock() // callers that come together ask the vendors once
	if k, ok := t.known[account]; ok && time.Now().Before(k.until) {
		return k.list, nil
	}
	list := []provider.TemplateInfo{}
	seen := map[[2]string]bool{}
	var failures []error
	asked := 0
	for _, n := range t.numbers.Account(account) {
		for _, ch := range channelsOf(t.config, n.ID) {
			if caps, err := t.channels.OpenCapabilities(ch); err != nil || !caps.TemplateList {
				continue
			}
			asked++
			found, err := t.ask(ctx, ch)
			if err != nil {
				t.log.Warn("the templates of a channel cannot be listed", "channel", ch.String(), "error", err)
				failures = append(failures, err)
				continue
			}
			for _, one := range found {
				if key := [2]string{one.Name, one.Language}; !seen[key] {
					seen[key] = true
					list = append(list, one)
				}
			}
		}
	}
	if asked > 0 && len(failures) == asked {
		return nil, errors.Join(failures...)
	}
	if t.known == nil {
		t.known = map[string]knownTemplates{}
	}
	t.known[account] = knownTemplates{list, time.Now().Add(templatesTime)}
	return list, nil
}

// vendorTemplates returns what asks the vendor of a channel for its templates, or nil if no channel can be asked.
func (g *Gateway) vendorTemplates() func(context.Context, addr.Channel) ([]provider.TemplateInfo, error) {
	if g.options.Channels == nil {
		return nil
	}
	return (&templates{channels: g.options.Channels}).ask
}

// ask returns all templates of a channel.
func (t *templates) ask(ctx context.Context, ch addr.Channel) (all []provider.TemplateInfo, err error) {
	var pages []string
	for page := ""; len(pages) < maxTemplatePages && !slices.Contains(pages, page); {
		found, rejected, err := t.channels.ListTemplates(ctx, ch, page)
		switch {
		case err != nil:
			return nil, err
		case rejected != nil:
			return nil, errors.New(string(rejected.Reason) + ": " + rejected.Detail)
		}
		all = append(all, found.Templates...)
		if found.Next == "" {
			break
		}
		pages, page = append(pages, page), found.Next
	}
	return all, nil
}
