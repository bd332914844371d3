// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/sdk/message"
)

// CertificateMode says what becomes of a provider without a valid certificate.
type CertificateMode string

// The modes.
const (
	// CertificateOff asks for no certificates.
	CertificateOff CertificateMode = "off"
	// CertificateWarn starts the provider and warns.
	CertificateWarn CertificateMode = "warn"
	// CertificateEnforce does not start the provider.
	CertificateEnforce CertificateMode = "enforce"
)

// CertificatePolicy is the certificate block: which certificates are demanded, and whose. Files are relative to the
// configuration's folder.
type CertificatePolicy struct {
	Mode CertificateMode
	Keys []TrustedKey
	// Threshold is how many different keys must have signed; at least 1.
	Threshold int
	// Tier is the least that the best signature must be worth: self, reproduced or official.
	Tier string
	// MinimumSuite is the oldest version of the suite that is accepted, such as "1.2"; empty for any.
	MinimumSuite string
	// Revoked is a file of revoked digests; empty for none.
	Revoked string
	// RevokedAt is where it is named.
	RevokedAt hcl.Range
}

// TrustedKey is a key whose signatures count.
type TrustedKey struct {
	Name string
	// File holds the public key in PEM.
	File string
	// FileAt is where it is named.
	FileAt hcl.Range
	// Tier is what a signature of this key is worth: self, reproduced or official.
	Tier string
}

var (
	certificateModes = []string{string(CertificateOff), string(CertificateWarn), string(CertificateEnforce)}
	certificateTiers = []string{"self", "reproduced", "official"}

	certificateSchema = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{
			{Name: "require_certificate"}, {Name: "threshold"}, {Name: "minimum_tier"}, {Name: "minimum_suite"}, {Name: "revoked"},
		},
		Blocks: []hcl.BlockHeaderSchema{{Type: "trusted_key", LabelNames: []string{"name"}}},
	}
	trustedKeySchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "file"}, {Name: "tier"}}}
)

// CertificatePolicy gives the certificate block without evaluating anything else: it must be known before a provider
// starts. Without such a block no certificates are asked for.
func (f *Folder) CertificatePolicy() (CertificatePolicy, hcl.Diagnostics) {
	content, _ := f.content()
	policy, diags := certificatePolicy(content.blocks("wahost"))
	return policy, f.sorted(diags)
}

func certificatePolicy(blocks hcl.Blocks) (CertificatePolicy, hcl.Diagnostics) {
	policy := CertificatePolicy{Mode: CertificateOff, Threshold: 1, Tier: certificateTiers[0]}
	var diags hcl.Diagnostics
	var first *hcl.Block
	for _, wahost := range blocks {
		// What else is in the block is reported where it is read.
		content, _, _ := wahost.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "certificate"}}})
		for _, inner := range content.Blocks {
			if first != nil {
				diags = append(diags, duplicate(inner.DefRange, "block", `"certificate"`, first.DefRange))
				continue
			}
			first = inner
			diags = append(diags, policy.decode(inner)...)
		}
	}
	return policy, diags
}

func (p *CertificatePolicy) decode(outer *hcl.Block) hcl.Diagnostics {
	content, diags := outer.Body.Content(certificateSchema)
	b := &block{scope: newScope(), attrs: content.Attributes, at: outer.DefRange}
	b.require("require_certificate")
	p.Mode = CertificateMode(b.word("require_certificate", "mode", certificateModes))
	p.Tier = b.word("minimum_tier", "tier", certificateTiers)
	p.MinimumSuite, p.Revoked, p.RevokedAt = b.text("minimum_suite"), b.text("revoked"), b.place("revoked")
	if b.has("threshold") {
		if n, ok := b.whole("threshold", b.attrs["threshold"].Expr, 1); ok {
			p.Threshold = n
		}
	}
	keys, d := unique(content.Blocks, func(k *hcl.Block) string { return k.Labels[0] })
	diags = append(diags, d...)
	for _, k := range keys {
		attrs, d := k.Body.Content(trustedKeySchema)
		diags = append(diags, d...)
		inner := &block{scope: b.scope, attrs: attrs.Attributes, at: k.DefRange}
		inner.require("file", "tier")
		p.Keys = append(p.Keys, TrustedKey{Name: k.Labels[0], File: inner.text("file"), FileAt: inner.place("file"), Tier: inner.word("tier", "tier", certificateTiers)})
		diags = append(diags, inner.diags...)
	}
	switch {
	case p.Mode == CertificateOff:
	case len(content.Blocks) == 0:
		b.add(outer.DefRange, "Missing trusted key", fmt.Sprintf(
			`With require_certificate = %q there must be a trusted_key block: a certificate counts by who signed it.`, p.Mode))
	case p.Threshold > len(content.Blocks):
		b.add(b.attrs["threshold"].Expr.Range(), "Invalid argument value", fmt.Sprintf(
			"The threshold is %d, and only %d keys are trusted.", p.Threshold, len(content.Blocks)))
	}
	return append(diags, b.diags...)
}

// CertificateNeeds gives for each provider the kinds of message that routes name and its channels are to carry. A route
// that names none asks for nothing: whatever the provider declares is in its certificate.
func (c *Config) CertificateNeeds() map[string][]string {
	needs := map[string][]string{}
	for _, r := range c.Routes {
		wanted := r.Match.Kinds.Sorted()
		if r.Match.Templates != nil || r.Match.Categories != nil && !r.Match.Categories.Has(message.CategoryService) {
			wanted = []string{message.KindTemplate}
		}
		for _, ch := range r.Channels {
			needs[ch.Provider] = append(needs[ch.Provider], wanted...)
		}
	}
	for name := range needs {
		slices.Sort(needs[name])
		needs[name] = slices.Compact(needs[name])
	}
	return needs
}

// CertificateWarning is the warning about a provider that runs without a valid certificate.
func (c *Config) CertificateWarning(p *ProviderProblem) *hcl.Diagnostic {
	d := p.diagnostic(c.Required[p.Name].at)
	d.Severity = hcl.DiagWarning
	return d
}
