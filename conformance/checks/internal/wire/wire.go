// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package wire contains helpers of checks that trace messages in vendor requests.
package wire

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// Guard runs a check only if a minimal message is accepted and delivered, so that a provider that refuses everything or
// sends nothing does not pass.
func Guard(run func(context.Context, *suite.Env)) func(context.Context, *suite.Env) {
	return func(ctx context.Context, e *suite.Env) {
		e.Control(ctx)
		run(ctx, e)
	}
}

// Guarded guards all checks and makes those without Needs apply to every provider that declares a kind of message.
func Guarded(checks ...suite.Check) []suite.Check {
	for i := range checks {
		if checks[i].Run != nil {
			checks[i].Run = Guard(checks[i].Run)
		}
		if checks[i].Needs == nil {
			checks[i].Needs = suite.NeedsAnyKind
		}
	}
	return checks
}

// Full returns a full message of a kind for each header that it may have.
func Full(f *suite.Facts, kind string) []*message.Message {
	o := f.SampleOptions()
	var out []*message.Message
	for _, header := range o.Headers(kind) {
		if m := sample.Full(kind, header, o); m != nil {
			out = append(out, m)
		}
	}
	return out
}

// Concerns reports whether a field, at a pattern that trace.Leaves returns, can be set in messages of a kind.
func Concerns(kind, pattern string) bool {
	root, _, _ := strings.Cut(strings.ReplaceAll(pattern, "[*]", ""), ".")
	content := kind
	if m := sample.Minimal(kind, sample.Options{}); m != nil {
		content = m.GetType()
	}
	common := []string{"context", "biz_opaque_callback_data", "recipient_identity_key_hash"}
	if kind == message.KindTemplate {
		common = append(common, "product_policy", "message_activity_sharing") // of the Marketing Messages API
	}
	return root == content || slices.Contains(common, root)
}

// Traced is a send whose texts are markers.
type Traced struct {
	suite.Sent
	Message *message.Message
	Leaves  []trace.Leaf
	Pairs   []trace.Pair
}

// Marks returns a source of markers for a check. Messages with different names have different markers.
func Marks(e *suite.Env, name string) *trace.Marks {
	return trace.NewMarks(int64(e.Rand().Uint32()), name)
}

// Trace sends a message with markers in its texts.
func Trace(ctx context.Context, e *suite.Env, m *message.Message, marks *trace.Marks) Traced {
	marked, leaves := trace.Mark(m, marks)
	s := e.Send(ctx, marked, suite.SendOptions{})
	return Traced{s, marked, leaves, Pairs(s)}
}

// Pairs returns the texts of all vendor requests of a send.
func Pairs(s suite.Sent) []trace.Pair {
	var out []trace.Pair
	for _, x := range s.Exchanges {
		out = append(out, trace.Flatten(trace.Raw{Method: x.Method, Target: x.Path, Header: x.Header, Body: x.Body})...)
	}
	return out
}

// Content returns the texts in the path and the body of a request.
func Content(x emulator.Exchange) []trace.Pair {
	header := http.Header{"Content-Type": x.Header["Content-Type"]}
	return trace.Flatten(trace.Raw{Method: x.Method, Target: x.Path, Header: header, Body: x.Body})
}

// At returns the texts at one place of all vendor requests of a send.
func At(s suite.Sent, place string) []string {
	var out []string
	for _, p := range Pairs(s) {
		if p.At == place {
			out = append(out, p.Value)
		}
	}
	return out
}

