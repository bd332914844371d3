// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/registry/source"
)

var patternArgs = []lang.Argument{
	{Name: "include", Type: "list of strings", Default: "every provider", Doc: "The source addresses of the providers that may come from here. `*` stands for any " +
		"namespace or any name, as in `\"acme/*\"`."},
	{Name: "exclude", Type: "list of strings", Default: "no provider", Doc: "The source addresses of the providers that may not come from here."},
}

func placeBlock(kind config.InstallKind, doc string, args ...lang.Argument) lang.BlockType {
	return lang.BlockType{Type: string(kind), Many: true, Doc: doc, Args: append(args, patternArgs...)}
}

var placeBlocks = []lang.BlockType{
	placeBlock(config.InstallFilesystem, "A folder with providers, below the path of their source addresses: packed, as "+
		"`ADDRESS/wahost-provider-NAME_VERSION_OS_ARCH.zip`, or unpacked, as the folder `ADDRESS/VERSION/OS_ARCH`.",
		lang.Argument{Name: "path", Type: "string", Required: true, Doc: "The folder, relative to that of the file in which the block is."}),
	placeBlock(config.InstallHTTPS, "A web server with the static files that `wahost providers mirror` writes.",
		lang.Argument{Name: "url", Type: "string", Required: true, Doc: "The URL of the folder that holds the source addresses. It is one of HTTPS, or of HTTP on the loopback interface."}),
	placeBlock(config.InstallOCI, "A registry of OCI artifacts: an index for each version, with one manifest for each platform whose only layer is the package.",
		lang.Argument{Name: "repository", Type: "string", Required: true, Doc: "The repository of a provider, such as " +
			"`\"registry.example.com/providers/{namespace}/{name}\"`. `{host}`, `{namespace}` and `{name}` stand for the parts of the source address. A registry on " +
			"the loopback interface is asked without TLS if the text begins with `http://`."}),
	placeBlock(config.InstallDirect, "The host that the source address names. An address without a host comes from elsewhere."),
	placeBlock(config.InstallBundled, "The programs beside wahost, or in `WAHOST_PROVIDER_DIR`. They are used where they are, and locked."),
}

var installationBlock = lang.BlockType{
	Type: "provider_installation",
	Doc: "From where `wahost init` installs providers: the newest version that fits, from the first of these blocks that has it. Without this block they are " +
		"`bundled` and then `direct`. The same block in the user's own `wahost.rc.hcl` replaces it.",
	Blocks: placeBlocks,
}

const devOverridesArg = "dev_overrides"

// userInstallationBlock is the block in the user's own file.
var userInstallationBlock = lang.BlockType{
	Type: installationBlock.Type, Doc: "As in the configuration.", Blocks: installationBlock.Blocks,
	Args: []lang.Argument{{Name: devOverridesArg, Type: "map of strings", Default: "no override", Doc: "Programs that are used in place of what is installed, by source " +
		"address: the path of a program, or of the folder that it is in. Neither version nor lock file counts for them, and each command warns."}},
}

// Installation returns the provider_installation block of the configuration, without evaluating anything else.
func (f *Folder) Installation() (config.Installation, hcl.Diagnostics) {
	content, _ := f.content()
	out, diags := installation(content.blocks("wahost"), f.dir)
	return out, f.sorted(diags)
}

// installation reads the provider_installation block in one of the wahost blocks of a folder.
func installation(blocks hcl.Blocks, dir string) (config.Installation, hcl.Diagnostics) {
	var out config.Installation
	var diags hcl.Diagnostics
	var first *hcl.Block
	for _, wahost := range blocks {
		// Errors in the rest of the block are reported where the rest is read.
		content, _, _ := wahost.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{installationBlock.Header()}})
		for _, inner := range content.Blocks {
			if first != nil {
				diags = append(diags, lang.Duplicate(inner.DefRange, "block", fmt.Sprintf("%q", installationBlock.Type), first.DefRange))
				continue
			}
			first = inner
			var d hcl.Diagnostics
			out, d = decodeInstallation(inner, installationBlock, dir)
			diags = append(diags, d...)
		}
	}
	return out, diags
}

