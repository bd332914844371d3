// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/core/registry/verify"
)

// The allowed values. The first of each is the default.
var (
	certificateModes      = []string{string(config.CertificateOff), string(config.CertificateWarn), string(config.CertificateEnforce)}
	certificateTiers      = []string{"self", "reproduced", "official"}
	certificateResults    = []string{verify.ResultConformantWithAdvice, verify.ResultConformant}
	certificateIsolations = []string{verify.IsolationNone, verify.IsolationNamespaces}
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
		{Name: "minimum_result", Type: "string", Default: code(certificateResults[0]), Allowed: certificateResults, Doc: "The lowest accepted result. With " +
			"`CONFORMANT`, a provider that does not meet every recommendation is refused."},
		{Name: "profiles", Type: "list of strings", Default: "none", Allowed: verify.ProfileNames(), Doc: "The profiles that each certificate must cover."},
		{Name: "features", Type: "list of strings", Default: "none", Doc: "What each certificate must cover within the kinds of message, such as " +
			"`\"category/authentication\"`, `\"template/button/url\"` or `\"list/header/text\"`. `wahost conformance verify` shows those of a certificate."},
		{Name: "isolation", Type: "string", Default: code(certificateIsolations[0]), Allowed: certificateIsolations, Doc: "The weakest accepted isolation of " +
			"the run. With `namespaces`, the provider must have run in a world of its own, in which all that it did was seen."},
		{Name: "dialects", Type: "list of strings", Default: "any dialect", Doc: "The sha256 digests of the accepted dialects: of descriptions of the vendor " +
			"that you have reviewed."},
		{Name: "maximum_assumed", Type: "number", Default: "any number", Doc: "On how many assumptions about the vendor, which no document of the vendor " +
			"confirms, a certificate may rest."},
		{Name: "revoked", Type: "string", Default: "no file", Doc: "A file that lists revoked digests of binaries, results, dialects and keys, relative to the " +
			"configuration's folder."},
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
		{Name: "providers", Type: "list of strings", Default: "none: the key vouches for nothing", Doc: "The source addresses of the providers that the key " +
			"vouches for. `*` stands for any namespace or any name, as in `\"acme/*\"`."},
	},
}

// texts returns the texts of items.
func texts(items []lang.Item) []string {
	var out []string
	for _, it := range items {
		out = append(out, it.Text)
	}
	return out
}

// checkedBy returns a check for lang.Block.Checked that accepts the texts for which the function returns no error.
func checkedBy(b *lang.Block, summary string, check func(string) error) func(lang.Item) (string, bool) {
	return func(it lang.Item) (string, bool) {
		if err := check(it.Text); err != nil {
			b.Error(it.Range, summary, lang.Sentence(err))
			return "", false
		}
		return it.Text, true
	}
}

// checkDigest returns an error unless the text is a sha256 in hex.
func checkDigest(text string) error {
	if raw, err := hex.DecodeString(text); err != nil || len(raw) != sha256.Size {
		return fmt.Errorf("%q is not a sha256: write its 64 hexadecimal digits", text)
	}
	return nil
}

// checkPattern returns an error unless the text is a pattern of source addresses.
func checkPattern(text string) error {
	_, err := source.ParsePattern(text)
	return err
}

// CertificatePolicy returns the certificate block without evaluating anything else: it must be known before a provider
// starts. Without such a block no certificates are required.
func (f *Folder) CertificatePolicy() (config.CertificatePolicy, hcl.Diagnostics) {
	content, _ := f.content()
	policy, diags := certificatePolicy(content.blocks("wahost"))
	return policy, f.sorted(diags)
}

func certificatePolicy(blocks hcl.Blocks) (config.CertificatePolicy, hcl.Diagnostics) {
	policy := config.CertificatePolicy{
		Mode: config.CertificateOff, Threshold: 1, Tier: certificateTiers[0], MinimumResult: certificateResults[0], Isolation: certificateIsolations[0],
	}
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
	if p.MinimumSuite != "" {
		if err := verify.CheckSuiteVersion(p.MinimumSuite); err != nil {
			b.Error(b.RangeOf("minimum_suite"), "Invalid version of the suite", lang.Sentence(err))
		}
	}
	p.MinimumResult = b.Word("minimum_result", "result", certificateResults)
	p.Isolation = b.Word("isolation", "isolation", certificateIsolations)
	p.Profiles = texts(b.Words("profiles", "profile", verify.ProfileNames()))
	p.Features = texts(b.Checked("features", checkedBy(b, "Invalid feature", verify.CheckFeature)))
	p.Dialects = texts(b.Checked("dialects", checkedBy(b, "Invalid digest", checkDigest)))
	if b.Has("maximum_assumed") {
		if n, ok := b.Whole("maximum_assumed", b.Attrs["maximum_assumed"].Expr, 0); ok {
			p.MaxAssumed = &n
		}
	}
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
			Tier: inner.Word("tier", "tier", certificateTiers), Range: lang.NewRange(k.DefRange),
			Providers: texts(inner.Checked("providers", checkedBy(inner, "Invalid source address", checkPattern))),
		})
		diags = append(diags, inner.Diags...)
	}
	if p.Mode != config.CertificateOff {
		for _, k := range p.Keys {
			if len(k.Providers) == 0 {
				diags = append(diags, lang.WarningAt(lang.HCLRange(k.Range), "Trusted key that vouches for nothing", fmt.Sprintf(
					`The key %q has no providers, so its signatures do not count. Write the source addresses that it vouches for, such as providers = ["acme/*"].`, k.Name)))
			}
		}
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