// Lost reports a deviation for each leaf with a marker that is neither in a request nor ignored nor refused. It returns
// the findings of all leaves.
func (t Traced) Lost(e *suite.Env, m *dialect.Map) []trace.Finding {
	if t.Refused(e) {
		return nil
	}
	var findings []trace.Finding
	for _, leaf := range t.Leaves {
		if leaf.Marker.Text == "" {
			continue
		}
		f := trace.Classify(leaf, t.Pairs)
		findings = append(findings, f)
		pattern := message.PathPattern(leaf.Path)
		switch {
		case t.Ignores(leaf.Path):
		case f.Class == trace.Carried:
		case f.Class == trace.Duplicated: // fidelity/no-duplicate judges that
		case f.Class == trace.Folded && m != nil && slices.Contains(m.Fold, pattern):
		case f.Class == trace.Dropped:
			e.Failf(leaf.Path, "on the wire, in ignored_fields, or refused", "dropped: the marker %s is in none of %d vendor requests", leaf.Marker.Text, len(t.Exchanges))
		default:
			e.Failf(leaf.Path, "on the wire as it is", "%s at %s", f.Class, strings.Join(f.At, ", "))
		}
	}
	return findings
}

// Refused reports whether the message was refused. A refusal is a deviation unless it names a field that was set and
// there was no vendor request.
func (t Traced) Refused(e *suite.Env) bool {
	if t.Accepted() {
		return false
	}
	r := t.Rejected()
	if r == nil {
		e.Failf("outcome", "accepted, or refused naming the field", "%s", t.Sent)
		return true
	}
	if len(t.Exchanges) > 0 {
		e.Failf("outcome", "accepted: the request was made", "%s%s", t.Sent, violations(t.Sent))
	}
	for _, leaf := range t.Leaves {
		if trace.Covers(r.Path, leaf.Path) || trace.Covers(parent(r.Path), leaf.Path) {
			return true
		}
	}
	e.Failf("outcome", "a refusal that names a field which was set", "%s", t.Sent)
	return true
}

func violations(s suite.Sent) string {
	var all []string
	for _, x := range s.Exchanges {
		all = append(all, x.Violations...)
	}
	if len(all) == 0 {
		return ""
	}
	return "; the request breaks the vendor's rules: " + strings.Join(all, "; ")
}

func parent(path string) string {
	if i := strings.LastIndex(path, "."); i > 0 {
		return path[:i]
	}
	return path
}

// Ignores reports whether the outcome lists a field as ignored.
func (t Traced) Ignores(path string) bool {
	return slices.ContainsFunc(t.Outcome.IgnoredFields, func(p string) bool { return trace.Covers(p, path) })
}

// Shape returns the vendor requests of a send without the values that differ between equal sends.
func Shape(s suite.Sent, volatile map[string]bool) map[string]string {
	shape := map[string]string{}
	for _, p := range Pairs(s) {
		if strings.HasPrefix(p.At, "header/") || volatile[p.At] {
			continue
		}
		value := strings.ReplaceAll(p.Value, s.To.Digits(), "<to>")
		shape[p.At] = strings.ReplaceAll(value, s.DeliveryID, "<id>")
	}
	return shape
}

// Volatile sends a message twice and returns the places whose values differ, such as random numbers, with the shape of
// the rest and the first send. It blocks the check if the message is not accepted.
func Volatile(ctx context.Context, e *suite.Env, m *message.Message) (map[string]bool, map[string]string, suite.Sent) {
	first, second := e.Send(ctx, m, suite.SendOptions{}), e.Send(ctx, m, suite.SendOptions{})
	if !first.Accepted() || !second.Accepted() {
		e.Blocked("the message that the others are compared with is not accepted: %s%s", first, violations(first))
	}
	a, b := Shape(first, nil), Shape(second, nil)
	volatile := map[string]bool{}
	for at, value := range a {
		if b[at] != value {
			volatile[at] = true
		}
	}
	return volatile, Shape(first, volatile), first
}

// Compare reports a deviation for each field that is not at its place in the dialect's map.
func Compare(e *suite.Env, m *dialect.Map, t Traced) {
	declared, err := trace.NewMap(m.Paths)
	if err != nil {
		e.Blocked("the dialect's map cannot be used: %v", err)
	}
	for path, at := range trace.WireMap(t.Leaves, t.Pairs) {
		if want, ok := declared.Place(t.Message, path); ok && want != at {
			e.Failf(path, "at "+want+", as the dialect says", "at %s", at)
		}
	}
}
