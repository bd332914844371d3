// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
)

var wahostSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "required_version"}},
	Blocks:     []hcl.BlockHeaderSchema{{Type: "required_providers"}, {Type: "certificate"}},
}

const unsupportedVersion = "Unsupported version of wahost"

type requirement struct {
	Requirement
	at  hcl.Range
	bad bool
}

// Requirements gives the providers that the configuration needs, without evaluating anything else: what `init`
// installs. HostVersion is the version of this program, such as "1.4.2"; empty skips the check of required_version.
func (f *Folder) Requirements(hostVersion string) (map[string]Requirement, hcl.Diagnostics) {
	if f.diags.HasErrors() {
		return nil, f.sorted(slices.Clone(f.diags))
	}
	content, _ := f.content()
	found, diags := requirements(content.blocks("wahost"), hostVersion)
	out := make(map[string]Requirement, len(found))
	for name, r := range found {
		out[name] = r.Requirement
	}
	return out, f.sorted(diags)
}

func requirements(blocks hcl.Blocks, hostVersion string) (map[string]*requirement, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	found := map[string]*requirement{}
	for _, wahost := range blocks {
		content, d := wahost.Body.Content(wahostSchema)
		diags = append(diags, d...)
		if attr := content.Attributes["required_version"]; attr != nil {
			diags = append(diags, checkVersion(attr, hostVersion)...)
		}
		for _, inner := range content.Blocks.OfType("required_providers") {
			attrs, d := inner.Body.JustAttributes()
			diags = append(diags, d...)
			for _, name := range sortedKeys(attrs) {
				attr := attrs[name]
				if previous := found[name]; previous != nil {
					diags = append(diags, duplicate(attr.NameRange, "required provider", fmt.Sprintf("%q", name), previous.at))
					continue
				}
				r, d := decodeRequirement(attr)
				diags = append(diags, d...)
				r.bad = d.HasErrors()
				found[name] = r
			}
		}
	}
	return found, diags
}

func checkVersion(attr *hcl.Attribute, hostVersion string) hcl.Diagnostics {
	b := &block{scope: newScope(), attrs: hcl.Attributes{attr.Name: attr}, at: attr.Range}
	text := b.text(attr.Name)
	if b.diags.HasErrors() || text == "" {
		return b.diags
	}
	constraint, err := version.NewConstraint(text)
	if err != nil {
		b.add(attr.Expr.Range(), "Invalid version constraint", fmt.Sprintf(
			`%q is not a version constraint. Write for instance "~> 1.2" or ">= 1.0, < 2.0".`, text))
		return b.diags
	}
	if hostVersion == "" {
		return b.diags
	}
	host, err := version.NewVersion(hostVersion)
	if err != nil {
		b.add(attr.Expr.Range(), "Version of wahost unknown", fmt.Sprintf(
			"This build of wahost calls itself %q, which is not a version, so required_version cannot be checked.", hostVersion))
		return b.diags
	}
	// A pre-release of an allowed version is allowed: constraints speak of released versions.
	if !constraint.Check(host.Core()) {
		b.add(attr.Expr.Range(), unsupportedVersion, fmt.Sprintf(
			"This configuration requires wahost %s, but this is version %s. "+
				"Install a version that fits, or change required_version.", text, host))
	}
	return b.diags
}

var requirementArguments = []string{"source", "version", "certificate"}

func decodeRequirement(attr *hcl.Attribute) (*requirement, hcl.Diagnostics) {
	r := &requirement{Requirement: Requirement{Name: attr.Name, Range: newRange(attr.Range), at: attr.Range}, at: attr.Range}
	b := &block{scope: newScope(), attrs: hcl.Attributes{}, at: attr.NameRange}
	if err := addr.CheckProviderName(attr.Name); err != nil {
		b.add(attr.NameRange, "Invalid provider name", sentence(err))
	}
	pairs, diags := hcl.ExprMap(attr.Expr)
	if diags.HasErrors() {
		b.add(attr.Expr.Range(), "Invalid required provider", fmt.Sprintf(
			`Write %s = { source = "...", version = "~> 1.0" }.`, attr.Name))
		return r, b.diags
	}
	for _, pair := range pairs {
		key, d := pair.Key.Value(nil)
		if d.HasErrors() || key.IsNull() || key.Type() != cty.String || !slices.Contains(requirementArguments, key.AsString()) {
			name := hcl.ExprAsKeyword(pair.Key)
			b.add(pair.Key.Range(), "Unsupported argument", fmt.Sprintf(
				"An argument named %q is not expected here.%s", name,
				suggest.SentenceOr(name, requirementArguments, " A required provider has a source and a version.")))
			continue
		}
		b.attrs[key.AsString()] = &hcl.Attribute{
			Name: key.AsString(), Expr: pair.Value, NameRange: pair.Key.Range(), Range: hcl.RangeBetween(pair.Key.Range(), pair.Value.Range()),
		}
	}
	b.require("source")
	r.Source = b.text("source")
	r.Version = b.text("version")
	r.Certificate = b.text("certificate")
	if r.Version != "" {
		if _, err := version.NewConstraint(r.Version); err != nil {
			b.add(b.attrs["version"].Expr.Range(), "Invalid version constraint", fmt.Sprintf(
				`%q is not a version constraint. Write for instance "~> 1.2" or ">= 1.0, < 2.0".`, r.Version))
		}
	}
	return r, b.diags
}

// Allows reports whether a provider's version, such as "1.4.2", fits the constraint. What is not a version fits only
// where there is no constraint.
func (r Requirement) Allows(providerVersion string) bool {
	if r.Version == "" {
		return true
	}
	constraint, err := version.NewConstraint(r.Version)
	if err != nil {
		return false
	}
	v, err := version.NewVersion(providerVersion)
	if err != nil {
		return false
	}
	if v.Prerelease() == "dev" {
		// A build from source counts as the version that it leads to.
		v = v.Core()
	}
	return constraint.Check(v)
}
