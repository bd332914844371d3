// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package schema holds the checks of the configuration schema that a provider serves.
package schema

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/schema"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return []suite.Check{
		{
			ID: "schema/names", Level: report.Core, Run: names,
			Requirement: "Argument names are lower-case words, unique in their block, and not reserved by the host.",
			Kills:       []string{"repeats-argument"},
		},
		{
			ID: "schema/types-complete", Level: report.Core, JudgesSchema: true, Run: types,
			Requirement: "Each argument has a complete type and is either required or may be omitted.",
			Kills:       []string{"required-with-default", "type-that-is-impossible", "type-that-is-bottomless", "default-beyond-reason"},
		},
		{
			ID: "schema/rules", Level: report.Core, Run: rules,
			Requirement: "The rules of the schemas can be kept: patterns compile, named arguments exist, defaults are allowed, no option is required.",
			Kills:       []string{"pattern-that-is-wrong", "conflicts-with-nobody", "requires-an-option"},
		},
		{
			ID: "schema/described", Level: report.Rec, Run: described,
			Requirement: "Each argument, nested block and option is described in at least one sentence.",
			Kills:       []string{"undescribed-argument", "undescribed-block"},
		},
		{
			ID: "schema/secrets-marked", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: secretsMarked,
			Requirement: "Each argument whose value authenticates requests is marked as sensitive.",
			Kills:       []string{"secret-not-marked"},
		},
		{
			ID: "schema/endpoint-override", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: endpointOverride,
			Requirement: "Exactly one argument has the role endpoint, and all traffic goes there.",
			Kills:       []string{"no-endpoint-role"},
		},
		{
			ID: "schema/defaults-valid", Level: report.Core, Run: defaultsValid,
			Requirement: "A configuration of only the required arguments is valid, with the defaults that the host fills in.",
			Kills:       []string{"invalid-default"},
		},
		{
			ID: "schema/roundtrip", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: roundtrip,
			Requirement: "The provider uses what is configured: a text reaches the vendor exactly, or is refused by its path.",
			Kills:       []string{"cleans-token"},
		},
		{
			ID: "schema/arguments-arrive", Level: report.Core, Needs: needsPlaces, Isolation: suite.Own, Run: arguments,
			Requirement: "Each argument that the dialect gives a place in a request arrives there, with whatever value it has.",
			Control:     "A minimal message over the channel that the suite opened is accepted.",
			Kills:       []string{"drops-an-argument", "keeps-the-first-argument"},
		},
		{
			ID: "schema/arguments-carried", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: argumentsCarried,
			Requirement: "An optional argument that reaches the vendor does so with every value, long ones too, or the value is refused.",
			Control:     "A message without the optional arguments is accepted.",
			Kills:       []string{"cuts-the-pool", "pools-in-upper-case"},
		},
		{
			ID: "schema/blocks-carried", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: blocksCarried,
			Requirement: "Of nested blocks that reach the vendor one, three and the largest number do, each with its own values and in order.",
			Control:     "A message without the blocks is accepted.",
			Kills:       []string{"two-labels", "labels-backwards"},
		},
		{
			ID: "schema/exercised", Level: report.Rec, Soak: true, Run: exercised,
			Requirement: "Every argument of both blocks, every error row and every event of the dialect is tried by a check.",
			Kills:       []string{"has-an-untried-argument"},
			Note:        "The findings list what was not tried. The check runs with the soak lane.",
		},
		{
			ID: "schema/deprecation", Level: report.Rec, Run: deprecation,
			Requirement: "A deprecated argument says which argument to use instead.",
			Kills:       []string{"deprecated-without-advice"},
		},
		{
			ID: "schema/backcompat", Level: report.Cap, Provisional: true, Needs: suite.Never("a certified earlier version"),
			Requirement: "Within a major version no argument is removed or becomes required.",
			Note:        "A report holds no schema yet, so there is nothing to compare with.",
		},
	}
}

// block is one of the two blocks of a provider.
type block struct {
	name   string
	schema schema.Schema
}

func blocks(e *suite.Env) []block {
	s := e.Facts().Schema
	return []block{{"provider", s.Provider}, {"channel", s.Channel}}
}

// each calls visit for all arguments of both blocks, without those of nested blocks.
func each(e *suite.Env, visit func(where string, a schema.Attribute)) {
	for _, b := range blocks(e) {
		for _, a := range b.schema.Attributes {
			visit(b.name+"."+a.Name, a)
		}
	}
}

// everyDescription calls visit for the description of each argument and nested block of a body.
func everyDescription(where string, s schema.Schema, visit func(where, text string)) {
	for _, a := range s.Attributes {
		visit(where+"."+a.Name, a.Description)
	}
	for _, b := range s.Blocks {
		visit(where+"."+b.Name, b.Description)
		everyDescription(where+"."+b.Name, b.Schema, visit)
	}
}

