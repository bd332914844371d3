// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/sdk/provider"
)

// decodeSender returns the sender that a channel block names with shared_sender, or "" if it names no valid one. A phone number may be written in any
// form; it is returned as providers write it.
func (l *loader) decodeSender(b *lang.Block) string {
	attr := b.Attrs["shared_sender"]
	if attr == nil {
		return ""
	}
	l.folder.show(attr.Expr.Range())
	sender := b.Text("shared_sender")
	if sender == "" && b.Diags.HasErrors() {
		return ""
	}
	if strings.TrimSpace(sender) == "" || strings.ContainsFunc(sender, func(r rune) bool { return !unicode.IsPrint(r) }) {
		b.Error(attr.Expr.Range(), "Invalid argument value",
			"The argument \"shared_sender\" must be one line of text, such as the sending number. Channels with the same value share their rate limit and their order.")
		return ""
	}
	return provider.SenderOf(strings.TrimSpace(sender))
}

// CheckSenders returns an error for each rate limit that differs from another one of the same sender. The senders are those
// that are known: a channel without a sender is not checked. A channel without a rate limit shares that of its sender.
func (r *Result) CheckSenders(senders map[addr.Channel]string) hcl.Diagnostics {
	var diags hcl.Diagnostics
	limited := map[string]config.Channel{}
	for _, ch := range r.Config.Channels {
		sender := senders[ch.Addr]
		if sender == "" || ch.RateLimit == nil {
			continue
		}
		other, ok := limited[sender]
		if !ok {
			limited[sender] = ch
			continue
		}
		a, b := other.RateLimit, ch.RateLimit
		if a.PerSecond == b.PerSecond && a.Burst == b.Burst {
			continue
		}
		diags = append(diags, lang.ErrorAt(lang.HCLRange(b.DeclRange), "Different rate limits for one sender", fmt.Sprintf(
			"%s and %s both send from %s, so they share one rate limit. Here it is %s; in %s, at %s, it is %s. Write the same "+
				"rate_limit in both blocks, or only in one.",
			other.Addr.Reference(), ch.Addr.Reference(), sender, limitText(b), other.Addr.Reference(),
			a.DeclRange, limitText(a))))
	}
	return diags
}

func limitText(l *config.RateLimit) string {
	return fmt.Sprintf("%v per second with a burst of %d", l.PerSecond, l.Burst)
}

// ConfiguredSenders returns the senders that the configuration names itself. The others are known when the channels are open.
func (r *Result) ConfiguredSenders() map[addr.Channel]string {
	senders := map[addr.Channel]string{}
	for _, ch := range r.Config.Channels {
		senders[ch.Addr] = ch.Sender
	}
	return senders
}