// decodeInstallation reads a provider_installation block in a file of the folder dir.
func decodeInstallation(outer *hcl.Block, t lang.BlockType, dir string) (config.Installation, hcl.Diagnostics) {
	out := config.Installation{Range: lang.NewRange(outer.DefRange)}
	// Both schemas have dev_overrides, so that its error in a configuration can say where it belongs.
	content, diags := outer.Body.Content(userInstallationBlock.Schema())
	b := &lang.Block{Scope: lang.NewScope(), Attrs: content.Attributes, Range: outer.DefRange}
	if attr := b.Attrs[devOverridesArg]; attr != nil && !t.Has(devOverridesArg) {
		b.Error(attr.NameRange, "Override in a configuration", fmt.Sprintf("Programs under development are named in the user's own file %s, because a configuration is shared: everybody "+
			"who uses it would run them. Move %s there.", UserFileName, devOverridesArg))
	} else {
		out.Overrides = devOverrides(b, dir)
	}
	for _, inner := range content.Blocks {
		i := slices.IndexFunc(placeBlocks, func(p lang.BlockType) bool { return p.Type == inner.Type })
		attrs, d := inner.Body.Content(placeBlocks[i].Schema())
		diags = append(diags, d...)
		m := &lang.Block{Scope: b.Scope, Attrs: attrs.Attributes, Range: inner.DefRange}
		m.Require(placeBlocks[i].Required()...)
		method := config.InstallMethod{Kind: config.InstallKind(inner.Type)}
		switch method.Kind {
		case config.InstallFilesystem:
			if method.At = m.Text("path"); method.At != "" {
				method.At = below(dir, method.At)
			}
		case config.InstallHTTPS:
			method.At = checkedText(m, "url", "Invalid URL", checkURL)
		case config.InstallOCI:
			method.At = checkedText(m, "repository", "Invalid repository", checkRepository)
		}
		method.Include, method.Exclude = patterns(m, "include"), patterns(m, "exclude")
		diags = append(diags, m.Diags...)
		out.Methods = append(out.Methods, method)
	}
	if len(out.Methods) == 0 && len(out.Overrides) == 0 && !diags.HasErrors() && len(b.Diags) == 0 {
		b.Error(outer.DefRange, "Missing block", fmt.Sprintf("A %s block says from where providers come, with at least one of these blocks: %s.",
			t.Type, strings.Join(blockNames(placeBlocks), ", ")))
	}
	return out, append(diags, b.Diags...)
}

// patterns returns an argument with patterns of source addresses.
func patterns(b *lang.Block, name string) []string {
	b.NotEmpty("Leave the argument out, or name providers.", name)
	return texts(b.Checked(name, checkedBy(b, "Invalid source address", checkPattern)))
}

func blockNames(blocks []lang.BlockType) []string {
	var out []string
	for _, b := range blocks {
		out = append(out, b.Type)
	}
	return out
}

// below returns a path that may be relative to a folder.
func below(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// checkedText returns a text for which check returns no error.
func checkedText(b *lang.Block, name, summary string, check func(string) error) string {
	text := b.Text(name)
	if text == "" {
		return ""
	}
	if err := check(text); err != nil {
		b.Error(b.RangeOf(name), summary, lang.Sentence(err))
		return ""
	}
	return text
}

func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("%q is not a URL", text)
	}
	return source.CheckURL(u)
}

func checkRepository(text string) error {
	_, err := source.ParseRepository(text)
	return err
}

// devOverrides returns the argument dev_overrides, in the order of the source addresses.
func devOverrides(b *lang.Block, dir string) []config.DevOverride {
	if !b.Has(devOverridesArg) {
		return nil
	}
	v, ok := b.Value(devOverridesArg, cty.Map(cty.String))
	if !ok {
		return nil
	}
	at := b.RangeOf(devOverridesArg)
	var out []config.DevOverride
	values := v.AsValueMap()
	for _, text := range slices.Sorted(maps.Keys(values)) {
		if _, err := source.Parse(text); err != nil {
			b.Error(at, "Invalid source address", lang.Sentence(err))
			continue
		}
		if values[text].IsNull() || values[text].AsString() == "" {
			b.Error(at, "Missing path", fmt.Sprintf("The override of %s has no path. Write the path of its program.", text))
			continue
		}
		out = append(out, config.DevOverride{Source: text, Path: below(dir, values[text].AsString())})
	}
	return out
}
