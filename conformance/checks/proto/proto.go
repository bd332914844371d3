// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package proto holds the checks of handshake and protocol.
package proto

import (
	"context"
	"strings"

	"google.golang.org/grpc"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
)

// Checks gives the checks for a provider.
func Checks(*suite.Facts) []suite.Check {
	check := func(slug, requirement string, run func(context.Context, *suite.Env)) suite.Check {
		return suite.Check{ID: "proto/" + slug, Level: report.Core, Requirement: requirement, Run: run}
	}
	all := []suite.Check{
		check("handshake-line", "started by a host, the provider answers one well-formed handshake line in time and prints nothing before it", handshakeLine),
		check("stdout-silent", "nothing but the handshake ever appears on standard output", stdoutSilent),
		check("cookie-refusal", "started by hand, the provider says in a sentence what it is, exits with an error and opens no socket", cookieRefusal),
		check("version-negotiate", "of the protocol versions offered the provider picks one that it speaks, and never claims another one", versionNegotiate),
		check("mtls", "with mutual TLS a client without the agreed certificate is refused", mutualTLS),
		check("unknown-request-fields", "fields and enum values of a later host are served or refused, and never end the call with a fault", unknownFields),
		check("unknown-rpc", "a call that the protocol version lacks is answered with UNIMPLEMENTED", unknownRPC),
		check("info-stable", "metadata and schema are the same before and after configuration, and when asked for 50 times at once", infoStable),
		check("info-no-side-effects", "metadata, schema, validation and configuration make no vendor request and write no file", noSideEffects),
		check("identity", "name, semantic version and vendor are there, and -version prints the same version", identity),
		check("clean-env", "the provider works with PATH alone for an environment, from a folder that it may not write to", cleanEnv),
		check("large-message", "a request near the limit of 16 MiB is answered, one above it fails cleanly", largeMessage),
	}
	for i := range all {
		c := &all[i]
		switch c.ID {
		case "proto/cookie-refusal":
			c.Control = "with the cookie the same program serves"
		case "proto/mtls":
			c.Control = "the agreed certificate is served"
		case "proto/version-negotiate":
			c.Note = "The handshake lets the host refuse: a provider that is offered unknown versions only may name its own, or exit with a sentence."
		case "proto/info-no-side-effects":
			c.Note = "Configuration is among them: the SDK asks that wrong credentials show at the first send."
		case "proto/clean-env":
			c.Needs = suite.NeedsAnyKind
		}
	}
	return all
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

// stdoutSilent looks at what a process that was started by hand really writes. What the processes of other checks
// write is added by the suite.
func stdoutSilent(ctx context.Context, e *suite.Env) {
	raw := start(ctx, e, suite.RawOptions{})
	via := e.Via(client.New(dial(e, raw)))
	if err := via.Configure(ctx, e.Emulator(), e.ProviderID(), e.ChannelID()); err != nil {
		e.Fatalf("configure", "the dialect's configuration is taken", "%v", err)
	}
	for _, k := range e.Facts().Capabilities.Kinds {
		if m := e.Minimal(k.Kind); m != nil {
			via.Send(ctx, m, suite.SendOptions{})
		}
	}
	raw.Kill()
	if text := raw.Stdout(); text != "" {
		e.Failf("stdout", "nothing after the handshake", "%q", tail(text))
	}
}

func start(ctx context.Context, e *suite.Env, o suite.RawOptions) *suite.Raw {
	raw, err := e.StartRaw(ctx, o)
	if err != nil {
		e.Blocked("the provider cannot be started by hand: %v", err)
	}
	return raw
}

// dial connects to a provider that was started by hand, or ends the check.
func dial(e *suite.Env, raw *suite.Raw) *grpc.ClientConn {
	conn, err := raw.Dial()
	if err != nil {
		e.Fatalf("handshake", "a connection", "%v; standard error: %s", err, tail(raw.Stderr()))
	}
	e.Cleanup(func() { _ = conn.Close() })
	return conn
}

// tail bounds what a finding quotes.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	text = strings.Join(lines[max(0, len(lines)-5):], " / ")
	return text[max(0, len(text)-600):]
}
