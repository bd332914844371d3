// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package config holds the checks of how a provider validates and uses its configuration.
package config

import (
	"context"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

const control = "The complete configuration of the dialect is valid."

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return []suite.Check{
		{
			ID: "config/missing-required", Level: report.Core, Needs: needsRequired, Run: missingRequired,
			Requirement: "A missing required argument leads to an error that names the argument.",
			Control:     control,
			Kills:       []string{"swallows-diagnostics"},
		},
		{
			ID: "config/wrong-value", Level: report.Core, Needs: needsConstrained, Run: wrongValue,
			Requirement: "A value that is not allowed leads to an error at its argument and at no other argument.",
			Control:     control,
			Kills:       []string{"swallows-diagnostics"},
		},
		{
			ID: "config/all-errors-at-once", Level: report.Rec, Needs: needsRequired, Run: allErrors,
			Requirement: "Two mistakes are reported in one call.",
			Control:     control,
			Kills:       []string{"one-mistake-at-a-time"},
		},
		{
			ID: "config/forbidden-by-schema", Level: report.Core, Needs: needsRules, Run: forbiddenBySchema,
			Requirement: "A configuration that the schema forbids is answered, and an error about it names the argument or the block.",
			Control:     control,
			Note:        "The host refuses such a configuration first, so that a provider need not find the mistake.",
			Kills:       []string{"falls-over-conflict", "blames-another-argument"},
		},
		{
			ID: "config/unknown-values", Level: report.Core, Run: unknownValues,
			Requirement: "Values that are not known yet are not refused.",
			Kills:       []string{"rejects-unknown"},
		},
		{
			ID: "config/no-secret-in-diagnostic", Level: report.Core, Run: noSecret,
			Requirement: "A diagnostic never repeats the value of a sensitive argument.",
			Kills:       []string{"secret-in-diagnostic"},
		},
		{
			ID: "config/bad-url", Level: report.Core, Needs: needsEndpoint, Run: badURL,
			Requirement: "An endpoint with another scheme, spaces or user information is refused by validation.",
			Control:     control,
			Kills:       []string{"accepts-bad-url"},
		},
		{
			ID: "config/configure-twice", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: configureTwice,
			Requirement: "A second configuration replaces the first one completely.",
			Kills:       []string{"keeps-old-token", "keeps-old-webhook-secret"},
		},
		{
			ID: "config/configure-required", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: configureRequired,
			Requirement: "Before configuration a send is refused with FAILED_PRECONDITION and nothing is sent.",
			Kills:       []string{"falls-over-early-calls"},
		},
		{
			ID: "config/bad-credentials-late", Level: report.Core, Needs: needsAuth, Isolation: suite.Own, Run: badCredentials,
			Requirement: "Wrong credentials show at the first send, as unauthenticated and never to be retried.",
			Control:     "The right credentials are accepted.",
			Kills:       []string{"fails-on-refused-key"},
		},
		{
			ID: "config/two-channels", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: twoChannels,
			Requirement: "Two accounts with their own credentials and endpoints are never mixed up.",
			Kills:       []string{"mixes-channel-tokens"},
		},
	}
}

// block is one of the two blocks with the dialect's values for it.
type block struct {
	name     string
	schema   schema.Schema
	values   map[string]cty.Value
	validate func(context.Context, cty.Value) (diag.Diagnostics, error)
}

func blocks(e *suite.Env) []block {
	s := e.Facts().Schema
	return []block{
		{"provider", s.Provider, e.Emulator().ProviderConfig(), e.Client().ValidateProviderConfig},
		{"channel", s.Channel, e.Emulator().ChannelConfig(), e.Client().ValidateChannelConfig},
	}
}

// check validates the dialect's values with changes. A null change removes an argument.
func (b block) check(ctx context.Context, e *suite.Env, changes map[string]cty.Value) diag.Diagnostics {
	config, err := suite.ConfigValue(b.schema, b.values, changes)
	if err != nil {
		e.Blocked("%v", err)
	}
	diags, err := b.validate(ctx, config)
	if err != nil {
		e.Fatalf(b.name, "diagnostics", "%v", err)
	}
	return diags
}

// valid is the control: it blocks the check if the dialect's values are not valid.
func (b block) valid(ctx context.Context, e *suite.Env) {
	if diags := b.check(ctx, e, nil); diags.HasErrors() {
		e.Blocked("control: the dialect's configuration of the %s block must be valid: %v", b.name, diags.Err())
	}
}

// about returns the errors at an argument.
func about(diags diag.Diagnostics, name string) (found, others diag.Diagnostics) {
	for _, d := range diags {
		switch {
		case d.Severity == diag.Warning:
		case len(d.Path) > 0 && d.Path[0] == (cty.GetAttrStep{Name: name}):
			found = append(found, d)
		default:
			others = append(others, d)
		}
	}
	return found, others
}

func required(s schema.Schema) []schema.Attribute {
	return slices.DeleteFunc(slices.Clone(s.Attributes), func(a schema.Attribute) bool { return !a.Required })
}

func needsRequired(f *suite.Facts) string {
	if len(required(f.Schema.Provider))+len(required(f.Schema.Channel)) == 0 {
		return "a required argument"
	}
	return ""
}

func needsConstrained(f *suite.Facts) string {
	for _, a := range append(slices.Clone(f.Schema.Provider.Attributes), f.Schema.Channel.Attributes...) {
		if len(a.Allowed) > 0 {
			return ""
		}
	}
	return "an argument with a list of allowed values"
}

func needsEndpoint(f *suite.Facts) string {
	if f.Schema.Provider.Endpoint() == "" {
		return "an argument with the role endpoint"
	}
	return ""
}

func needsAuth(f *suite.Facts) string {
	if len(f.Dialect.Auth) == 0 {
		return "credentials in the dialect"
	}
	return suite.NeedsAnyKind(f)
}
