// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package tracing

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/provider"
)

// A provider finds the span of an attempt, and whether the gateway traces the message, from the id of the attempt.
func TestProvidersFindTheSpan(t *testing.T) {
	for _, ratio := range []string{"", "0", "0.3", "1"} {
		t.Run(ratio, func(t *testing.T) {
			sampler := ""
			if ratio != "" {
				sampler = "traceidratio"
			}
			t.Setenv("OTEL_TRACES_SAMPLER", sampler)
			t.Setenv("OTEL_TRACES_SAMPLER_ARG", ratio)
			chosen, err := samplerOf(sampler, ratio)
			require.NoError(t, err)
			tracer := &Tracer{sampler: chosen}
			sampled := 0
			for n := range 2000 {
				id, attempt := ids.New(), n%40+1
				header := propagation.MapCarrier{"traceparent": provider.TraceParent(id.Attempt(attempt))}
				got := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(t.Context(), header))
				require.Equal(t, trace.TraceID(id), got.TraceID())
				require.Equal(t, spanID(id, attempt), got.SpanID())
				require.Equal(t, tracer.traced(id), got.IsSampled())
				if got.IsSampled() {
					sampled++
				}
			}
			if f, err := strconv.ParseFloat(ratio, 64); err == nil {
				require.InDelta(t, f*2000, sampled, 200)
			}
		})
	}
	for _, text := range []string{"", "a", ids.New().String(), ids.New().String() + "-", ids.New().String() + "-0", "!!!!!!!!!!!!!!!!!!!!!!!!!!-1"} {
		require.Empty(t, provider.TraceParent(text), text)
	}
}
