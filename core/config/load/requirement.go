// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/internal/suggest"
)

var wahostBlock = lang.BlockType{
	Type: "wahost", Many: true,
	Doc: "What the configuration requires of wahost itself. Several of these blocks count as one.",
	Args: []lang.Argument{
		{Name: "required_version", Type: "string", Default: "any version", Doc: "The versions of wahost that this configuration is for, as a " +
			"constraint such as `\"~> 1.2\"` or `\">= 1.0, < 2.0\"`."},
		{Name: "templates", Type: "string", Default: code(templateModes[0]), Allowed: templateModes, Doc: "With `strict`, a message that names " +
			"a template which no `template` block declares is rejected. With `open`, such a template goes to the vendor as it is."},
		{Name: "max_send_ahead", Type: "duration", Default: "`\"2160h\"`, which is ninety days", Doc: "How far away the time may be at which a " +
			"message is to be sent. A message with a later time is refused, because it is more often a mistyped year than a plan."},
	},
	Blocks: []lang.BlockType{requiredProvidersBlock, certificateBlock, installationBlock},
}

var requiredProvidersBlock = lang.BlockType{
	Type: "required_providers", Many: true,
	Doc:     "The providers that the configuration uses. A provider that is not listed here cannot be used.",
	Entries: "NAME = { ... }, an entry for each provider, with the name of the provider and these keys",
	Args: []lang.Argument{
		{Name: "source", Type: "string", Required: true, Doc: "The source address of the provider, `[HOST/]NAMESPACE/NAME`, such as `\"wahost/pushwoosh\"` or " +
			"`\"providers.example.com/acme/acme\"`. It decides from where `wahost init` installs the provider and which keys vouch for it. Its last part is " +
			"the name of the entry."},
		{Name: "version", Type: "string", Default: "any version", Doc: "The versions of the provider that fit, as a constraint such as " +
			"`\"~> 1.0\"`. Another installed version is an error."},
		{Name: "certificate", Type: "string or list of strings", Default: "`certificates/NAME.json`, `certificates/NAME.jsonl` or the folder `certificates/NAME`, or else the certificate in the package that `wahost init` installed",
			Doc: "The provider's certificates, one for each of its platforms: a file, a bundle with the ending `.jsonl` and a certificate on each line, a folder, " +
				"or a list of them. Paths are relative to the configuration's folder. See [certification](../certification/certification.md#for-the-operator)."},
		{Name: "memory_limit", Type: "string", Default: "no limit", Doc: "The most memory that the provider's process may use, such as " +
			"`\"512MiB\"` or `\"2GiB\"`. A process that uses more is ended and counts as crashed. It works on Linux only."},
	},
}

const unsupportedVersion = "Unsupported version of wahost"

// requirement is one entry of required_providers. Bad means that it has errors of its own.
type requirement struct {
	config.Requirement
	at  hcl.Range
	bad bool
}

// Requirements returns the providers that the configuration needs, by name, without evaluating anything else. HostVersion
// is the version of this program, such as "1.4.2". If it is empty, required_version is not checked.
func (f *Folder) Requirements(hostVersion string) (map[string]config.Requirement, hcl.Diagnostics) {
	if f.diags.HasErrors() {
		return nil, f.sorted(slices.Clone(f.diags))
	}
	content, _ := f.content()
	found, diags := requirements(content.blocks("wahost"), hostVersion)
	out := make(map[string]config.Requirement, len(found))
	for name, r := range found {
		out[name] = r.Requirement
	}
	return out, f.sorted(diags)
}

