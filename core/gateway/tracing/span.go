// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package tracing

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// Span is when something began and ended.
type Span struct{ Began, Ended time.Time }

// Since returns a span that ends now.
func Since(began time.Time) Span { return Span{began, time.Now()} }

// Planned tells how long it took to find a way for a message. Reason is that of a rejection, or "".
func (t *Tracer) Planned(id ids.ID, at Span, reason string) {
	if t == nil || reason == "" && !t.traced(id) {
		return
	}
	t.end(t.below(id, "plan", at, trace.SpanKindInternal, attribute.String("wahost.reason", reason)), at, reason)
}

// Accepted tells that a message was recorded. It is the span that all others of the message are below. It begins when the message got its id.
func (t *Tracer) Accepted(m *store.NewMessage, ended time.Time) {
	if t == nil || !t.traced(m.ID) {
		return
	}
	ctx := context.WithValue(context.Background(), chosenKey{}, chosen{trace.TraceID(m.ID), spanID(m.ID, 0)})
	at := Span{m.ID.Time(), ended}
	_, span := t.tracer.Start(ctx, "accept", trace.WithNewRoot(), trace.WithTimestamp(at.Began), trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("messaging.message.id", m.ID.Wamid()), attribute.String("wahost.key", m.APIKey), attribute.String("wahost.category", m.Category)))
	t.end(span, at, "")
}

// Attempted tells about an attempt to send a message. Attempts that were not accepted are told about even if the message is not traced.
func (t *Tracer) Attempted(id ids.ID, n int, at Span, channel, route string, o outcome.Outcome) {
	if t == nil || o.Accepted != nil && !t.traced(id) {
		return
	}
	reason := ""
	switch {
	case o.Rejected != nil:
		reason = string(o.Rejected.Reason)
	case o.Accepted == nil:
		reason = "unknown"
	}
	ctx := context.WithValue(parent(id), chosenKey{}, chosen{span: spanID(id, n)})
	_, span := t.tracer.Start(ctx, "attempt", trace.WithTimestamp(at.Began), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.Int("wahost.attempt", n), attribute.String("wahost.channel", channel), attribute.String("wahost.route", route),
		attribute.String("wahost.outcome", o.Word()), attribute.String("wahost.reason", reason)))
	t.end(span, at, reason)
}

// Told tells that a vendor told a status of a message.
func (t *Tracer) Told(id ids.ID, at Span, provider string, status outcome.Status) {
	if t == nil || id.IsZero() || !t.traced(id) {
		return
	}
	t.end(t.below(id, "status", at, trace.SpanKindServer, attribute.String("wahost.status", string(status)), attribute.String("wahost.provider", provider)), at, "")
}

// Posted tells about an attempt to tell an application a status. HTTPStatus is 0 without an answer. Attempts that failed are told about even
// if the message is not traced.
func (t *Tracer) Posted(id ids.ID, at Span, webhook string, status outcome.Status, httpStatus int, failed bool) {
	if t == nil || !failed && !t.traced(id) {
		return
	}
	problem := ""
	if failed {
		problem = "not taken"
	}
	t.end(t.below(id, "webhook", at, trace.SpanKindClient, attribute.String("wahost.webhook", webhook), attribute.String("wahost.status", string(status)),
		attribute.Int("http.response.status_code", httpStatus)), at, problem)
}

// below begins a span below the one of Accepted.
func (t *Tracer) below(id ids.ID, name string, at Span, kind trace.SpanKind, attributes ...attribute.KeyValue) trace.Span {
	_, span := t.tracer.Start(parent(id), name, trace.WithTimestamp(at.Began), trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
	return span
}

// end ends a span. The problem is "" if it went well.
func (*Tracer) end(span trace.Span, at Span, problem string) {
	if problem != "" {
		span.SetStatus(codes.Error, problem)
	}
	span.End(trace.WithTimestamp(at.Ended))
}

// parent returns a context below the span of Accepted.
func parent(id ids.ID) context.Context {
	return trace.ContextWithRemoteSpanContext(context.Background(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID(id), SpanID: spanID(id, 0), TraceFlags: trace.FlagsSampled, Remote: true,
	}))
}

// step makes the ids of the spans of a message differ. It is the golden ratio of 64 bits.
const step = 0x9e3779b97f4a7c15

// spanID returns the id of the span of an attempt, or of Accepted for the attempt 0. Any process finds the same.
func spanID(id ids.ID, attempt int) (span trace.SpanID) {
	n := binary.BigEndian.Uint64(id[8:]) + uint64(attempt+1)*step
	binary.BigEndian.PutUint64(span[:], max(n, 1)) // 0 is not the id of a span
	return span
}

type chosenKey struct{}

// chosen are the ids of a span that is begun.
type chosen struct {
	trace trace.TraceID
	span  trace.SpanID
}

// generator makes the ids of spans: those that were chosen, and otherwise random ones.
type generator struct{}

// NewIDs returns the ids of the first span of a trace.
func (generator) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	c, _ := ctx.Value(chosenKey{}).(chosen)
	return c.trace, c.span
}

// NewSpanID returns the id of another span.
func (generator) NewSpanID(ctx context.Context, _ trace.TraceID) (span trace.SpanID) {
	if c, ok := ctx.Value(chosenKey{}).(chosen); ok {
		return c.span
	}
	binary.BigEndian.PutUint64(span[:], max(rand.Uint64(), 1)) //nolint:gosec // it needs to be unlikely, and not secret
	return span
}
