// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
)

var (
	certificateModes = []string{string(config.CertificateOff), string(config.CertificateWarn), string(config.CertificateEnforce)}
	certificateTiers = []string{"self", "reproduced", "official"}
)

var certificateBlock = lang.BlockType{
	Type: "certificate",
	Doc: "Which certificates providers must have, and whose signatures count. Without this block no certificate is required. " +
		"See [certification](../certification/certification.md#for-the-operator).",
	Args: []lang.Argument{
		{Name: "require_certificate", Type: "string", Required: true, Allowed: certificateModes, Doc: "What happens to a provider without a " +
			"valid certificate: nothing, a warning, or it is not started."},
		{Name: "threshold", Type: "number", Default: "`1`", Doc: "How many different trusted keys must have signed."},
		{Name: "minimum_tier", Type: "string", Default: "`\"self\"`", Allowed: certificateTiers, Doc: "The lowest tier that the best signature " +
			"may have."},
		{Name: "minimum_suite", Type: "string", Default: "any version", Doc: "The oldest accepted version of the conformance suite, such as " +
			"`\"1.2\"`."},
		{Name: "revoked", Type: "string", Default: "no file", Doc: "A file that lists revoked digests, relative to the configuration's folder."},
	},
	Blocks: []lang.BlockType{trustedKeyBlock},
}

var trustedKeyBlock = lang.BlockType{
	Type: "trusted_key", Labels: []string{"name"}, Many: true,
	Doc: "A key whose signatures count.",
	Args: []lang.Argument{
		{Name: "file", Type: "string", Required: true, Doc: "The file with the public key in PEM, relative to the configuration's folder."},
		{Name: "tier", Type: "string", Required: true, Allowed: certificateTiers, Doc: "The tier of signatures by this key: by the author, " +
			"by somebody who reproduced the run, or by the project."},
	},
}

// CertificatePolicy returns the certificate block without evaluating anything else: it must be known before a provider
// starts. Without such a block no certificates are required.
func (f *Folder) CertificatePolicy() (config.CertificatePolicy, hcl.Diagnostics) {
	content, _ := f.content()
	policy, diags := certificatePolicy(content.blocks("wahost"))
	return policy, f.sorted(diags)
}

func certificatePolicy(blocks hcl.Blocks) (config.CertificatePolicy, hcl.Diagnostics) {
	policy := config.CertificatePolicy{Mode: config.CertificateOff, Threshold: 1, Tier: certificateTiers[0]}
	var diags hcl.Diagnostics
	var first *hcl.Block
	for _, wahost := range blocks {
		// Errors in the rest of the block are reported where the rest is read.
		content, _, _ := wahost.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{certificateBlock.Header()}})
		for _, inner := range content.Blocks {
			if first != nil {
				diags = append(diags, lang.Duplicate(inner.DefRange, "block", `"certificate"`, first.DefRange))
				continue
			}
			first = inner
			diags = append(diags, decodeCertificatePolicy(inner, &policy)...)
		}
	}
	return policy, diags
}

func decodeCertificatePolicy(outer *hcl.Block, p *config.CertificatePolicy) hcl.Diagnostics {
	content, diags := outer.Body.Content(certificateBlock.Schema())
	b := &lang.Block{Scope: lang.NewScope(), Attrs: content.Attributes, Range: outer.DefRange}
	b.Require(certificateBlock.Required()...)
	p.Mode = config.CertificateMode(b.Word("require_certificate", "mode", certificateModes))
	p.Tier = b.Word("minimum_tier", "tier", certificateTiers)
	p.MinimumSuite, p.Revoked, p.RevokedAt = b.Text("minimum_suite"), b.Text("revoked"), lang.NewRange(b.RangeOf("revoked"))
	if b.Has("threshold") {
		if n, ok := b.Whole("threshold", b.Attrs["threshold"].Expr, 1); ok {
			p.Threshold = n
		}
	}
	keys, d := lang.Unique(content.Blocks, func(k *hcl.Block) string { return k.Labels[0] })
	diags = append(diags, d...)
	for _, k := range keys {
		attrs, d := k.Body.Content(trustedKeyBlock.Schema())
		diags = append(diags, d...)
		inner := &lang.Block{Scope: b.Scope, Attrs: attrs.Attributes, Range: k.DefRange}
		inner.Require(trustedKeyBlock.Required()...)
		p.Keys = append(p.Keys, config.TrustedKey{
			Name: k.Labels[0], File: inner.Text("file"), FileAt: lang.NewRange(inner.RangeOf("file")),
			Tier: inner.Word("tier", "tier", certificateTiers),
		})
		diags = append(diags, inner.Diags...)
	}
	switch {
	case p.Mode == config.CertificateOff:
	case len(content.Blocks) == 0:
		b.Error(outer.DefRange, "Missing trusted key", fmt.Sprintf(
			`With require_certificate = %q there must be a trusted_key block: a certificate counts by who signed it.`, p.Mode))
	case p.Threshold > len(content.Blocks):
		b.Error(b.Attrs["threshold"].Expr.Range(), "Invalid argument value", fmt.Sprintf(
			"The threshold is %d, and only %d keys are trusted.", p.Threshold, len(content.Blocks)))
	}
	return append(diags, b.Diags...)
}
