// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package tracing tells OpenTelemetry what becomes of messages: a trace for each message, from the request of the application to the
// webhooks that tell it the end.
//
// The id of a trace is the id of its message, and the ids of the spans that others are below follow from it. So nothing about traces is
// stored, and a status that comes days later, to another process, is in the trace of its message. No span has a phone number, a text or
// anything else that a caller wrote.
package tracing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/wahost/wahost/core/ids"
)

// DefaultRatio is the part of messages that are traced if OTEL_TRACES_SAMPLER does not say another one.
const DefaultRatio = 0.01

// Tracer tells about messages. A nil Tracer tells nothing. It is safe for concurrent use.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	sampler  sdk.Sampler
}

// FromEnvironment returns a tracer as the environment variables of OpenTelemetry demand it: with OTEL_TRACES_EXPORTER=otlp, or with
// OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT. It is nil without them, or if OTEL_SDK_DISABLED is true. Spans are sent
// over HTTP as protobuf. The version is that of wahost.
func FromEnvironment(ctx context.Context, version string) (*Tracer, error) {
	switch exporter := os.Getenv("OTEL_TRACES_EXPORTER"); {
	case os.Getenv("OTEL_SDK_DISABLED") == "true", exporter == "none":
		return nil, nil
	case exporter == "otlp":
	case exporter != "":
		return nil, fmt.Errorf("OTEL_TRACES_EXPORTER is %q, and wahost knows otlp and none", exporter)
	case os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "":
		return nil, nil
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		if protocol := os.Getenv(name); protocol != "" && protocol != "http/protobuf" {
			return nil, fmt.Errorf("%s is %q, and wahost knows http/protobuf", name, protocol)
		}
	}
	sampler, err := samplerOf(os.Getenv("OTEL_TRACES_SAMPLER"), os.Getenv("OTEL_TRACES_SAMPLER_ARG"))
	if err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	return New(ctx, exporter, sampler, version)
}

// samplerOf returns the sampler with a name of OpenTelemetry. A message is the root of its trace, so that those which look at a parent are
// the same as those which do not.
func samplerOf(name, argument string) (sdk.Sampler, error) {
	switch name {
	case "":
		return sdk.TraceIDRatioBased(DefaultRatio), nil
	case "always_on", "parentbased_always_on":
		return sdk.AlwaysSample(), nil
	case "always_off", "parentbased_always_off":
		return sdk.NeverSample(), nil
	case "traceidratio", "parentbased_traceidratio":
		ratio := 1.0
		if argument != "" {
			var err error
			if ratio, err = strconv.ParseFloat(argument, 64); err != nil || ratio < 0 || ratio > 1 {
				return nil, fmt.Errorf("OTEL_TRACES_SAMPLER_ARG is %q: expected a number from 0 to 1", argument)
			}
		}
		return sdk.TraceIDRatioBased(ratio), nil
	}
	return nil, fmt.Errorf("OTEL_TRACES_SAMPLER is %q: expected always_on, always_off or traceidratio", name)
}

// New returns a tracer that gives the traces that the sampler chooses to an exporter.
func New(ctx context.Context, exporter sdk.SpanExporter, sampler sdk.Sampler, version string) (*Tracer, error) {
	about, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "wahost"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, err
	}
	// Which messages are traced is decided before a span is begun.
	p := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithSampler(sdk.AlwaysSample()), sdk.WithResource(about), sdk.WithIDGenerator(generator{}))
	return &Tracer{p, p.Tracer("github.com/wahost/wahost/core/gateway"), sampler}, nil
}

// Close sends the spans that are not sent yet.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// On reports whether the tracer tells anything.
func (t *Tracer) On() bool { return t != nil }

// traced reports whether a message is traced. The same message is in each process.
func (t *Tracer) traced(id ids.ID) bool {
	return t.sampler.ShouldSample(sdk.SamplingParameters{TraceID: trace.TraceID(id)}).Decision == sdk.RecordAndSample
}
