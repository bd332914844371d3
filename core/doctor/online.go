// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/core/config"
)

// DefaultTimeout is how long one online check may take. The checks run side by side.
const DefaultTimeout = 10 * time.Second

// atOnce bounds the checks that run at the same time, so that a vendor with many channels is not asked for all of them at once.
const atOnce = 32

// Online examines how the vendor of each channel is reached, and asks it something harmless if the provider can. Examine must have been
// called. No message is sent. Each check may take the timeout.
func (e *Exam) Online(ctx context.Context, timeout time.Duration) []Finding {
	const check = "channels"
	e.findings = nil
	if !e.usable {
		e.add(check, Error, "", "Fix the configuration first.", "No channel was examined, because the configuration cannot be used.")
		return e.findings
	}
	starting, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := e.Host.Start(starting)
	switch {
	case err != nil:
		e.add(check, Error, "", "Run `wahost providers`.", "The channels could not be opened: %s.", oneLine(err))
		return e.findings
	case found.HasErrors():
		e.add(check, Error, "", "Run `wahost explain`, which shows why.", "A provider refuses its configuration.")
	}
	channels := map[string][]string{} // by endpoint
	for _, ch := range e.Host.Config().Channels {
		if at := e.Host.Endpoint(ch); at != "" {
			channels[at] = append(channels[at], ch.Addr.String())
			continue
		}
		e.add(check, Warning, ch.Addr.String(), "Ask the author of the provider to mark the argument with the endpoint in its schema.", "Where its vendor is cannot be told from the configuration.")
	}
	var looks []func(context.Context) []Finding
	for _, at := range slices.Sorted(maps.Keys(channels)) {
		looks = append(looks, func(ctx context.Context) []Finding { return reach(ctx, at, channels[at], e.Now) })
	}
	for _, ch := range e.Host.Config().Channels {
		looks = append(looks, func(ctx context.Context) []Finding { return e.channel(ctx, ch) })
	}
	e.findings = append(e.findings, sideBySide(ctx, timeout, looks)...)
	return e.findings
}

// sideBySide runs checks at the same time, each with its own limit, and returns their findings in order.
func sideBySide(ctx context.Context, timeout time.Duration, looks []func(context.Context) []Finding) []Finding {
	all := make([][]Finding, len(looks))
	var wg sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for i, look := range looks {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			ctx, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			all[i] = look(ctx)
		})
	}
	wg.Wait()
	return slices.Concat(all...)
}

// channel asks a provider for the health of a channel, and its vendor for something harmless.
func (e *Exam) channel(ctx context.Context, ch config.Channel) []Finding {
	var out Exam
	out.Host = e.Host
	name := ch.Addr.String()
	if why := e.Host.Health(ch.Addr); why != "" {
		out.add("health", Error, name, "Do what the text says. `wahost explain` shows which messages that concerns.", "The channel cannot be used: %s", strings.Join(strings.Fields(why), " "))
		return out.findings
	}
	out.ok("health", name, "The provider has the channel open and reports no problem.")
	out.credentials(ctx, ch.Addr)
	return out.findings
}

// nameOf returns the host of an endpoint with its port, which a reader may see. The rest might have a secret.
func nameOf(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	port := "443"
	if u.Scheme == "http" {
		port = "80"
	}
	return u.Host + ":" + port
}

// timedOut reports whether an error came from the limit of a check.
func timedOut(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

// listOf returns the names of channels in words.
func listOf(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + count(len(names)-most, "other")
	}
	return strings.Join(names, ", ")
}
