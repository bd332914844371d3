// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package verify decides whether to trust a provider's certificate: an in-toto statement about one binary in a DSSE
// envelope, signed with ed25519 by one or several parties. It reads what package certificate of the conformance suite
// writes. Of the suite it knows the list of checks of each major version, and nothing else.
package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Advice for certificates that are genuine but do not cover what the policy demands.
const (
	certifyAgain = "Certify this binary again with `wahost conformance run BINARY --dialect DIALECT --certify`, and sign the result"
	askForOther  = "Ask whoever signed it for a certificate of a run with `wahost conformance run --certify`"
)

// Verify checks a certificate against a policy. The error is an *Error that names the first step that failed.
func Verify(ctx context.Context, data []byte, p Policy) (*Verified, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	signed, err := Open(ctx, data, p.Keys)
	if err != nil {
		return nil, err
	}
	v, err := p.signers(signed)
	if err != nil {
		return nil, err
	}
	s, err := decode(signed.Payload)
	if err != nil {
		return nil, err
	}
	if err := p.judge(s); err != nil {
		return nil, err
	}
	v.Statement = s
	return v, nil
}

// signers runs the steps about who signed.
func (p *Policy) signers(signed *Signed) (*Verified, error) {
	v := &Verified{Tier: TierSelf}
	counted := map[string]bool{}
	var foreign, revoked []string
	for _, k := range p.Keys {
		switch {
		case !slices.ContainsFunc(signed.Keys, k.Key.same):
		case p.isRevoked(k.Key.id):
			revoked = append(revoked, k.String())
		case !p.AnySource && !k.vouches(p.Source):
			foreign = append(foreign, k.scope())
		default:
			counted[k.Key.id] = true
			v.Signers = append(v.Signers, k.Name)
			if rank(k.Tier) > rank(v.Tier) {
				v.Tier = k.Tier
			}
		}
	}
	switch {
	case len(counted) == 0 && len(revoked) > 0:
		return nil, refuse(StepRevocation, "Ask for a certificate that was signed with the new key, and remove the old key from the policy",
			"the key that signed is revoked: %s", strings.Join(revoked, ", "))
	case len(counted) == 0:
		return nil, refuse(StepKeyScope, fmt.Sprintf(
			"If you know that the key is that of the party that vouches for %s, write providers = [%q] in its trusted_key block", p.Source, p.Source),
			"no key that signed vouches for %s: %s", p.Source, strings.Join(foreign, ", "))
	}
	if want := max(1, p.Threshold); len(counted) < want {
		text := fmt.Sprintf("%d trusted keys signed, %d are required", len(counted), want)
		if len(foreign) > 0 {
			text += "; not counted: " + strings.Join(foreign, ", ")
		}
		return nil, refuse(StepThreshold, "Have it signed by another trusted key that vouches for this provider, with `wahost conformance sign FOLDER --key KEY --countersign CERTIFICATE`", "%s", text)
	}
	if rank(v.Tier) < rank(p.Tier) {
		return nil, refuse(StepTier, fmt.Sprintf("Have it signed by a key that you trust as %q, or ask for a lower tier", p.Tier),
			"the certificate is %q, by who signed it, and %q is required", v.Tier, p.Tier)
	}
	return v, nil
}

// scope describes a key by what it vouches for.
func (k TrustedKey) scope() string {
	if len(k.Providers) == 0 {
		return fmt.Sprintf("key %s has no providers, so it vouches for nothing", k)
	}
	return fmt.Sprintf("key %s vouches only for %s", k, strings.Join(k.Providers, ", "))
}

func (p *Policy) isRevoked(digest string) bool {
	return slices.ContainsFunc(p.Revoked, func(r string) bool { return strings.EqualFold(r, digest) })
}

// decode reads a statement. It refuses fields that it does not know, because nothing would check them.
func decode(payload []byte) (*Statement, error) {
	var types struct {
		Type          string `json:"_type"`
		PredicateType string `json:"predicateType"`
	}
	if err := json.Unmarshal(payload, &types); err != nil {
		return nil, refuse(StepStatement, askForOther, "the statement cannot be read: %v", err)
	}
	switch {
	case types.Type != StatementType:
		return nil, refuse(StepStatementType, askForOther, "the statement is of type %q, not %q", bounded(types.Type), StatementType)
	case types.PredicateType != PredicateType:
		return nil, refuse(StepPredicateType, askForOther, "the statement is about %q, not %q", bounded(types.PredicateType), PredicateType)
	}
	var s Statement
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return nil, refuse(StepStatement, askForOther+", or use the version of wahost that wrote it", "the statement cannot be read: %v", err)
	}
	if dec.More() {
		return nil, refuse(StepStatement, askForOther, "the statement is followed by something else")
	}
	return &s, nil
}

// ReadStatement returns the statement of a certificate without checking who signed it, for views and comparisons. The error is an
// *Error.
func ReadStatement(data []byte) (*Statement, error) {
	_, payload, err := read(data)
	if err != nil {
		return nil, err
	}
	return decode(payload)
}

func rank(t Tier) int { return slices.Index(Tiers(), t) }

func without(want, have []string) []string {
	var missing []string
	for _, w := range want {
		if !slices.Contains(have, w) {
			missing = append(missing, w)
		}
	}
	return missing
}

func orNothing(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}

// some returns the first of many names, for messages.
func some(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
