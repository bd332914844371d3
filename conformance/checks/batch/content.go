// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// sharedContent sends a full message of each kind to one recipient and to several, and compares the requests.
func sharedContent(ctx context.Context, e *suite.Env) {
	caps := e.Facts().Capabilities
	compared := 0
	for _, k := range caps.Kinds {
		n := min(3, caps.Recipients(k.Kind))
		if n < 2 {
			continue
		}
		for _, full := range wire.Full(e.Facts(), k.Kind)[:1] {
			// Options may exclude each other, so that the message with all of them is refused.
			m := whole(e, full)
			if sameContent(ctx, e, k.Kind, withOptions(e, m), n) || sameContent(ctx, e, k.Kind, m, n) {
				compared++
			}
		}
	}
	if compared == 0 {
		e.Blocked("no full message to one recipient is accepted")
	}
}

// whole returns a message with everything that can be set beside its content: a reply, a reference, and a time if that is declared.
func whole(e *suite.Env, m *message.Message) *message.Message {
	caps := e.Facts().Capabilities
	marks := wire.Marks(e, "whole")
	for path, declared := range map[string]bool{"context.message_id": caps.ReplyContext, "biz_opaque_callback_data": caps.ReferenceLength >= 32} {
		if declared {
			m, _ = trace.Probe(m, path, marks)
		}
	}
	m = wire.Extended(m)
	if caps.Scheduling {
		m.Wahost.SendAt = timestamppb.New(time.Now().Add(27*time.Hour + 13*time.Second).Truncate(time.Second))
	}
	return m
}

// withOptions returns a message with all options of the provider whose schema says what they may be.
func withOptions(e *suite.Env, m *message.Message) *message.Message {
	for _, a := range e.Facts().Schema.Options.Attributes {
		if v, _, ok := wire.Value(a, e.Rand()); ok {
			m = wire.WithOption(m, e.Facts().Metadata.Name, a.Name, v)
		}
	}
	return m
}

// sameContent reports whether it could compare the requests: all that is in the request for one recipient must be in that for
// several, but what differs between two requests for one recipient each.
func sameContent(ctx context.Context, e *suite.Env, kind string, m *message.Message, n int) bool {
	first, second := e.Send(ctx, m, suite.SendOptions{}), e.Send(ctx, m, suite.SendOptions{})
	if !first.Accepted() || !second.Accepted() {
		return false
	}
	want := common(values(first.Exchanges), values(second.Exchanges))
	group := wire.NewGroup(e, m, n)
	items := make([]item, 0, n)
	for _, d := range group.Deliveries {
		items = append(items, item{d, m})
	}
	outcomes := complete(e, items, e.SendBatches(ctx, []message.Batch{group}, suite.SendOptions{Timeout: 15 * time.Second}))
	for i, it := range items {
		accepted(e, outcomes, it, fmt.Sprintf("%s, delivery %d", kind, i+1))
		exchanges := e.Exchanges(it.To)
		got := values(exchanges)
		for _, value := range want {
			if !slices.Contains(got, value) {
				e.Failf(fmt.Sprintf("%s to %d recipients", kind, n), fmt.Sprintf("%q, as in the request for one", value), "it is not there")
				return true
			}
		}
		beside(e, it, exchanges)
	}
	return true
}

func values(exchanges []emulator.Exchange) (all []string) {
	for _, x := range exchanges {
		for _, p := range wire.Content(x) {
			all = append(all, p.Value)
		}
	}
	return all
}

// common returns the texts that are in both lists.
func common(a, b []string) (out []string) {
	for _, text := range a {
		if slices.Contains(b, text) && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

var index = regexp.MustCompile(`\[(\d+)\]`)

// beside checks that the delivery id in a list of recipients is that of its recipient.
func beside(e *suite.Env, it item, exchanges []emulator.Exchange) {
	for _, x := range exchanges {
		var to, id string
		for _, p := range wire.Content(x) {
			switch {
			case strings.TrimPrefix(p.Value, "+") == it.To.Digits():
				to = p.At
			case p.Value == it.DeliveryID:
				id = p.At
			}
		}
		a, b := index.FindAllString(to, -1), index.FindAllString(id, -1)
		if len(a) == 1 && len(b) == 1 && a[0] != b[0] {
			e.Failf("delivery id of "+it.To.Address, "beside its recipient at "+to, "at %s", id)
		}
	}
}
