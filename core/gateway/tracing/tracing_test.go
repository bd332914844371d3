// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package tracing_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/tracing"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kept is an exporter that keeps its spans after the end.
type kept struct{ spans *tracetest.SpanStubs }

// ExportSpans keeps spans.
func (k kept) ExportSpans(_ context.Context, spans []sdk.ReadOnlySpan) error {
	*k.spans = append(*k.spans, tracetest.SpanStubsFromReadOnlySpans(spans)...)
	return nil
}

// Shutdown does nothing.
func (kept) Shutdown(context.Context) error { return nil }

// life tells a tracer about a message whose second attempt is accepted, and returns the spans by their names.
func life(t *testing.T, id ids.ID, sampler sdk.Sampler) map[string]tracetest.SpanStub {
	t.Helper()
	var all tracetest.SpanStubs
	// Two processes: what the second one tells is in the trace that the first one began.
	for _, tell := range []func(*tracing.Tracer){
		func(tr *tracing.Tracer) {
			tr.Planned(id, tracing.Since(time.Now()), "")
			tr.Accepted(&store.NewMessage{ID: id, APIKey: "shop", To: message.Recipient{Address: "+491551234567"}, Reference: "order", Body: []byte("text")}, time.Now())
			tr.Attempted(id, 1, tracing.Since(time.Now()), "p.first", "all", outcome.Outcome{Rejected: &outcome.Rejected{Reason: outcome.ReasonRateLimited}})
		},
		func(tr *tracing.Tracer) {
			tr.Attempted(id, 2, tracing.Since(time.Now()), "p.second", "all", outcome.Accept("v"))
			tr.Told(id, tracing.Since(time.Now()), "p", outcome.StatusDelivered)
			tr.Posted(id, tracing.Since(time.Now()), "shop", outcome.StatusDelivered, 200, false)
		},
	} {
		tr, err := tracing.New(t.Context(), kept{&all}, sampler, "1.2.3")
		require.NoError(t, err)
		tell(tr)
		require.NoError(t, tr.Close(t.Context()))
	}
	spans := map[string]tracetest.SpanStub{}
	for _, s := range all {
		name := s.Name
		for _, a := range s.Attributes {
			if a.Key == "wahost.attempt" {
				name = "attempt " + a.Value.String()
			}
			for _, canary := range []string{"1551234567", "order", "text"} {
				require.NotContains(t, a.Value.String(), canary)
			}
		}
		spans[name] = s
	}
	return spans
}

func TestLife(t *testing.T) {
	id := ids.New()
	spans := life(t, id, sdk.AlwaysSample())
	require.Len(t, spans, 6)
	root := spans["accept"]
	require.False(t, root.Parent.IsValid())
	require.Equal(t, id.Time().UnixMilli(), root.StartTime.UnixMilli())
	seen := map[trace.SpanID]bool{}
	for name, s := range spans {
		require.Equal(t, trace.TraceID(id), s.SpanContext.TraceID(), name)
		require.False(t, seen[s.SpanContext.SpanID()], "%s has the id of another span", name)
		seen[s.SpanContext.SpanID()] = true
		if name != "accept" {
			require.Equal(t, root.SpanContext.SpanID(), s.Parent.SpanID(), name)
		}
	}
	require.Equal(t, codes.Error, spans["attempt 1"].Status.Code)
	require.Equal(t, "rate_limited", spans["attempt 1"].Status.Description)
	require.Equal(t, codes.Unset, spans["attempt 2"].Status.Code)
}

// Of a message that is not traced, only what went wrong is told.
func TestUntraced(t *testing.T) {
	spans := life(t, ids.New(), sdk.NeverSample())
	require.Len(t, spans, 1)
	require.Contains(t, spans, "attempt 1")
}

func TestFromEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		env     map[string]string
		on      bool
		refused string
	}{
		"nothing":         {nil, false, ""},
		"an endpoint":     {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, true, ""},
		"traces only":     {map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1/v1/traces"}, true, ""},
		"the exporter":    {map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, true, ""},
		"none":            {map[string]string{"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, false, ""},
		"disabled":        {map[string]string{"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"}, false, ""},
		"another one":     {map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, false, "wahost knows otlp and none"},
		"gRPC":            {map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, "wahost knows http/protobuf"},
		"unknown sampler": {map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "sometimes"}, false, "expected always_on"},
		"no ratio":        {map[string]string{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2"}, false, "from 0 to 1"},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range test.env {
				t.Setenv(key, value)
			}
			tr, err := tracing.FromEnvironment(t.Context(), "1.2.3")
			if test.refused != "" {
				require.ErrorContains(t, err, test.refused)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.on, tr.On())
			require.NoError(t, tr.Close(t.Context()))
		})
	}
}

// BenchmarkAttempted measures what an accepted attempt costs without a tracer, and with one that does not choose its message.
func BenchmarkAttempted(b *testing.B) {
	id, at, o := ids.New(), tracing.Since(time.Now()), outcome.Accept("v")
	never, err := tracing.New(b.Context(), tracetest.NewInMemoryExporter(), sdk.NeverSample(), "")
	require.NoError(b, err)
	defer func() { require.NoError(b, never.Close(b.Context())) }()
	for name, tr := range map[string]*tracing.Tracer{"off": nil, "not chosen": never} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tr.Attempted(id, 1, at, "p.first", "all", o)
			}
		})
	}
}
