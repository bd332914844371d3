// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// fetchSchemas asks all required providers, so that one that nothing uses yet is checked too. What goes wrong is
// reported at the entry in required_providers.
func (l *loader) fetchSchemas(ctx context.Context) {
	if l.opts.Providers == nil {
		return
	}
	for _, name := range sortedKeys(l.required) {
		r := l.required[name]
		if r.bad {
			continue
		}
		s, err := l.opts.Providers.Schema(ctx, name)
		if l.checkSchema(r, s, err) {
			l.schemas[name] = s
			l.checkInstalled(ctx, r)
		}
	}
}

func (l *loader) checkSchema(r *requirement, s provider.Schema, err error) bool {
	name := r.Name
	if err != nil {
		l.add(asProblem(name, err).diagnostic(r.at))
		return false
	}
	blocks := map[string]schema.Schema{"provider": s.Provider, "channel": s.Channel}
	for _, kind := range sortedKeys(blocks) {
		if err := blocks[kind].Check(); err != nil {
			l.add(problem(r.at, "Provider with an invalid schema", fmt.Sprintf(
				"The schema that the provider %q gives for its %s block is wrong: %s. "+
					"This is a fault of the provider, not of your configuration. Report it to the provider's author.", name, kind, err)))
			return false
		}
	}
	return true
}

// checkInstalled reports a provider whose version does not fit the constraint.
func (l *loader) checkInstalled(ctx context.Context, r *requirement) {
	versions, ok := l.opts.Providers.(Versions)
	if !ok || r.Version == "" {
		return
	}
	installed, err := versions.Version(ctx, r.Name)
	switch {
	case err != nil:
		l.add(asProblem(r.Name, err).diagnostic(r.at))
	case !r.Allows(installed):
		l.add(problem(r.at, "Provider of another version", fmt.Sprintf(
			"The configuration requires version %q of the provider %q, and version %s is installed. "+
				"Install a version that fits, or change the constraint.", r.Version, r.Name, installed)))
	}
}

// requiredProvider reports a provider that required_providers does not name.
func (l *loader) requiredProvider(name string, at hcl.Range) bool {
	if l.required[name] != nil {
		return true
	}
	l.add(problem(at, "Unknown provider", fmt.Sprintf(
		"There is no provider %q in required_providers.%s", name, suggest.SentenceOr(name, sortedKeys(l.required),
			fmt.Sprintf(` Add it to the wahost block: required_providers { %s = { source = "..." } }`, name)))))
	return false
}

func (l *loader) decodeProviders(ctx context.Context, blocks hcl.Blocks) {
	seen := map[addr.ProviderConfig]hcl.Range{}
	blocks, diags := unique(blocks, func(b *hcl.Block) string { return b.DefRange.String() })
	l.add(diags...)
	for _, hb := range blocks {
		content, remain, diags := hb.Body.PartialContent(hostSchema())
		b := &block{scope: l.scope, attrs: content.Attributes, at: hb.DefRange, diags: diags}
		b.reserved("provider", "alias")
		a := addr.ProviderConfig{Name: hb.Labels[0], Alias: b.text("alias")}
		if attr := content.Attributes["alias"]; attr != nil {
			l.folder.shown[attr.Expr.Range()] = true
			if err := addr.CheckBlockName(a.Alias); err != nil && !b.diags.HasErrors() {
				b.add(attr.Expr.Range(), "Invalid alias", sentence(err))
			}
		}
		l.add(b.diags...)
		if previous, ok := seen[a]; ok {
			l.add(problem(hb.DefRange, "Duplicate provider configuration", fmt.Sprintf(
				"There is already a configuration %s, at %s. Give one of the two another alias.", a, newRange(previous))))
			continue
		}
		seen[a] = hb.DefRange
		l.providers[a] = &decodedBody{at: hb.DefRange}
		if !l.requiredProvider(a.Name, hb.LabelRanges[0]) {
			continue
		}
		sch, ok := l.schemas[a.Name]
		if !ok {
			continue
		}
		body, diags := l.folder.decodeBody(l.scope, remain, sch.Provider, hb.DefRange)
		l.add(diags...)
		l.providers[a] = body
		if !diags.HasErrors() {
			l.validate(ctx, a.Name, body, Validator.ValidateProvider)
		}
	}
}

// implyProvider makes the default configuration of a provider that needs no arguments.
func (l *loader) implyProvider(ctx context.Context, a addr.ProviderConfig, sch schema.Schema, at hcl.Range) bool {
	values := map[string]cty.Value{}
	for _, attr := range sch.Attributes {
		if attr.Required {
			l.add(problem(at, "Missing provider configuration", fmt.Sprintf(
				"The channel uses the default configuration of the provider %q, but there is none, and the provider "+
					"requires arguments.%s", a.Name, l.providerAdvice(a))))
			return false
		}
		values[attr.Name] = cty.NullVal(attr.Type)
	}
	body := &decodedBody{value: cty.ObjectVal(values), at: l.required[a.Name].at}
	l.providers[a] = body
	l.validate(ctx, a.Name, body, Validator.ValidateProvider)
	return true
}

func (l *loader) providerAdvice(missing addr.ProviderConfig) string {
	for _, a := range l.providerAddresses() {
		if a.Name == missing.Name && a.Alias != "" {
			return fmt.Sprintf(" Either name one with an alias in the channel, such as provider = %s, or add a block: provider %q {}",
				a, missing.Name)
		}
	}
	return fmt.Sprintf(" Add a block: provider %q {}", missing.Name)
}

// validate asks the provider itself.
func (l *loader) validate(
	ctx context.Context, name string, body *decodedBody,
	ask func(Validator, context.Context, string, cty.Value) (diag.Diagnostics, error),
) {
	if l.opts.Validator == nil || l.failed[name] {
		return
	}
	plain, _ := body.value.UnmarkDeep()
	found, err := ask(l.opts.Validator, ctx, name, plain)
	l.add(body.place(found)...)
	if err != nil {
		l.failed[name] = true
		p := asProblem(name, err)
		p.Detail = body.scrub(p.Detail)
		l.add(p.diagnostic(body.at))
	}
}
