// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// delivering makes a check about one kind of message: it applies if the kind is declared, and begins with the delivery
// of a minimal message.
func delivering(kind string, c suite.Check) suite.Check {
	c.Level, c.Capability = report.Cap, kind
	if c.Needs == nil {
		c.Needs = suite.NeedsKind(kind)
	}
	run := c.Run
	c.Run = func(ctx context.Context, e *suite.Env) {
		delivered(ctx, e, kind)
		run(ctx, e)
	}
	return c
}

func textAndTemplate() []suite.Check {
	return []suite.Check{
		delivering(message.KindText, suite.Check{
			ID: "send/text/preview-flag", Run: previewFlag,
			Requirement: "Asking for a link preview changes the request, or the field is listed as ignored.",
			Kills:       []string{"ignores-preview-flag"},
		}),
		delivering(message.KindText, suite.Check{
			ID: "send/text/long", Run: longText,
			Requirement: "A text of the maximum length, in 4-byte characters, arrives whole.",
			Kills:       []string{"truncates", "truncates-long-text", "limit-in-bytes"},
		}),
		delivering(message.KindTemplate, suite.Check{
			ID: "send/template/language", Run: language,
			Requirement: "The language code arrives as it is, or is reported as ignored.",
			Kills:       []string{"rewrites-language", "one-chinese"},
		}),
		delivering(message.KindTemplate, suite.Check{
			ID: "send/template/category", Run: category,
			Requirement: "Where the category of a template is in the request, each declared category is there.",
			Kills:       []string{"marketing-as-utility", "drops-authentication"},
		}),
		delivering(message.KindTemplate, suite.Check{
			ID: "send/template/params-order", Run: paramsOrder,
			Requirement: "Positional parameters keep their order.",
			Kills:       []string{"swaps-parameters"},
		}),
		delivering(message.KindTemplate, suite.Check{
			ID: "send/template/components", Run: components,
			Requirement: "Each parameter of each declared header, of the body and of each declared button arrives.",
			Kills:       []string{"drops-button-parameter"},
		}),
		delivering(message.KindTemplate, suite.Check{
			ID: "send/template/param-count", Needs: needsMismatchRow, Run: paramCount,
			Requirement: "The vendor's answer to too few or too many parameters is template_mismatch and never retried.",
			Kills:       []string{"template-mismatch-transient"},
		}),
		delivering(message.KindTemplate, suite.Check{
			ID: "send/template/typed-params", Needs: needsTypedParameters, Run: typedParams,
			Requirement: "Currencies and times are carried with their fallback, code and amount.",
			Kills:       []string{"drops-currency-code", "drops-currency-amount", "parses-number-as-float"},
		}),
	}
}

func needsMismatchRow(f *suite.Facts) string {
	if mismatchRow(f) == "" {
		return "an error row of the dialect with reason template_mismatch"
	}
	return suite.NeedsKind(message.KindTemplate)(f)
}

func needsTypedParameters(f *suite.Facts) string {
	k, _ := f.Kind(message.KindTemplate)
	for _, t := range k.ParameterTypes {
		if t == "currency" || t == "date_time" {
			return ""
		}
	}
	return "template parameters of type currency or date_time"
}

func previewFlag(ctx context.Context, e *suite.Env) {
	m := e.Minimal(message.KindText)
	m.Text.Body = "https://example.com/"
	volatile, shape, _ := wire.Volatile(ctx, e, m)
	for _, flip := range trace.Flips(m, "text.preview_url") {
		t := wire.Traced{Sent: e.Send(ctx, flip.Message, suite.SendOptions{}), Leaves: []trace.Leaf{{Path: flip.Path}}}
		if !t.Refused(e) && !t.Ignores(flip.Path) && maps.Equal(shape, wire.Shape(t.Sent, volatile)) {
			e.Failf(flip.Path, "another request, or the field in ignored_fields", "the request is the same")
		}
	}
}

func longText(ctx context.Context, e *suite.Env) {
	for _, l := range e.Facts().Limits().For(message.KindText) {
		if l.Path != "text.body" {
			continue
		}
		m := sample.Sized(e.Minimal(message.KindText), l, l.Maximum, "😀")
		s := e.Send(ctx, m, suite.SendOptions{})
		accepted(e, s, "a text of "+strconv.Itoa(l.Maximum)+" "+string(l.Unit))
		if !slices.ContainsFunc(wire.Pairs(s), func(p trace.Pair) bool { return p.Value == m.GetText().GetBody() }) {
			e.Failf("text.body", "the whole text on the wire", "it is not there")
		}
	}
}

func language(ctx context.Context, e *suite.Env) {
	var kept []string // the places that all codes had so far
	var ignored []suite.Sent
	for _, code := range languages {
		m := e.Minimal(message.KindTemplate)
		m.Template.Language.Code = code
		s := e.Send(ctx, m, suite.SendOptions{})
		accepted(e, s, "a template in "+code)
		if slices.Contains(s.Outcome.IgnoredFields, "template.language.code") {
			ignored = append(ignored, s) // the vendor names a template in one language
			continue
		}
		found := places(s, code)
		if kept == nil {
			kept = found
		}
		kept = slices.DeleteFunc(kept, func(at string) bool { return !slices.Contains(found, at) })
		if len(kept) == 0 {
			e.Fatalf("template.language.code", code+" on the wire as it is, always in the same place", "it is not there")
		}
	}
	if len(ignored) > 1 {
		sameRequests(ctx, e, ignored)
	}
}

