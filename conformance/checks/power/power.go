// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package power holds the checks of the optional powers: signals, lookup, upload and fetch of media, and the list of
// templates. A power that a channel declares must work and must tell the truth when the vendor fails. One that it does not
// declare must be refused without a vendor request.
package power

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/provider"
)

// Checks returns the checks of this group. Each one has a process of its own, because faults are scripted by route.
func Checks(*suite.Facts) []suite.Check {
	all := []suite.Check{{
		ID: "cap/powers-alike", Level: report.Core, Run: alike,
		Requirement: "The capabilities that the provider shows before a channel is opened declare the same optional powers as the channel.",
		Kills:       []string{"shows-another-lookup"},
	}}
	all = append(all, signals()...)
	all = append(all, lookups()...)
	all = append(all, uploads()...)
	all = append(all, fetches()...)
	all = append(all, templates()...)
	for i := range all {
		all[i].Isolation = suite.Own
		run := all[i].Run
		all[i].Run = func(ctx context.Context, e *suite.Env) {
			e.Control(ctx)
			run(ctx, e)
		}
		all[i].Needs = both(all[i].Needs, suite.NeedsAnyKind)
	}
	return all
}

// both returns a Check.Needs for checks that need two capabilities. The first one may be nil.
func both(first, second func(*suite.Facts) string) func(*suite.Facts) string {
	return func(f *suite.Facts) string {
		if first != nil {
			if missing := first(f); missing != "" {
				return missing
			}
		}
		return second(f)
	}
}

// power is an optional power that has a block of the same name in the dialect.
type power struct {
	name     string
	declared func(capability.Capabilities) bool
}

// checks completes the checks of a channel that declares the power.
func (p power) checks(all ...suite.Check) []suite.Check {
	for i := range all {
		all[i].Level, all[i].Capability, all[i].Needs = report.Cap, p.name, p.needed
	}
	return all
}

func (p power) needed(f *suite.Facts) string {
	if p.declared(f.Capabilities) {
		return ""
	}
	return p.name
}

func (p power) lacked(f *suite.Facts) string {
	if p.declared(f.Capabilities) {
		return "a channel without " + p.name
	}
	return ""
}

// undeclared returns the check that the power is not served if it is not declared.
func (p power) undeclared(id, kills string, call func(context.Context, *suite.Env) error) suite.Check {
	return suite.Check{
		ID: id, Level: report.Core, Needs: p.lacked, Kills: []string{kills},
		Requirement: fmt.Sprintf("A channel that does not declare %s answers UNIMPLEMENTED, and nothing reaches the vendor.", p.name),
		Control:     "The same process accepts a message of a declared kind.",
		Run: func(ctx context.Context, e *suite.Env) {
			exchanges, err := e.Power(ctx, "", 0, nil, func(ctx context.Context) error { return call(ctx, e) })
			if status.Code(err) != codes.Unimplemented {
				e.Failf("status", "UNIMPLEMENTED", "%s", answer(err))
			}
			silent(e, exchanges)
		},
	}
}

// described blocks the check unless the dialect describes the call.
func described(e *suite.Env, block any, name string) {
	if reflect.ValueOf(block).IsNil() {
		e.Blocked("the dialect has no %s block, so the calls of the vendor are not known", name)
	}
}

func answer(err error) string {
	if err == nil {
		return "an answer"
	}
	return err.Error()
}

// silent reports a deviation if there was a vendor request.
func silent(e *suite.Env, exchanges []emulator.Exchange) {
	if len(exchanges) > 0 {
		e.Failf("wire", "no vendor request", "%d", len(exchanges))
	}
	if !e.Process().Alive() {
		e.Failf("process", "the process does not end", "it ended")
	}
}

// single returns the only vendor request of a call, which must be of a route and as the vendor documents it. It ends the
// check if no request was of the route.
func single(e *suite.Env, exchanges []emulator.Exchange, route string) emulator.Exchange {
	if len(exchanges) != 1 {
		e.Failf("wire", "one vendor request", "%d", len(exchanges))
	}
	for _, x := range exchanges {
		for _, v := range x.Violations {
			e.Failf("wire", "a request as the vendor documents it", "%s", v)
		}
		if x.Route == route {
			return x
		}
	}
	e.Fatalf("wire", "a request to the route "+route, "none")
	return emulator.Exchange{}
}

// equal reports a deviation if a text is not the wanted one.
func equal(e *suite.Env, what, want, got string) {
	if got != want {
		e.Failf(what, fmt.Sprintf("%q", want), "%q", got)
	}
}

func faults(texts ...string) []emulator.Fault {
	var out []emulator.Fault
	for _, text := range texts {
		out = append(out, emulator.MustFault(text))
	}
	return out
}

// eachFailure calls a function with each fault and error row, and the time that the call may take.
func eachFailure(e *suite.Env, faultTexts []string, call func(fault string, timeout time.Duration)) {
	for _, fault := range faultTexts {
		timeout := time.Duration(0)
		if fault == "hang_after_read" {
			timeout = time.Second
		}
		call(fault, timeout)
	}
	for _, row := range ofCalls(e) {
		call("error("+row.Name+")", 0)
	}
}

// ofCalls returns the error rows that are not about kinds of message and recipients, so that every call may have them.
func ofCalls(e *suite.Env) []dialect.Error {
	return slices.DeleteFunc(slices.Clone(e.Dialect().Errors), func(row dialect.Error) bool { return len(row.Kinds) > 0 || !row.Item.IsZero() && row.Body.IsZero() })
}

// alike compares the powers of the default capabilities with those of the open channel.
func alike(ctx context.Context, e *suite.Env) {
	shown, err := e.Client().DefaultCapabilities(ctx)
	if err != nil {
		e.Fatalf("GetMetadata", "an answer", "%v", err)
	}
	if shown == nil {
		e.Note("The provider shows no capabilities before a channel is opened.")
		return
	}
	open := e.Facts().Capabilities
	for _, p := range []struct{ name, shown, open string }{
		{"signals", fmt.Sprint(shown.Signals), fmt.Sprint(open.Signals)},
		{"lookup", strconv.FormatBool(shown.Lookup), strconv.FormatBool(open.Lookup)},
		{"media_upload", strconv.FormatBool(shown.MediaUpload), strconv.FormatBool(open.MediaUpload)},
		{"media_fetch", strconv.FormatBool(shown.MediaFetch), strconv.FormatBool(open.MediaFetch)},
		{"template_list", strconv.FormatBool(shown.TemplateList), strconv.FormatBool(open.TemplateList)},
	} {
		if p.shown != p.open {
			e.Failf(p.name, p.open+", as the channel declares", "%s", p.shown)
		}
	}
}

// attempt is the request for what became of a message that was sent.
func attempt(s suite.Sent) provider.FindRequest {
	req := provider.FindRequest{DeliveryID: s.DeliveryID, To: s.To, SentAt: s.Started}
	if a := s.Outcome.Accepted; a != nil {
		req.ProviderMessageID = a.ProviderMessageID
	}
	return req
}
