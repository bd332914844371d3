// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"fmt"
	"math"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/suggest"
)

var channelBlock = lang.BlockType{
	Type: "channel", Labels: []string{"provider", "name"}, Many: true,
	Doc: "One sending identity at a vendor, such as a phone number. Expressions refer to it as `channel.PROVIDER.NAME`. The other " +
		"arguments and blocks are the provider's own: `wahost providers schema` lists them.",
	Args: []lang.Argument{
		forEachArgument,
		{Name: "provider", Type: "reference", Default: "the provider block without an alias", Doc: "The provider block that the channel uses, " +
			"as `NAME.ALIAS` without quotes."},
		{Name: "shared_sender", Type: "string", Default: "the sender that the provider tells", Doc: "Replaces the sender that the provider " +
			"tells, as one line of text. Channels with the same sender share one rate limit and one order: see " +
			"[senders and rate limits](running.md#senders-and-rate-limits)."},
		{Name: maxConcurrency, Type: "number", Default: "the bound that the provider declares", Doc: "The most requests to the vendor that the " +
			"channel has under way at a time, a whole number of at least 1. It cannot raise the provider's bound. Below it the number " +
			"follows the vendor: see [requests at a time](running.md#requests-at-a-time)."},
	},
	Blocks: []lang.BlockType{rateLimitBlock},
}

const maxConcurrency = "max_concurrency"

var rateLimitBlock = lang.BlockType{
	Type: "rate_limit",
	Doc:  "How fast the sender of the channel may send. Each attempt counts. Without this block only the vendor limits the rate.",
	Args: []lang.Argument{
		{Name: "per_second", Type: "number", Required: true, Doc: "Messages per second, above 0 and at most 1000000. It need not be whole."},
		{Name: "burst", Type: "number", Default: "`per_second`, rounded up", Doc: "How many messages the vendor may get at once after a " +
			"pause, a whole number of at least 1. What the rate gives in 200 milliseconds, but no more than half of the burst, is kept back, " +
			"because messages reach the vendor with different delays."},
	},
}

// channelDecl is a channel block, whose arguments are divided between the host and the provider.
type channelDecl struct {
	*hcl.Block
	content   *hcl.BodyContent
	remain    hcl.Body
	diags     hcl.Diagnostics // of dividing
	instances []lang.Instance
}

func (b *channelDecl) address() addr.Channel {
	return addr.Channel{Provider: b.Labels[0], Name: b.Labels[1]}
}

// declareChannel makes the channel known, or only that there are channels if the block has for_each.
func (l *loader) declareChannel(hb *hcl.Block) *channelDecl {
	b := &channelDecl{Block: hb}
	b.content, b.remain, b.diags = hb.Body.PartialContent(hostSchema(channelBlock))
	if b.content.Attributes[forEach] == nil {
		l.scope.DeclareChannel(b.address())
	} else {
		l.scope.DeclareChannels(b.address(), nil, false)
	}
	return b
}

// expandChannel finds the instances of a block. It is called once variables are known.
func (l *loader) expandChannel(b *channelDecl) {
	attr := b.content.Attributes[forEach]
	instances, known, diags := l.scope.Instances(attr, "channel")
	l.add(diags...)
	b.instances = instances
	if attr != nil {
		if !known {
			l.folder.hideOrigins(l.scope, attr.Expr) // no argument told whether they are secret
		}
		l.scope.DeclareChannels(b.address(), instances, known)
	}
}

func (l *loader) decodeChannels(ctx context.Context) {
	for _, b := range l.channelBlocks {
		l.add(b.diags...)
		if !l.requiredProvider(b.Labels[0], b.LabelRanges[0]) {
			continue
		}
		config, ok := l.providerOf(b.address(), b.content.Attributes["provider"])
		sch, haveSchema := l.schemas[b.Labels[0]]
		if ok && haveSchema && l.providers[config] == nil {
			ok = l.implyProvider(ctx, config, sch.Provider, b.DefRange)
		}
		l.eachInstance(b.address().Reference(), b.instances, func(in lang.Instance) { l.decodeChannel(ctx, b, in, config, ok) })
	}
}

