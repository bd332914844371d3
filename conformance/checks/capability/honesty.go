// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

func honesty(f *suite.Facts) []suite.Check {
	out := []suite.Check{
		{
			ID: "cap/no-silent-degrade", Level: report.Core, Needs: suite.NeedsAnyKind, Run: noSilentDegrade,
			Requirement: "No message is sent as another kind of message unless the outcome says so.",
			Kills:       []string{"sends-list-as-text", "sends-sticker-as-image"},
		},
		{
			ID: "cap/success-means-accepted", Level: report.Core, Needs: suite.NeedsAnyKind, Run: successMeansAccepted,
			Requirement: "A message is reported as accepted only if the vendor took it.",
			Control:     "Without a fault the same message is accepted.",
			Kills:       []string{"success-on-vendor-error"},
		},
		{
			ID: "cap/limits-declared", Level: report.Core, Run: limitsDeclared,
			Requirement: "Declared limits name a field of a declared kind, a suitable unit, and a source.",
			Kills:       []string{"limit-without-source"},
		},
		{
			ID: "cap/unknown-type", Level: report.Core, Needs: suite.NeedsAnyKind, Run: unknownType,
			Requirement: "A kind of message from a later host is refused as unsupported, and nothing is sent.",
			Control:     "The same process accepts a message of a declared kind.",
			Kills:       []string{"accepts-unknown-kind"},
		},
		{
			ID: "cap/missing-fields", Level: report.Cap, Needs: needsMissing, Run: missingFields,
			Requirement: "A field that is declared as missing is not carried: the outcome lists it as ignored, or the message is refused naming it.",
			Kills:       []string{"hides-missing-fields", "carries-missing-fields"},
			Note:        "A declared field that no message of its kind can have is a deviation as well.",
		},
		{
			ID: "cap/feature-probe", Level: report.Cap, Needs: suite.NeedsAnyKind, Run: featureProbe,
			Requirement: "Reply context, the caller's reference, preview flag and caption change the request, or are reported as ignored, or are refused.",
			Kills:       []string{"drops-context"},
		},
		{
			ID: "cap/schedule", Level: report.Cap, Needs: needsSchedule, Run: schedule,
			Requirement: "The time of a message that is sent later is in the place and in a form that the dialect names, and is the same instant.",
			Control:     "A message without a time is accepted, and its request has none.",
			Kills:       []string{"schedules-for-another-hour", "forgets-the-schedule"},
		},
	}
	return append(out, limits(f)...)
}

func noSilentDegrade(ctx context.Context, e *suite.Env) {
	seen := map[string]string{}
	told := false
	for _, k := range e.Facts().Capabilities.Kinds {
		m := e.Minimal(k.Kind)
		if m == nil {
			continue
		}
		s := e.Send(ctx, m, suite.SendOptions{})
		if s.Outcome.Degraded != "" || len(s.Exchanges) == 0 {
			continue
		}
		word := s.Exchanges[0].Type
		if word == "" {
			continue // the dialect does not tell kinds apart for this one
		}
		told = true
		if other, ok := seen[word]; ok {
			e.Failf("wire", "a kind of its own for "+k.Kind, "%q, as for %s", word, other)
		}
		seen[word] = k.Kind
		if word != k.Kind && slices.Contains(suite.Kinds(), word) {
			e.Failf("wire", k.Kind, "%s", word)
		}
	}
	if !told && len(e.Facts().Capabilities.Kinds) > 0 {
		e.Blocked("the dialect tells the kind of no request: route needs type_at or kind")
	}
}

func successMeansAccepted(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	faults := []string{"status(400)", "status(500)", "html(502)", "garbage", "empty_200", "accept_then_close"}
	refused := func(kind, text string) {
		s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{Faults: []emulator.Fault{emulator.MustFault(text)}})
		if s.Accepted() {
			e.Failf(text, "not accepted: the vendor did not take it", "%s", s)
		}
	}
	for _, text := range faults {
		refused(e.Facts().AnyKind(), text)
	}
	for _, row := range e.Dialect().Errors {
		for _, kind := range e.Facts().KindsOf(row) {
			refused(kind, "error("+row.Name+")")
		}
	}
	for _, k := range e.Facts().Capabilities.Kinds {
		m := e.Minimal(k.Kind)
		if m == nil {
			continue
		}
		if s := e.Send(ctx, m, suite.SendOptions{}); s.Accepted() && s.Deliveries == 0 {
			e.Failf(k.Kind, "accepted only with a delivery at the vendor", "%s, and nothing was delivered", s)
		}
	}
}

