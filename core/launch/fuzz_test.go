//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
)

// FuzzParseAttachment reads whatever WAHOST_REATTACH_PROVIDERS may hold.
func FuzzParseAttachment(f *testing.F) {
	f.Add(`{"bad":{"protocol":"grpc","protocol_version":1,"pid":7,"network":"unix","address":"/tmp/x"}}`)
	f.Add(`WAHOST_REATTACH_PROVIDERS='{"bad":{"network":"tcp","address":"127.0.0.1:99999"}}'`)
	f.Add(`{"a":{"pid":-1,"network":"unix","address":"` + strings.Repeat("x", 500) + `"}}`)
	f.Add(strings.Repeat("[", 20_000))
	f.Fuzz(func(t *testing.T, value string) {
		a, err := ParseAttachment(value)
		if err == nil && a.to.Network != "unix" && a.to.Network != "tcp" {
			t.Fatalf("attaches to %+v", a)
		}
	})
}

// FuzzOutput reads whatever a provider may write to standard error.
func FuzzOutput(f *testing.F) {
	f.Add([]byte(`{"@message":1}`+"\n"), 3)
	f.Add([]byte(`{"msg":"x","level":"warn","a":{"b":[1e999]}}`+"\n"), 7)
	f.Add([]byte(strings.Repeat("long ", 10_000)+"\n\xff\x00\n"), 4096)
	f.Add([]byte("panic: x\n\ngoroutine 1\n"), 1)
	f.Fuzz(func(t *testing.T, data []byte, piece int) {
		o := newOutput(hclog.NewNullLogger())
		for piece = max(1, piece%10_000); len(data) > 0; {
			n, err := o.Write(data[:min(piece, len(data))])
			if err != nil || n == 0 {
				t.Fatalf("wrote %d: %v", n, err)
			}
			data = data[n:]
		}
		if lines := o.lines(); len(lines) > keptLines+1 {
			t.Fatalf("%d lines are kept", len(lines))
		}
	})
}
