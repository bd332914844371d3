// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
)

// Options are what a configuration depends on besides its files.
type Options struct {
	// HostVersion is the version of this program, such as "1.4.2"; empty skips the check of required_version.
	HostVersion string
	// Env is the environment, as os.Environ gives it. Later sources win: Env, variables files, Vars.
	Env []string
	// Vars are the values of --var, each NAME=VALUE.
	Vars []string
	// Providers gives the schemas. Nil skips all that needs them, as where nothing is installed yet.
	Providers Providers
	// Validator asks the providers about their own rules. Nil skips that.
	Validator Validator
}

// Load evaluates the configuration and reports all mistakes in one run, those of Open too. The Config is nil where there are errors; it
// may come with warnings.
func (f *Folder) Load(ctx context.Context, opts Options) (*Config, hcl.Diagnostics) {
	if f.diags.HasErrors() {
		return nil, f.sorted(slices.Clone(f.diags))
	}
	l := &loader{
		folder: f, opts: opts, scope: newScope(), schemas: map[string]provider.Schema{}, failed: map[string]bool{},
		providers: map[addr.ProviderConfig]*decodedBody{}, channels: map[addr.Channel]*decodedBody{},
	}
	content, diags := f.content()
	l.add(diags...)
	l.required, diags = requirements(content.blocks("wahost"), opts.HostVersion)
	l.add(diags...)
	if slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool { return d.Summary == unsupportedVersion }) {
		// What another version accepts or means is not for this one to say.
		return nil, f.sorted(diags)
	}

	_, diags = certificatePolicy(content.blocks("wahost"))
	l.add(diags...)
	l.declare(content)
	l.fetchSchemas(ctx)
	l.decodeProviders(ctx, content.blocks("provider"))
	l.decodeChannels(ctx)
	l.decodeTemplates()
	l.decodeRoutes(content.blocks("route"))
	l.warnUnreachable()
	if ctx.Err() != nil {
		l.add(failure("Interrupted", "Reading the configuration was interrupted."))
	}
	if l.diags.HasErrors() {
		return nil, f.sorted(l.diags)
	}
	return l.config(), f.sorted(l.diags)
}

// Load opens a folder and loads it: Open and Folder.Load in one. The folder is never nil.
func Load(ctx context.Context, dir string, opts Options) (*Config, *Folder, hcl.Diagnostics) {
	f := Open(dir)
	c, diags := f.Load(ctx, opts)
	return c, f, diags
}

// loader carries one load from block to block.
type loader struct {
	folder *Folder
	opts   Options
	scope  *scope
	diags  hcl.Diagnostics

	required  map[string]*requirement
	schemas   map[string]provider.Schema // of the providers that can be used
	failed    map[string]bool            // providers that could not be asked
	providers map[addr.ProviderConfig]*decodedBody
	channels  map[addr.Channel]*decodedBody

	channelBlocks  hcl.Blocks
	templateBlocks hcl.Blocks
	decoded        []Channel
	templates      []template.Template
	bindings       []bindingRange
	routes         []Route
}

func (l *loader) add(diags ...*hcl.Diagnostic) { l.diags = append(l.diags, diags...) }

// declare makes known all that expressions may refer to.
func (l *loader) declare(content rootContent) {
	blocks, diags := unique(content.blocks("channel"), func(b *hcl.Block) string { return strings.Join(b.Labels, ".") })
	l.add(diags...)
	l.channelBlocks = blocks
	for _, b := range blocks {
		a := addr.Channel{Provider: b.Labels[0], Name: b.Labels[1]}
		l.scope.channels[a] = cty.CapsuleVal(channelType, &a)
	}
	blocks, diags = unique(content.blocks("template"), func(b *hcl.Block) string { return b.Labels[0] })
	l.add(diags...)
	l.templateBlocks = blocks
	for _, b := range blocks {
		name := b.Labels[0]
		l.scope.templates[name] = cty.CapsuleVal(templateType, &name)
	}

	variables, diags := decodeVariables(content.blocks("variable"))
	l.add(diags...)
	declared := map[string]*variable{}
	for _, v := range variables {
		declared[v.name] = v
		if v.defaultAt != nil {
			l.folder.defaults[v.name] = *v.defaultAt
		}
	}
	values, diags := l.folder.gather(l.opts, declared)
	l.add(diags...)
	for _, v := range variables {
		g, isGiven := values[v.name]
		value, diags := v.evaluate(g, isGiven)
		l.add(diags...)
		l.scope.variables[v.name] = value
	}
	for _, v := range variables {
		l.add(v.validate(l.scope)...)
	}
	l.add(declareLocals(l.scope, content.blocks("locals"))...)
	l.add(evaluateLocals(l.scope)...)
}

func (l *loader) providerAddresses() []addr.ProviderConfig {
	out := make([]addr.ProviderConfig, 0, len(l.providers))
	for a := range l.providers {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b addr.ProviderConfig) int { return strings.Compare(a.String(), b.String()) })
	return out
}

func (l *loader) config() *Config {
	c := &Config{
		Required: map[string]Requirement{}, Channels: l.decoded, Templates: l.templates, Routes: l.routes,
		templates: template.NewSet(l.templates), bodies: map[string]*decodedBody{}, bindings: l.bindings,
	}
	for name, r := range l.required {
		c.Required[name] = r.Requirement
	}
	for _, a := range l.providerAddresses() {
		body := l.providers[a]
		c.bodies[a.String()] = body
		c.Providers = append(c.Providers, Provider{
			Name: a.Name, Alias: a.Alias, ID: a.String(), Value: NewValue(body.value), DeclRange: newRange(body.at),
		})
	}
	for a, body := range l.channels {
		c.bodies[a.Reference()] = body
	}
	return c
}

// ProviderDiagnostics gives what a provider says of its configuration, such as when it is configured, the places in
// the files. The id is Provider.ID.
func (c *Config) ProviderDiagnostics(id string, found diag.Diagnostics) hcl.Diagnostics {
	return c.placed(id, fmt.Sprintf("provider %s", id), found)
}

// ChannelDiagnostics is ProviderDiagnostics for a channel.
func (c *Config) ChannelDiagnostics(a addr.Channel, found diag.Diagnostics) hcl.Diagnostics {
	return c.placed(a.Reference(), a.Reference(), found)
}

func (c *Config) placed(key, name string, found diag.Diagnostics) hcl.Diagnostics {
	body := c.bodies[key]
	if body == nil {
		return hcl.Diagnostics{failure("Unknown configuration", fmt.Sprintf("There is no %s in this configuration.", name))}
	}
	return body.place(found)
}
