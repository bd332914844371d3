// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// traceRatio is the part of messages that a gateway traces if the environment does not say another one.
const traceRatio = 0.01

// TraceParent returns the trace context of an attempt as the header traceparent of the W3C has it, for a provider that tells OpenTelemetry
// what it does. Spans with this parent are below the span that the gateway tells of the attempt. The flag of the context is set if the
// gateway traces the message, which OTEL_TRACES_SAMPLER in the environment of both decides. TraceParent returns "" for a text that is not the
// DeliveryID of an attempt.
//
// Nothing is sent to providers for it: the id of a trace is that of the message, which the DeliveryID begins with.
func TraceParent(deliveryID string) string {
	message, number, _ := strings.Cut(deliveryID, "-")
	var id [16]byte
	const length = 26 // of an id of 16 bytes
	if len(message) != length {
		return ""
	}
	n, err := strconv.ParseUint(number, 32, 31)
	if err != nil || n == 0 {
		return ""
	}
	if _, err := base32.HexEncoding.WithPadding(base32.NoPadding).Decode(id[:], []byte(strings.ToUpper(message))); err != nil {
		return ""
	}
	flags := 0
	if traced(id) {
		flags = 1
	}
	return fmt.Sprintf("00-%x-%016x-%02x", id, max(binary.BigEndian.Uint64(id[8:])+(n+1)*spanStep, 1), flags)
}

// spanStep makes the ids of the spans of a message differ. The gateway has the same.
const spanStep = 0x9e3779b97f4a7c15

// traced reports whether the gateway traces a message.
func traced(id [16]byte) bool {
	ratio := traceRatio
	switch sampler := strings.TrimPrefix(os.Getenv("OTEL_TRACES_SAMPLER"), "parentbased_"); sampler {
	case "always_on":
		return true
	case "always_off":
		return false
	case "traceidratio":
		ratio = 1
		if f, err := strconv.ParseFloat(os.Getenv("OTEL_TRACES_SAMPLER_ARG"), 64); err == nil {
			ratio = f
		}
	}
	return ratio >= 1 || binary.BigEndian.Uint64(id[8:])>>1 < uint64(ratio*(1<<63))
}
