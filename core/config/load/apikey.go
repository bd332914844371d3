// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/schema"
)

// decodeKeys reads the api_key blocks.
func (l *loader) decodeKeys(blocks hcl.Blocks, g *config.Gateway) {
	blocks, diags := lang.Unique(blocks, func(b *hcl.Block) string { return b.Labels[0] })
	l.add(diags...)
	for _, hb := range blocks {
		b := l.inner(hb, apiKeyBlock)
		k := config.GatewayKey{Name: hb.Labels[0], Scopes: []string{"send", "read"}, DeclRange: lang.NewRange(hb.DefRange)}
		l.decodeSecret(b, &k)
		b.NotEmpty("Leave the argument out, or name at least one.", "scopes", "senders")
		if b.Given("scopes") {
			k.Scopes = texts(b.Words("scopes", "scope", keyScopes))
		}
		k.Senders = texts(b.Checked("senders", func(it lang.Item) (string, bool) { return it.Text, knownSender(b, it, g) }))
		k.AppSecret = l.secretText(b, appSecretArg, minSigningSecret)
		if v, ok := b.Value("require_proof", cty.Bool); ok {
			k.RequireProof = v.True()
		}
		if k.RequireProof && !b.Has(appSecretArg) {
			b.Error(b.RangeOf("require_proof"), "Missing app secret", `A proof can be checked only with an app secret. Set "app_secret" too.`)
		}
		if b.Given("rate") {
			var ok bool
			if k.Rate, ok = b.Number("rate"); ok && k.Rate <= 0 {
				b.Error(b.RangeOf("rate"), "Invalid argument value", `The argument "rate" must be above 0.`)
			}
		}
		k.IdempotentReference = b.Word("idempotency", "kind of idempotency", idempotencyWords) == "reference"
		for _, other := range g.Keys {
			if other.ID == k.ID && k.ID != "" {
				b.Error(hb.DefRange, "Duplicate key", fmt.Sprintf("The api_key %q has the id %s too. Each key has an id of its own.", other.Name, k.ID))
			}
		}
		l.add(b.Diags...)
		g.Keys = append(g.Keys, k)
	}
}

// knownSender reports whether a phone number id is that of a sender of the gateway, and adds an error if not.
func knownSender(b *lang.Block, it lang.Item, g *config.Gateway) bool {
	var known []string
	for _, s := range g.Senders {
		known = append(known, s.ID)
	}
	if slices.Contains(known, it.Text) {
		return true
	}
	b.Error(it.Range, "Unknown sender", fmt.Sprintf("The gateway has no sender %q.%s", it.Text, suggest.SentenceOr(it.Text, known, " Declare it with a sender block.")))
	return false
}

// decodeSecret reads key, or id and hashes. The key itself is not kept.
func (l *loader) decodeSecret(b *lang.Block, k *config.GatewayKey) {
	attr := b.Attrs[keyArg]
	if attr == nil {
		b.Require("id", hashesArg)
		k.ID = checkedText(b, "id", "Invalid key id", func(id string) error {
			_, err := keys.NewSecret(id)
			return err
		})
		k.Hashes = texts(b.Checked(hashesArg, func(it lang.Item) (string, bool) {
			h, err := keys.ParseHash(it.Text)
			if err != nil {
				b.Error(it.Range, "Invalid hash", lang.Sentence(err))
			}
			return h.String(), err == nil
		}))
		b.NotEmpty("Write the hash of the key.", hashesArg)
		if len(k.Hashes) > keys.MaxSecrets {
			b.Error(b.RangeOf(hashesArg), "Too many hashes", "A key has one hash, or two while it is replaced.")
		}
		return
	}
	for _, other := range []string{"id", hashesArg} {
		if b.Has(other) {
			b.Error(b.Attrs[other].NameRange, "Argument without effect", fmt.Sprintf("The argument %q is not used together with %q. Remove one of the two.", other, keyArg))
		}
	}
	v, diags := l.folder.decodeArgument(l.scope, schema.Attribute{Name: keyArg, Type: cty.String, Sensitive: true}, attr)
	b.Diags = append(b.Diags, diags...)
	plain, _ := v.Unmark()
	if diags.HasErrors() || !plain.IsKnown() {
		return
	}
	text := ""
	if !plain.IsNull() {
		text = plain.AsString()
	}
	token, err := keys.ParseToken(text)
	if err != nil {
		b.Error(attr.Expr.Range(), "Invalid key", lang.Sentence(err))
		return
	}
	k.ID, k.Hashes = token.ID(), []string{token.Hash().String()}
}
