// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/provider"
)

// Options is what a configuration depends on besides its files.
type Options struct {
	// HostVersion is the version of this program, such as "1.4.2". If it is empty, required_version is not checked.
	HostVersion string
	// Env is the environment, as os.Environ returns it. Later sources of variables win: Env, the variables files,
	// Vars.
	Env []string
	// Vars are the values of --var, each NAME=VALUE.
	Vars []string
	// Providers returns the schemas. If it is nil, everything that needs a schema is skipped, as where no provider is
	// installed yet.
	Providers Providers
	// Validator asks the providers about their own rules. It may be nil.
	Validator Validator
}

// Load evaluates the configuration and reports all errors in one run, including those of Open. The Result is nil if there
// are errors other than those that IsUnusable tells. Otherwise the channels that do not work have the field Unusable. There may be
// warnings with a Result.
func (f *Folder) Load(ctx context.Context, opts Options) (*Result, hcl.Diagnostics) {
	if f.diags.HasErrors() {
		return nil, f.sorted(slices.Clone(f.diags))
	}
	l := &loader{
		folder: f, opts: opts, scope: lang.NewScope(), schemas: map[string]provider.Schema{}, failed: map[string]bool{}, broken: newBroken(),
		providers: map[addr.ProviderConfig]*decodedBody{}, channels: map[addr.Channel]*decodedBody{},
	}
	l.add(f.diags...) // warnings
	content, diags := f.content()
	l.add(diags...)
	l.required, diags = requirements(content.blocks("wahost"), opts.HostVersion)
	l.add(diags...)
	if slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool { return d.Summary == unsupportedVersion }) {
		// This version does not know what another version accepts.
		return nil, f.sorted(diags)
	}

	_, diags = certificatePolicy(content.blocks("wahost"))
	l.add(diags...)
	_, diags = installation(content.blocks("wahost"), f.dir)
	l.add(diags...)
	l.declare(content)
	l.strictTemplates = l.decodeStrictTemplates(content.blocks("wahost"))
	l.sendAhead = l.maxSendAhead(content.blocks("wahost"))
	l.fetchSchemas(ctx)
	l.decodeProviders(ctx, content.blocks("provider"))
	l.decodeChannels(ctx)
	l.decodeTemplates()
	l.decodeRoutes(content.blocks("route"))
	l.warnUnreachable()
	l.decodeGateway(content.blocks("gateway"))
	if ctx.Err() != nil {
		l.add(lang.Error("Interrupted", "Reading the configuration was interrupted."))
	}
	if !OnlyUnusable(l.diags) {
		return nil, f.sorted(unique(l.diags))
	}
	return l.result(), f.sorted(unique(l.diags))
}

// Load opens a folder and loads it: Open and Folder.Load in one call. The Folder is never nil.
func Load(ctx context.Context, dir string, opts Options) (*Result, *Folder, hcl.Diagnostics) {
	f := Open(Place{Dir: dir})
	r, diags := f.Load(ctx, opts)
	return r, f, diags
}

// loader is one load, which goes from block to block.
type loader struct {
	folder *Folder
	opts   Options
	scope  *lang.Scope
	diags  hcl.Diagnostics

	required  map[string]*requirement
	schemas   map[string]provider.Schema // of the providers that can be used
	failed    map[string]bool            // the providers that could not be asked
	broken    broken
	providers map[addr.ProviderConfig]*decodedBody
	channels  map[addr.Channel]*decodedBody

	channelBlocks  []*channelDecl
	templateBlocks hcl.Blocks
	decoded        []config.Channel
	templates      []template.Template
	// strictTemplates is config.Config.StrictTemplates.
	strictTemplates bool
	bindings        []binding
	routes          []route
	sendAhead       time.Duration
	gateway         *config.Gateway
}

// unique returns the diagnostics without those that say the same about the same place: several blocks may use one local value.
func unique(diags hcl.Diagnostics) hcl.Diagnostics {
	type identity struct {
		severity        hcl.DiagnosticSeverity
		summary, detail string
		at              hcl.Range
	}
	seen := map[identity]bool{}
	var out hcl.Diagnostics
	for _, d := range diags {
		s := identity{severity: d.Severity, summary: d.Summary, detail: d.Detail}
		if d.Subject != nil {
			s.at = *d.Subject
		}
		if !seen[s] {
			out = append(out, d)
		}
		seen[s] = true
	}
	return out
}

func (l *loader) add(diags ...*hcl.Diagnostic) { l.diags = append(l.diags, diags...) }

// declare adds everything that expressions may refer to, to the scope.
func (l *loader) declare(content rootContent) {
	blocks, diags := lang.Unique(content.blocks("channel"), func(b *hcl.Block) string { return strings.Join(b.Labels, ".") })
	l.add(diags...)
	for _, b := range blocks {
		l.channelBlocks = append(l.channelBlocks, l.declareChannel(b))
	}
	blocks, diags = lang.Unique(content.blocks("template"), func(b *hcl.Block) string { return b.Labels[0] })
	l.add(diags...)
	l.templateBlocks = blocks
	for _, b := range blocks {
		l.scope.DeclareTemplate(b.Labels[0])
	}
	l.add(l.scope.DeclareVariables(content.blocks("variable"), lang.Sources{
		Env: l.opts.Env, Files: l.folder.vars, Flags: l.opts.Vars,
	})...)
	l.add(l.scope.DeclareLocals(content.blocks("locals"))...)
	for _, b := range l.channelBlocks {
		l.expandChannel(b)
	}
	l.add(l.scope.EvaluateLocals()...)
}

// providerAddresses returns the addresses of all provider configurations, in order.
func (l *loader) providerAddresses() []addr.ProviderConfig {
	out := make([]addr.ProviderConfig, 0, len(l.providers))
	for a := range l.providers {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b addr.ProviderConfig) int { return strings.Compare(a.String(), b.String()) })
	return out
}