// decodeChannel decodes one instance of a channel block. Usable is false if its provider configuration is not.
func (l *loader) decodeChannel(ctx context.Context, block *channelDecl, in lang.Instance, provider addr.ProviderConfig, usable bool) {
	a := block.address()
	a.Key = in.Key
	b := &lang.Block{Scope: in.Scope, Attrs: block.content.Attributes, Range: block.DefRange}
	reportReserved(b, channelBlock)
	ch := config.Channel{
		Addr: a, Sender: l.decodeSender(b), RateLimit: decodeRateLimit(b, block.content.Blocks), DeclRange: lang.NewRange(block.DefRange),
	}
	if attr := b.Attrs[maxConcurrency]; attr != nil {
		ch.MaxConcurrency, _ = b.Whole(maxConcurrency, attr.Expr, 1)
	}
	l.add(b.Diags...)
	if sch, ok := l.schemas[a.Provider]; ok {
		body, diags := l.folder.decodeBody(in.Scope, block.remain, sch.Channel, block.DefRange)
		l.add(diags...)
		if !diags.HasErrors() {
			l.broken.channels[a] = l.validate(ctx, a.Provider, body, Validator.ValidateChannel)
		}
		l.channels[a] = body
		ch.Value = body.hide()
	}
	if usable {
		ch.ProviderID = provider.String()
		l.decoded = append(l.decoded, ch)
	}
}

// providerOf returns the provider configuration that a channel names, as in provider = innopaas.eu. That is not an
// expression, because provider configurations are not values.
func (l *loader) providerOf(a addr.Channel, attr *hcl.Attribute) (addr.ProviderConfig, bool) {
	wanted := addr.ProviderConfig{Name: a.Provider}
	if attr == nil {
		return wanted, true
	}
	l.folder.show(attr.Expr.Range())
	at := attr.Expr.Range()
	traversal, diags := hcl.AbsTraversalForExpr(attr.Expr)
	if diags.HasErrors() {
		advice := fmt.Sprintf("such as %s.ALIAS", a.Provider)
		if v, d := attr.Expr.Value(nil); !d.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			if parsed, err := addr.ParseProviderConfig(v.AsString()); err == nil {
				advice = "without quotes: " + parsed.String()
			}
		}
		l.add(lang.ErrorAt(at, "Reference expected", fmt.Sprintf(
			"The argument \"provider\" names a provider configuration, %s.", advice)))
		return wanted, false
	}
	names := lang.Steps(traversal)
	if traversal.RootName() == "each" {
		l.add(lang.ErrorAt(at, "Reference expected", fmt.Sprintf(
			"The argument \"provider\" names a provider configuration, such as %s.ALIAS, and it is the same for all instances of a block. "+
				"Write a block for each configuration.", a.Provider)))
		return wanted, false
	}
	if traversal.RootName() != a.Provider {
		l.add(lang.ErrorAt(at, "Wrong provider", fmt.Sprintf(
			"The channel belongs to the provider %q, so it cannot use a configuration of %q. The first label of a channel "+
				"names its provider.", a.Provider, traversal.RootName())))
		return wanted, false
	}
	switch len(names) {
	case 0:
		return wanted, true
	case 1:
		wanted.Alias = names[0]
	default:
		l.add(lang.ErrorAt(at, "Invalid provider reference", "A provider configuration is referred to as NAME or NAME.ALIAS."))
		return wanted, false
	}
	if l.providers[wanted] == nil {
		var known []string
		for _, p := range l.providerAddresses() {
			if p.Name == wanted.Name {
				known = append(known, p.String())
			}
		}
		l.add(lang.ErrorAt(at, "Unknown provider configuration", fmt.Sprintf(
			"There is no configuration %s.%s", wanted, suggest.SentenceOr(wanted.String(), known, fmt.Sprintf(
				" Declare it with a block: provider %q { alias = %q }", wanted.Name, wanted.Alias)))))
		return wanted, false
	}
	return wanted, true
}

func decodeRateLimit(b *lang.Block, blocks hcl.Blocks) *config.RateLimit {
	if len(blocks) == 0 {
		return nil
	}
	if len(blocks) > 1 {
		b.Diags = append(b.Diags, lang.Duplicate(blocks[1].DefRange, "block", "rate_limit", blocks[0].DefRange))
	}
	content, diags := blocks[0].Body.Content(rateLimitBlock.Schema())
	inner := &lang.Block{Scope: b.Scope, Attrs: content.Attributes, Range: blocks[0].DefRange, Diags: diags}
	defer func() { b.Diags = append(b.Diags, inner.Diags...) }()
	inner.Require(rateLimitBlock.Required()...)
	perSecond, ok := inner.Number("per_second")
	if !ok {
		return nil
	}
	const most = 1e6
	if !(perSecond > 0 && perSecond <= most) {
		inner.Error(inner.Attrs["per_second"].Expr.Range(), "Invalid argument value",
			"The argument \"per_second\" must be a number of messages per second, above 0 and at most 1000000.")
		return nil
	}
	limit := &config.RateLimit{PerSecond: perSecond, Burst: int(math.Ceil(perSecond)), DeclRange: lang.NewRange(blocks[0].DefRange)}
	if attr := inner.Attrs["burst"]; attr != nil {
		if n, ok := inner.Whole("burst", attr.Expr, 1); ok {
			limit.Burst = n
		}
	}
	return limit
}