func requirements(blocks hcl.Blocks, hostVersion string) (map[string]*requirement, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	found := map[string]*requirement{}
	for _, wahost := range blocks {
		content, d := wahost.Body.Content(wahostBlock.Schema())
		diags = append(diags, d...)
		if attr := content.Attributes["required_version"]; attr != nil {
			diags = append(diags, checkVersion(attr, hostVersion)...)
		}
		for _, inner := range content.Blocks.OfType("required_providers") {
			attrs, d := inner.Body.JustAttributes()
			diags = append(diags, d...)
			for _, name := range slices.Sorted(maps.Keys(attrs)) {
				attr := attrs[name]
				if previous := found[name]; previous != nil {
					diags = append(diags, lang.Duplicate(attr.NameRange, "required provider", fmt.Sprintf("%q", name), previous.at))
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
	b := &lang.Block{Scope: lang.NewScope(), Attrs: hcl.Attributes{attr.Name: attr}, Range: attr.Range}
	text := b.Text(attr.Name)
	if b.Diags.HasErrors() || text == "" {
		return b.Diags
	}
	constraint, err := version.NewConstraint(text)
	if err != nil {
		b.Error(attr.Expr.Range(), "Invalid version constraint", fmt.Sprintf(
			`%q is not a version constraint. Write for instance "~> 1.2" or ">= 1.0, < 2.0".`, text))
		return b.Diags
	}
	if hostVersion == "" {
		return b.Diags
	}
	host, err := version.NewVersion(hostVersion)
	if err != nil {
		b.Error(attr.Expr.Range(), "Version of wahost unknown", fmt.Sprintf(
			"This build of wahost calls itself %q, which is not a version, so required_version cannot be checked.", hostVersion))
		return b.Diags
	}
	// Constraints are about released versions, so a pre-release counts as its release.
	if !constraint.Check(host.Core()) {
		b.Error(attr.Expr.Range(), unsupportedVersion, fmt.Sprintf(
			"This configuration requires wahost %s, but this is version %s. "+
				"Install a version that fits, or change required_version.", text, host))
	}
	return b.Diags
}

func decodeRequirement(attr *hcl.Attribute) (*requirement, hcl.Diagnostics) {
	r := &requirement{Requirement: config.Requirement{Name: attr.Name, Range: lang.NewRange(attr.Range)}, at: attr.Range}
	b := &lang.Block{Scope: lang.NewScope(), Attrs: hcl.Attributes{}, Range: attr.NameRange}
	if err := addr.CheckProviderName(attr.Name); err != nil {
		b.Error(attr.NameRange, "Invalid provider name", lang.Sentence(err))
	}
	pairs, diags := hcl.ExprMap(attr.Expr)
	if diags.HasErrors() {
		b.Error(attr.Expr.Range(), "Invalid required provider", fmt.Sprintf(
			`Write %s = { source = "...", version = "~> 1.0" }.`, attr.Name))
		return r, b.Diags
	}
	for _, pair := range pairs {
		key, d := pair.Key.Value(nil)
		if d.HasErrors() || key.IsNull() || key.Type() != cty.String || !requiredProvidersBlock.Has(key.AsString()) {
			name := hcl.ExprAsKeyword(pair.Key)
			b.Error(pair.Key.Range(), "Unsupported argument", fmt.Sprintf(
				"An argument named %q is not expected here.%s", name,
				suggest.SentenceOr(name, requiredProvidersBlock.Names(), " A required provider has a source and a version.")))
			continue
		}
		b.Attrs[key.AsString()] = &hcl.Attribute{
			Name: key.AsString(), Expr: pair.Value, NameRange: pair.Key.Range(), Range: hcl.RangeBetween(pair.Key.Range(), pair.Value.Range()),
		}
	}
	b.Require(requiredProvidersBlock.Required()...)
	r.Source = sourceAddress(b, attr.Name)
	r.Version = b.Text("version")
	r.Certificates = certificateFiles(b)
	if text := b.Text("memory_limit"); text != "" {
		var ok bool
		if r.MemoryLimit, ok = parseMemory(text); !ok {
			b.Error(b.Attrs["memory_limit"].Expr.Range(), "Invalid memory limit", fmt.Sprintf(
				`%q is not a memory limit. Write a whole number of MiB or GiB from 64MiB to 1024GiB, for instance "512MiB" or "2GiB".`, text))
		}
	}
	if r.Version != "" {
		if _, err := version.NewConstraint(r.Version); err != nil {
			b.Error(b.Attrs["version"].Expr.Range(), "Invalid version constraint", fmt.Sprintf(
				`%q is not a version constraint. Write for instance "~> 1.2" or ">= 1.0, < 2.0".`, r.Version))
		}
	}
	return r, b.Diags
}

// sourceAddress returns the argument source of the entry with this name, or "" if it is missing or wrong.
func sourceAddress(b *lang.Block, name string) string {
	text := b.Text("source")
	if b.Attrs["source"] == nil || text == "" && b.Diags.HasErrors() {
		return ""
	}
	at := b.Attrs["source"].Expr.Range()
	a, err := source.Parse(text)
	switch {
	case err != nil:
		b.Error(at, "Invalid source address", lang.Sentence(err))
		return ""
	case a.Name != name && addr.CheckProviderName(name) == nil:
		as := a
		as.Name = name
		b.Error(at, "Source address of another provider", fmt.Sprintf(
			"The entry %q has the source address %q, which is that of a provider with the name %q. An entry has the name of its provider: "+
				"write %s = { source = %q }, or source = %q.", name, text, a.Name, a.Name, text, as))
		return ""
	}
	return text
}

// certificateFiles returns the argument certificate, which is a text or a list of texts.
func certificateFiles(b *lang.Block) []string {
	attr := b.Attrs["certificate"]
	if attr == nil {
		return nil
	}
	if _, diags := hcl.ExprList(b.Scope.Definition(attr.Expr)); diags.HasErrors() {
		return slices.DeleteFunc([]string{b.Text("certificate")}, func(s string) bool { return s == "" })
	}
	b.NotEmpty("Name a file or a folder, or leave the argument out.", "certificate")
	var out []string
	for _, it := range b.Texts("certificate") {
		out = append(out, it.Text)
	}
	return out
}