// sameRequests checks that templates in several languages have the same request, because the language is listed as ignored.
func sameRequests(ctx context.Context, e *suite.Env, sent []suite.Sent) {
	volatile, _, _ := wire.Volatile(ctx, e, e.Minimal(message.KindTemplate))
	want := wire.Shape(sent[0], volatile)
	for _, s := range sent[1:] {
		if !maps.Equal(want, wire.Shape(s, volatile)) {
			e.Failf("template.language.code", "the same request in all languages, because it is listed as ignored", "another request in another language")
			return
		}
	}
}

var number = regexp.MustCompile(`\d+`)

// inOrder checks that places differ only in one number, which increases.
func inOrder(e *suite.Env, what string, places []string) {
	for i := 1; i < len(places); i++ {
		a, b := number.FindAllString(places[i-1], -1), number.FindAllString(places[i], -1)
		grows := len(a) == len(b) && number.ReplaceAllString(places[i-1], "#") == number.ReplaceAllString(places[i], "#")
		for j := 0; grows && j < len(a); j++ {
			m, _ := strconv.Atoi(a[j])
			n, _ := strconv.Atoi(b[j])
			if m != n {
				grows = m < n
				break
			}
		}
		if !grows {
			e.Failf(what, "places on the wire in the order of the message", "%s, then %s", places[i-1], places[i])
		}
	}
}

func paramsOrder(ctx context.Context, e *suite.Env) {
	m := e.Minimal(message.KindTemplate)
	body := &message.Component{Type: "body"}
	for range 5 {
		body.Parameters = append(body.Parameters, &message.Parameter{Type: "text", Text: "x"})
	}
	m.Template.Components = []*message.Component{body}
	t := wire.Trace(ctx, e, m, wire.Marks(e, "order"))
	accepted(e, t.Sent, "a template with five parameters")
	var places []string
	for _, leaf := range t.Leaves {
		if !strings.HasSuffix(leaf.Path, "].text") {
			continue
		}
		if f := trace.Classify(leaf, t.Pairs); len(f.At) == 1 {
			places = append(places, f.At[0])
		} else {
			e.Failf(leaf.Path, "carried", "%s", f.Class)
		}
	}
	inOrder(e, "template.components[0].parameters", places)
}

func components(ctx context.Context, e *suite.Env) {
	declared, _ := e.Facts().Kind(message.KindTemplate)
	missing := func(path string) bool { return slices.Contains(declared.MissingFields, message.PathPattern(path)) }
	for _, m := range wire.Full(e.Facts(), message.KindTemplate) {
		t := wire.Trace(ctx, e, m, wire.Marks(e, "components"))
		if r := t.Rejected(); r != nil && missing(r.Path) {
			continue // cap/missing-fields judges it
		}
		accepted(e, t.Sent, "a template with every component that is declared")
		t.Lost(e, e.Dialect().Map(message.KindTemplate))
		for _, leaf := range t.Leaves {
			if strings.Contains(leaf.Path, ".parameters[") && t.Ignores(leaf.Path) && leaf.Form == trace.Free && !missing(leaf.Path) {
				e.Failf(leaf.Path, "carried, because the component is declared and the field is not in missing_fields", "it is listed as ignored")
			}
		}
	}
}

// mismatchRow returns the name of the dialect's error row for wrong parameters, or "" if the dialect has no such row.
func mismatchRow(f *suite.Facts) string {
	for _, row := range f.Dialect.Errors {
		if row.Reason == outcome.ReasonTemplateMismatch && (len(row.Kinds) == 0 || slices.Contains(row.Kinds, message.KindTemplate)) {
			return row.Name
		}
	}
	return ""
}

func paramCount(ctx context.Context, e *suite.Env) {
	fault := emulator.MustFault("error(" + mismatchRow(e.Facts()) + ")")
	s := e.Send(ctx, e.Minimal(message.KindTemplate), suite.SendOptions{Faults: []emulator.Fault{fault}})
	if r := s.Rejected(); r == nil || r.Reason != outcome.ReasonTemplateMismatch || r.Retry != outcome.RetryNever {
		e.Failf("outcome", "rejected as template_mismatch, retry never", "%s", s)
	}
}

func typedParams(ctx context.Context, e *suite.Env) {
	for _, m := range wire.Full(e.Facts(), message.KindTemplate) {
		wire.Trace(ctx, e, m, wire.Marks(e, "typed")).Lost(e, e.Dialect().Map(message.KindTemplate))
		volatile, shape, _ := wire.Volatile(ctx, e, m)
		for _, flip := range trace.Flips(m) {
			if !strings.Contains(flip.Path, ".currency.") && !strings.Contains(flip.Path, ".date_time.") {
				continue
			}
			t := wire.Traced{Sent: e.Send(ctx, flip.Message, suite.SendOptions{}), Leaves: []trace.Leaf{{Path: flip.Path}}}
			if !t.Refused(e) && !t.Ignores(flip.Path) && maps.Equal(shape, wire.Shape(t.Sent, volatile)) {
				e.Failf(flip.Path, "another value gives another request", "the request is the same")
			}
		}
	}
}
