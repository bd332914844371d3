// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package proto

import (
	"bytes"
	"context"
	"time"

	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/internal/procfs"
)

// A bomb is an encoded configuration.
type bomb struct {
	name string
	data []byte
}

// bombs returns encoded configurations of a few bytes for which a careless reader needs gigabytes or a very deep stack, and some that
// are not encodings.
func bombs() []bomb {
	return []bomb{
		{"a list of 4294967295 values", []byte{0xdd, 0xff, 0xff, 0xff, 0xff}},
		{"an object of 4294967295 values", []byte{0xdf, 0xff, 0xff, 0xff, 0xff}},
		{"a text of 4294967295 bytes", []byte{0xdb, 0xff, 0xff, 0xff, 0xff}},
		{"an extension of 4294967295 bytes", []byte{0xc9, 0xff, 0xff, 0xff, 0xff, 0x0c}},
		{"an object whose key is an endless list", []byte{0x81, 0xdd, 0xff, 0xff, 0xff, 0xff}},
		{"a list that is nested a million times", bytes.Repeat([]byte{0x91}, 1<<20)},
		{"an object that is cut off", []byte{0x82, 0xa1, 'a'}},
		{"a byte that begins no value", []byte{0xc1}},
	}
}

// maxValueGrowth is the largest increase of memory for an encoded configuration, in bytes.
const maxValueGrowth = 128 << 20

// boundedValues sends encoded configurations that no host sends, to the calls that validate.
func boundedValues(ctx context.Context, e *suite.Env) {
	raw := start(ctx, e, suite.RawOptions{})
	conn := dial(e, raw)
	before := procfs.PeakMemory(raw.PID())
	for _, method := range []string{"ValidateProviderConfig", "ValidateChannelConfig"} {
		for _, bomb := range bombs() {
			within, cancel := context.WithTimeout(ctx, answerTimeout+e.Grace())
			began := time.Now()
			// The answer is an error or a diagnostic. Which of them it is, is not tested.
			resp, err := call(within, conn, method, field(nil, 1, bomb.data))
			cancel()
			if err == nil && len(resp) == 0 {
				e.Failf(method, "a refusal of "+bomb.name, "no diagnostics")
			}
			if _, alive := call(ctx, conn, "GetMetadata", nil); alive != nil {
				e.Fatalf(method, "the provider answers after "+bomb.name, "%v after %s (the call ended with %s)",
					alive, time.Since(began).Round(time.Millisecond), status.Code(err))
			}
		}
	}
	after := procfs.PeakMemory(raw.PID())
	e.Note("at most %d MB more", (after-before)>>20)
	if before > 0 && after-before > maxValueGrowth {
		e.Failf("memory", "at most 128 MB for encoded configurations", "%d MB", (after-before)>>20)
	}
}
