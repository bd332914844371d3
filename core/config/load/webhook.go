// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"net/netip"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/sdk/schema"
)

const (
	secretArg         = "secret"
	previousSecretArg = "previous_secret"
	appSecretArg      = "app_secret"
	// minSigningSecret is the length of the shortest secret that signs webhooks, in bytes.
	minSigningSecret = 16
)

var webhookBlock = lang.BlockType{
	Type: "webhook", Labels: []string{"name"}, Many: true,
	Doc: "Where an application is told what became of its messages. The gateway posts one event at a time, as the WhatsApp Cloud API does, and tries for three days. " +
		"Webhooks carry `X-Hub-Signature-256`, and the headers of the Standard Webhooks specification.",
	Args: []lang.Argument{
		{Name: "url", Type: "string", Required: true, Doc: "The URL of the application. Redirects are not followed."},
		{Name: secretArg, Type: "string", Required: true, Doc: "The secret that signs webhooks, from a sensitive variable: what the application knows as its app secret. It has at least 16 characters."},
		{Name: previousSecretArg, Type: "string", Default: "not in use", Doc: "The secret that `secret` replaces. While it is set, `webhook-signature` has a signature of each; " +
			"`X-Hub-Signature-256` has that of `secret` only."},
		{Name: "events", Type: "list of strings", Default: "all", Doc: "What the application is told.", Allowed: webhookEvents},
		{Name: "senders", Type: "list of strings", Default: "all senders", Doc: "The phone number ids that the application is told about."},
		{Name: "networks", Type: "list of strings", Default: "public addresses only", Doc: "Private networks that the URL may lead to, such as `\"10.0.0.0/8\"`. Otherwise the gateway refuses to " +
			"connect to private, local and reserved addresses, so that a URL cannot reach what only the gateway should."},
	},
}

var webhookEvents = []string{outbound.EventStatuses, outbound.EventMessages}

// decodeWebhooks reads the webhook blocks.
func (l *loader) decodeWebhooks(blocks hcl.Blocks, g *config.Gateway) {
	blocks, diags := lang.Unique(blocks, func(b *hcl.Block) string { return b.Labels[0] })
	l.add(diags...)
	for _, hb := range blocks {
		b := l.inner(hb, webhookBlock)
		w := config.GatewayWebhook{Name: hb.Labels[0], DeclRange: lang.NewRange(hb.DefRange)}
		w.URL = checkedText(b, "url", "Invalid URL", outbound.CheckURL)
		for _, name := range []string{secretArg, previousSecretArg} {
			if s := l.secretText(b, name, minSigningSecret); s != "" {
				w.Secrets = append(w.Secrets, s)
			}
		}
		b.NotEmpty("Leave the argument out, or name at least one.", "events", "senders")
		if b.Given("events") {
			w.Events = texts(b.Words("events", "kind of event", webhookEvents))
		}
		w.Senders = texts(b.Checked("senders", func(it lang.Item) (string, bool) { return it.Text, knownSender(b, it, g) }))
		for _, it := range b.Texts("networks") {
			network, err := netip.ParsePrefix(it.Text)
			if err != nil {
				b.Error(it.Range, "Invalid network", fmt.Sprintf(`%q is not a network. Write an address, a slash and a number of bits, such as "10.0.0.0/8".`, it.Text))
				continue
			}
			w.Networks = append(w.Networks, network.Masked())
		}
		l.add(b.Diags...)
		g.Webhooks = append(g.Webhooks, w)
	}
}

// secretText returns the value of a sensitive argument, or "" if it is missing or wrong. It has at least a number of bytes.
func (l *loader) secretText(b *lang.Block, name string, atLeast int) string {
	attr := b.Attrs[name]
	if attr == nil {
		return ""
	}
	v, diags := l.folder.decodeArgument(l.scope, schema.Attribute{Name: name, Type: cty.String, Sensitive: true}, attr)
	b.Diags = append(b.Diags, diags...)
	plain, _ := v.Unmark()
	if diags.HasErrors() || !plain.IsKnown() || plain.IsNull() {
		return ""
	}
	if len(plain.AsString()) < atLeast {
		b.Error(attr.Expr.Range(), "Invalid secret", fmt.Sprintf("The secret is too short: it has at least %d characters.", atLeast))
		return ""
	}
	return plain.AsString()
}
