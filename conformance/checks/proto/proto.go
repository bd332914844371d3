// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package proto holds the checks of handshake and protocol.
package proto

import (
	"context"
	"strings"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

// Checks gives the checks for a provider.
func Checks(*suite.Facts) []suite.Check {
	return []suite.Check{{
		ID: "proto/handshake-line", Level: report.Core,
		Requirement: "started by a host, the provider answers one well-formed handshake line in time and prints nothing before it",
		Run:         handshakeLine,
	}}
}

func handshakeLine(ctx context.Context, e *suite.Env) {
	raw := start(ctx, e, suite.RawOptions{})
	if raw.Line == "" {
		e.Fatalf("stdout", "a handshake line", "none; standard error: %s", tail(raw.Stderr()))
	}
	if _, err := raw.Handshake(); err != nil {
		e.Failf("stdout", "a handshake line and nothing before it", "%v", err)
	}
}

func start(ctx context.Context, e *suite.Env, o suite.RawOptions) *suite.Raw {
	raw, err := e.StartRaw(ctx, o)
	if err != nil {
		e.Blocked("the provider cannot be started by hand: %v", err)
	}
	return raw
}

// tail bounds what a finding quotes.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	text = strings.Join(lines[max(0, len(lines)-5):], " / ")
	return text[max(0, len(text)-600):]
}
