// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"slices"

	"github.com/wahost/wahost/sdk/message"
)

// CertificateMode is what happens to a provider without a valid certificate.
type CertificateMode string

// The modes.
const (
	// CertificateOff requires no certificates.
	CertificateOff CertificateMode = "off"
	// CertificateWarn starts the provider and warns.
	CertificateWarn CertificateMode = "warn"
	// CertificateEnforce does not start the provider.
	CertificateEnforce CertificateMode = "enforce"
)

// CertificatePolicy is the certificate block: which certificates are required, and whose signatures count. Files are
// relative to the configuration's folder.
type CertificatePolicy struct {
	Mode CertificateMode
	Keys []TrustedKey
	// Threshold is the number of different keys that must have signed. It is at least 1.
	Threshold int
	// Tier is the lowest tier that the best signature may have: self, reproduced or official.
	Tier string
	// MinimumResult is CONFORMANT or CONFORMANT_WITH_ADVICE.
	MinimumResult string
	// Profiles and Features must be covered by each certificate.
	Profiles, Features []string
	// Isolation is the weakest isolation of the run that is accepted: namespaces or none.
	Isolation string
	// Dialects are the sha256 digests, in hex, of the accepted dialects; empty accepts any.
	Dialects []string
	// MaxAssumed is the greatest number of assumptions about the vendor; nil accepts any.
	MaxAssumed *int
	// MinimumSuite is the oldest accepted version of the suite, such as "1.2", or empty to accept any.
	MinimumSuite string
	// Revoked is the name of a file of revoked digests, or empty.
	Revoked string
	// RevokedAt is the range in which Revoked is written.
	RevokedAt Range
}

// TrustedKey is a key whose signatures count.
type TrustedKey struct {
	Name string
	// File is the name of the file with the public key in PEM.
	File string
	// FileAt is the range in which File is written.
	FileAt Range
	// Tier is the tier of this key's signatures: self, reproduced or official.
	Tier string
	// Providers are patterns of the source addresses that the key vouches for. Without them it vouches for nothing.
	Providers []string
	// Range is the range of the block's header.
	Range Range
}

// CertificateNeeds returns, by provider, the kinds of message that a certificate must cover: those that a route names and
// sends to one of the provider's channels. A route that names no kinds adds none, because the certificate covers whatever
// the provider declares.
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