func limitsDeclared(_ context.Context, e *suite.Env) {
	for _, l := range e.Facts().Capabilities.Limits {
		where := strings.TrimSpace(l.Kind + " " + l.Path)
		if err := l.Valid(); err != nil {
			e.Failf(where, "a limit of a field", "%v", err)
		}
		if strings.TrimSpace(l.Source) == "" {
			e.Failf(where, "the source of the number", "none")
		}
		if l.Kind != "" && !e.Facts().Declares(l.Kind) {
			e.Failf(where, "a limit of a declared kind", "%s is not declared", l.Kind)
		}
	}
}

func unknownType(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, m := range []*message.Message{
		{MessagingProduct: "whatsapp", Type: "hologram"},
		{MessagingProduct: "whatsapp", Type: message.TypeInteractive, Interactive: &message.Interactive{Type: "hologram", Body: &message.Body{Text: "Later"}}},
		{MessagingProduct: "whatsapp"},
	} {
		refused(e, e.Send(ctx, m, suite.SendOptions{}))
	}
}

// feature is a field that must change the request if it is set.
type feature struct {
	path string
	// kind is the kind of message that must be declared; empty means any kind.
	kind string
	set  func(*message.Message)
}

var features = []feature{
	{"context.message_id", "", func(m *message.Message) { m.Context = &message.Context{MessageId: "wamid.PROBE"} }},
	{"biz_opaque_callback_data", "", func(m *message.Message) { m.BizOpaqueCallbackData = "order-1" }},
	{"text.preview_url", message.KindText, func(m *message.Message) { m.Text.PreviewUrl = true }},
	{"image.caption", message.KindImage, func(m *message.Message) { m.Image.Caption = "A probe" }},
	{"video.caption", message.KindVideo, func(m *message.Message) { m.Video.Caption = "A probe" }},
	{"document.caption", message.KindDocument, func(m *message.Message) { m.Document.Caption = "A probe" }},
}

// featureProbe sends the same message twice, to find what differs between equal messages, and then with the field.
func featureProbe(ctx context.Context, e *suite.Env) {
	probed := 0
	for _, f := range features {
		kind := f.kind
		if kind == "" {
			kind = e.Facts().AnyKind()
		}
		if !e.Facts().Declares(kind) {
			continue
		}
		o := suite.SendOptions{To: e.Recipient(), DeliveryID: e.DeliveryID()}
		plain, again := e.Send(ctx, e.Minimal(kind), o), e.Send(ctx, e.Minimal(kind), o)
		m := e.Minimal(kind)
		f.set(m)
		with := e.Send(ctx, m, o)
		if with.Rejected() != nil && with.Rejected().Path != "" || slices.Contains(with.Outcome.IgnoredFields, f.path) {
			probed++
			continue // a correct way not to support the field
		}
		if len(plain.Exchanges) == 0 || len(again.Exchanges) == 0 || len(with.Exchanges) == 0 {
			e.Failf(f.path, "a vendor request with and without the field", "%s; %s; %s", plain, again, with)
			continue
		}
		if !sameRequest(plain.Exchanges[0], again.Exchanges[0]) {
			e.Note("two equal messages give different requests, so %s cannot be probed", f.path)
			continue
		}
		probed++
		if sameRequest(plain.Exchanges[0], with.Exchanges[0]) {
			e.Failf(f.path, "another vendor request with the field, or the field in ignored_fields, or a refusal", "the same request")
		}
	}
	if probed == 0 {
		e.Blocked("no field could be probed")
	}
}

func sameRequest(a, b emulator.Exchange) bool {
	return a.Path == b.Path && bytes.Equal(a.Body, b.Body)
}