func rules(_ context.Context, e *suite.Env) {
	s := e.Facts().Schema
	for _, part := range []struct {
		name string
		err  error
	}{{"provider", s.Provider.Check()}, {"channel", s.Channel.Check()}, {"options", s.Options.CheckOptions()}} {
		if part.err != nil {
			e.Failf(part.name, "a schema that the host can use", "%v", part.err)
		}
	}
}

var validName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

func names(_ context.Context, e *suite.Env) {
	seen := map[string]bool{}
	each(e, func(where string, a schema.Attribute) {
		switch {
		case !validName.MatchString(a.Name):
			e.Failf(where, "a name of lower-case letters, digits and underscores", "%q", a.Name)
		case slices.Contains(schema.Reserved, a.Name):
			e.Failf(where, "a name that is not the host's own", "%q", a.Name)
		case seen[where]:
			e.Failf(where, "a name that is unique in its block", "%q twice", a.Name)
		}
		seen[where] = true
	})
	if len(seen) == 0 {
		e.Failf("schema", "an argument at least: the endpoint", "none")
	}
}

func types(_ context.Context, e *suite.Env) {
	if why := e.Facts().BadSchema; why != "" {
		e.Fatalf("schema", "a schema that the host can use", "%s", why)
	}
	each(e, func(where string, a schema.Attribute) {
		switch {
		case a.Type == cty.NilType:
			e.Failf(where, "a type", "none")
		case a.Type.HasDynamicTypes():
			e.Failf(where, "a type that is known before any value", "%s", a.Type.FriendlyName())
		case a.Required && a.Default != cty.NilVal:
			e.Failf(where, "required, or with a default", "both")
		case len(a.Allowed) > 0 && a.Type != cty.String:
			e.Failf(where, "allowed values for a string only", "a %s", a.Type.FriendlyName())
		case len(a.Allowed) > 0 && a.Default != cty.NilVal && a.Default.Type() == cty.String && !a.Default.IsNull() && !slices.Contains(a.Allowed, a.Default.AsString()):
			e.Failf(where, "a default that is allowed", "%q", a.Default.AsString())
		}
	})
}

func described(_ context.Context, e *suite.Env) {
	s := e.Facts().Schema
	visit := func(where, text string) {
		text = strings.TrimSpace(text)
		if len(strings.Fields(text)) < 3 || !strings.HasSuffix(text, ".") {
			e.Failf(where, "a sentence", "%q", text)
		}
	}
	everyDescription("provider", s.Provider, visit)
	everyDescription("channel", s.Channel, visit)
	everyDescription("options", s.Options, visit)
}

func deprecation(_ context.Context, e *suite.Env) {
	for _, b := range blocks(e) {
		for _, a := range b.schema.Attributes {
			if a.Deprecated == "" {
				continue
			}
			named := slices.ContainsFunc(b.schema.Attributes, func(o schema.Attribute) bool {
				return o.Name != a.Name && strings.Contains(a.Deprecated, o.Name)
			})
			if !named && !strings.Contains(strings.ToLower(a.Deprecated), "remove") {
				e.Failf(b.name+"."+a.Name, "the argument to use instead, or the advice to remove it", "%q", a.Deprecated)
			}
		}
	}
}

// defaultsValid uses the required arguments of the dialect and omits the others.
func defaultsValid(ctx context.Context, e *suite.Env) {
	for _, b := range blocks(e) {
		changes := map[string]cty.Value{}
		values := e.Emulator().ProviderConfig()
		if b.name == "channel" {
			values = e.Emulator().ChannelConfig()
		}
		maps.DeleteFunc(values, func(name string, _ cty.Value) bool { return omissible(b.schema, name) })
		for _, a := range b.schema.Attributes {
			if !a.Required {
				continue
			}
			if _, ok := values[a.Name]; !ok {
				e.Blocked("the dialect gives no value for the required argument %s.%s", b.name, a.Name)
			}
		}
		config, err := suite.ConfigValue(b.schema, values, changes)
		if err != nil {
			e.Blocked("%v", err)
		}
		validate := e.Client().ValidateProviderConfig
		if b.name == "channel" {
			validate = e.Client().ValidateChannelConfig
		}
		diags, err := validate(ctx, config)
		if err != nil || diags.HasErrors() {
			e.Failf(b.name, "valid with required arguments alone", "%s", fmt.Sprint(diags.Err(), err))
		}
	}
}

// omissible reports whether a configuration without an argument or a block may be valid.
func omissible(s schema.Schema, name string) bool {
	for _, group := range s.ExactlyOneOf {
		if slices.Contains(group, name) {
			return false
		}
	}
	if a, ok := s.Attribute(name); ok {
		return !a.Required
	}
	b, ok := s.Block(name)
	return ok && b.MinItems == 0
}
