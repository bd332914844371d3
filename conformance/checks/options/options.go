// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package options holds the checks of the options of a message for the vendor, which a caller sets as wahost.vendor.NAME.
package options

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/schema"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	const control = "A message without options is accepted."
	return []suite.Check{
		{
			ID: "options/carried", Level: report.Core, Needs: needsPlaces, Run: carried, Control: control,
			Requirement: "Each option of a message, and each default, arrives in the place that the dialect names.",
			Kills:       []string{"drops-option"},
		},
		{
			ID: "options/refused", Level: report.Core, Needs: needsOptions, Run: refused, Control: control,
			Requirement: "An option that does not exist or has a value that is not allowed is invalid_message at its path, without a request.",
			Note:        "The host refuses such a message first.",
			Kills:       []string{"ignores-unknown-option"},
		},
		{
			ID: "options/foreign", Level: report.Core, Needs: suite.NeedsAnyKind, Run: foreign, Control: control,
			Requirement: "Options of other vendors change nothing.",
			Note:        "The host removes them first.",
			Kills:       []string{"sends-foreign-options"},
		},
	}
}

func needsOptions(f *suite.Facts) string {
	if f.Schema.Options.Empty() {
		return "options of a message"
	}
	return suite.NeedsAnyKind(f)
}

func needsPlaces(f *suite.Facts) string {
	if why := needsOptions(f); why != "" {
		return why
	}
	if len(f.Dialect.Options) == 0 {
		return "places of options in the dialect"
	}
	return ""
}

// with returns a minimal message with options for a provider.
func with(e *suite.Env, provider string, options map[string]any) *message.Message {
	m := e.Minimal(e.Facts().AnyKind())
	vendor, err := structpb.NewStruct(map[string]any{provider: options})
	if err != nil {
		e.Blocked("%v", err)
	}
	if m.Wahost == nil {
		m.Wahost = &message.Extension{}
	}
	m.Wahost.Vendor = vendor
	return m
}

func carried(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, a := range e.Facts().Schema.Options.Attributes {
		place, ok := e.Dialect().Options[a.Name]
		if !ok {
			e.Failf("options."+a.Name, "a place of the option in the dialect", "none")
			continue
		}
		if a.Default != cty.NilVal {
			arrives(ctx, e, place, a.Name, plain(a.Default), nil)
		}
		for _, v := range values(a) {
			arrives(ctx, e, place, a.Name, v, map[string]any{a.Name: v})
		}
	}
}

// arrives sends a message with options and reports a deviation if the value of one is not at its place.
func arrives(ctx context.Context, e *suite.Env, place, name string, want any, options map[string]any) {
	s := e.Send(ctx, with(e, e.Facts().Metadata.Name, options), suite.SendOptions{})
	if !s.Accepted() {
		e.Failf("options."+name, fmt.Sprintf("accepted with the value %v", want), "%s", s)
		return
	}
	found := wire.At(s, place)
	if len(found) != 1 || found[0] != written(want) {
		e.Failf(place, fmt.Sprintf("the option %s with the value %v", name, want), "%q", found)
	}
}

// written returns a value as a request has it.
func written(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// plain returns a default as a caller would write it.
func plain(v cty.Value) any {
	switch v.Type() {
	case cty.String:
		return v.AsString()
	case cty.Bool:
		return v.True()
	case cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return f
	}
	return nil
}

// values returns allowed values of an option. It returns none for an option whose values the suite cannot make.
func values(a schema.Attribute) []any {
	switch {
	case a.Type == cty.Bool:
		return []any{true, false}
	case a.Type == cty.Number:
		low, high := 1.0, 2.0
		if a.Minimum != nil {
			low = *a.Minimum
			high = low + 1
		}
		if a.Maximum != nil {
			high = *a.Maximum
			low = min(low, high)
		}
		return []any{low, high}
	case a.Type != cty.String || a.Pattern != "":
		return nil
	case len(a.Allowed) > 0:
		var all []any
		for _, word := range a.Allowed {
			all = append(all, word)
		}
		return all
	}
	return []any{"option-5d1c", "option-é😀"}
}

// badValues returns values of an option that its schema forbids.
func badValues(a schema.Attribute) []any {
	out := []any{[]any{"a", "list"}}
	if len(a.Allowed) > 0 {
		out = append(out, "not-"+a.Allowed[0])
	}
	if a.Minimum != nil {
		out = append(out, *a.Minimum-1)
	}
	if a.Maximum != nil {
		out = append(out, *a.Maximum+1)
	}
	return out
}

func refused(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	name := e.Facts().Metadata.Name
	try := func(option string, value any) {
		s := e.Send(ctx, with(e, name, map[string]any{option: value}), suite.SendOptions{})
		path := message.JoinPath(message.JoinPath(schema.OptionsPath, name), option)
		r := s.Rejected()
		if r == nil || r.Reason != outcome.ReasonInvalidMessage || !strings.HasPrefix(r.Path, path) {
			e.Failf(path, "rejected as invalid_message at this path", "%s", s)
		}
		if len(s.Exchanges) > 0 {
			e.Failf("wire", "no request for a message with a wrong option", "%d", len(s.Exchanges))
		}
	}
	try("no_such_option", "x")
	for _, a := range e.Facts().Schema.Options.Attributes {
		if a.Type != cty.String && a.Type != cty.Number && a.Type != cty.Bool {
			continue
		}
		for _, value := range badValues(a) {
			try(a.Name, value)
		}
	}
}

func foreign(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	const marker = "foreign-7f3a91c2"
	s := e.Send(ctx, with(e, "another-vendor", map[string]any{"priority": marker}), suite.SendOptions{})
	if !s.Accepted() {
		e.Failf("outcome", "accepted: the option belongs to another vendor", "%s", s)
	}
	for _, x := range s.Exchanges {
		if strings.Contains(wire.Whole(x), marker) {
			e.Failf("wire", "nothing of another vendor's options", "%s", marker)
		}
	}
	for _, path := range s.Outcome.IgnoredFields {
		if strings.HasPrefix(path, schema.OptionsPath) {
			e.Failf("ignored_fields", "nothing about another vendor's options", "%s", path)
		}
	}
}
