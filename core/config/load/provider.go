// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

var providerBlock = lang.BlockType{
	Type: "provider", Labels: []string{"name"}, Many: true,
	Doc: "The account at a vendor: credentials and addresses. The other arguments and blocks are the provider's own: " +
		"`wahost providers schema` lists them. A provider that requires no arguments needs no such block.",
	Args: []lang.Argument{
		{Name: "alias", Type: "string", Default: "the default configuration", Doc: "The name of a further configuration of the same provider, " +
			"such as a second account. Channels choose it with `provider = NAME.ALIAS`."},
	},
}

// fetchSchemas asks all required providers for their schemas, also those that nothing uses yet. Errors are about the
// entry in required_providers.
func (l *loader) fetchSchemas(ctx context.Context) {
	if l.opts.Providers == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(l.required)) {
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
		l.addFailure(name, err, r.at)
		return false
	}
	for _, part := range []struct {
		what string
		err  error
	}{
		{"its channel block", s.Channel.Check()}, {"the options of a message", s.Options.CheckOptions()}, {"its provider block", s.Provider.Check()},
	} {
		if part.err != nil {
			l.addUnusable(name, lang.ErrorAt(r.at, "Provider with an invalid schema", fmt.Sprintf(
				"The schema of the provider %q for %s is invalid: %s. "+
					"This is a fault of the provider, not of your configuration. Report it to the provider's author.", name, part.what, part.err)))
			return false
		}
	}
	return true
}

// checkInstalled adds an error for a provider whose version the constraint does not allow.
func (l *loader) checkInstalled(ctx context.Context, r *requirement) {
	versions, ok := l.opts.Providers.(Versions)
	if !ok || r.Version == "" {
		return
	}
	installed, err := versions.Version(ctx, r.Name)
	switch {
	case err != nil:
		l.addFailure(r.Name, err, r.at)
	case !r.Allows(installed):
		l.addUnusable(r.Name, lang.ErrorAt(r.at, "Provider of another version", fmt.Sprintf(
			"The configuration requires version %q of the provider %q, and version %s is installed. "+
				"Install a version that fits with `wahost init --upgrade`, or change the constraint.", r.Version, r.Name, installed)))
	}
}

// requiredProvider reports whether required_providers names the provider, and adds an error if not.
func (l *loader) requiredProvider(name string, at hcl.Range) bool {
	if l.required[name] != nil {
		return true
	}
	l.add(lang.ErrorAt(at, "Unknown provider", fmt.Sprintf(
		"There is no provider %q in required_providers.%s", name, suggest.SentenceOr(name, slices.Sorted(maps.Keys(l.required)),
			fmt.Sprintf(` Add it to the wahost block: required_providers { %s = { source = "..." } }`, name)))))
	return false
}

func (l *loader) decodeProviders(ctx context.Context, blocks hcl.Blocks) {
	seen := map[addr.ProviderConfig]hcl.Range{}
	blocks, diags := lang.Unique(blocks, func(b *hcl.Block) string { return b.DefRange.String() })
	l.add(diags...)
	for _, hb := range blocks {
		content, remain, diags := hb.Body.PartialContent(hostSchema(providerBlock))
		b := &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: hb.DefRange, Diags: diags}
		reportReserved(b, providerBlock)
		a := addr.ProviderConfig{Name: hb.Labels[0], Alias: b.Text("alias")}
		if attr := content.Attributes["alias"]; attr != nil {
			l.folder.show(attr.Expr.Range())
			if err := addr.CheckBlockName(a.Alias); err != nil && !b.Diags.HasErrors() {
				b.Error(attr.Expr.Range(), "Invalid alias", lang.Sentence(err))
			}
		}
		l.add(b.Diags...)
		if previous, ok := seen[a]; ok {
			l.add(lang.ErrorAt(hb.DefRange, "Duplicate provider configuration", fmt.Sprintf(
				"There is already a configuration %s, at %s. Give one of the two another alias.", a, lang.NewRange(previous))))
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
			l.broken.configs[a] = l.validate(ctx, a.Name, body, Validator.ValidateProvider)
		}
	}
}

// implyProvider adds the default configuration of a provider that requires no arguments.
func (l *loader) implyProvider(ctx context.Context, a addr.ProviderConfig, sch schema.Schema, at hcl.Range) bool {
	value, found := sch.Conform(cty.NilVal)
	if found.HasErrors() {
		l.add(lang.ErrorAt(at, "Missing provider configuration", fmt.Sprintf(
			"The channel uses the default configuration of the provider %q, which no block declares, and the provider "+
				"requires arguments.%s", a.Name, l.providerAdvice(a))))
		return false
	}
	body := &decodedBody{value: value, at: l.required[a.Name].at}
	l.providers[a] = body
	l.broken.configs[a] = l.validate(ctx, a.Name, body, Validator.ValidateProvider)
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

// validate asks the provider about its own rules. It returns the reason why the provider refuses the body, or "" if it does not.
func (l *loader) validate(
	ctx context.Context, name string, body *decodedBody,
	ask func(Validator, context.Context, string, cty.Value) (diag.Diagnostics, error),
) (refused string) {
	if l.opts.Validator == nil || l.failed[name] {
		return ""
	}
	plain, _ := body.value.UnmarkDeep()
	found, err := ask(l.opts.Validator, ctx, name, plain)
	for _, d := range Refused(body.diagnostics(found)) {
		if refused == "" && d.Severity == hcl.DiagError {
			refused = "the provider refuses its arguments: " + reasonOf(d)
		}
		// A provider may check its schema, too, and find what was told before.
		if !slices.ContainsFunc(l.diags, func(told *hcl.Diagnostic) bool { return sameDiagnostic(told, d) }) {
			l.add(d)
		}
	}
	if err != nil {
		l.failed[name] = true
		failure := asProviderError(name, err)
		failure.Detail = body.scrub(failure.Detail)
		l.addFailure(name, failure, body.at)
	}
	return refused
}

// sameDiagnostic reports whether two diagnostics say the same about the same place.
func sameDiagnostic(a, b *hcl.Diagnostic) bool {
	return a.Severity == b.Severity && a.Summary == b.Summary && a.Detail == b.Detail && a.Subject != nil && b.Subject != nil && *a.Subject == *b.Subject
}
