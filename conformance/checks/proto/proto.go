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

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return []suite.Check{
		{
			ID: "proto/handshake-line", Level: report.Core, Run: handshakeLine,
			Requirement: "Started by a host, the provider prints one well-formed handshake line within the start limit of 10 s, and nothing before it. Its certificate is in base64 without padding.",
			Kills:       []string{"prints-before-handshake", "pads-certificate"},
		},
		{
			ID: "proto/stdout-silent", Level: report.Core, Run: stdoutSilent,
			Requirement: "Nothing but the handshake ever appears on standard output.",
			Kills:       []string{"prints-to-stdout"},
		},
		{
			ID: "proto/cookie-refusal", Level: report.Core, Run: cookieRefusal,
			Requirement: "Started by hand, the provider says in a sentence what it is, exits with an error and opens no socket.",
			Control:     "With the cookie the same program serves.",
			Kills:       []string{"serves-without-cookie"},
		},
		{
			ID: "proto/version-negotiate", Level: report.Core, Run: versionNegotiate,
			Requirement: "The provider picks one of the offered protocol versions that it speaks and never claims another.",
			Kills:       []string{"claims-any-version"},
			Note:        "The handshake lets the host refuse: a provider that is only offered unknown versions may name its own, or exit with a sentence.",
		},
		{
			ID: "proto/mtls", Level: report.Core, Run: mutualTLS,
			Requirement: "With mutual TLS a client without the agreed certificate is refused.",
			Control:     "The agreed certificate is served.",
			Kills:       []string{"serves-without-tls"},
		},
		{
			ID: "proto/mtls-p521", Level: report.Core, Run: largerCurve,
			Requirement: "A host whose certificate has a key of the curve P-521, as those of go-plugin have, is served.",
			Kills:       []string{"knows-one-curve"},
		},
		{
			ID: "proto/socket-folder", Level: report.Core, Run: socketFolder,
			Requirement: "The socket is in the folder that the host names.",
			Kills:       []string{"socket-elsewhere"},
		},
		{
			ID: "proto/unknown-request-fields", Level: report.Core, Run: unknownFields,
			Requirement: "Fields and enum values of a later host are served or refused and never end the call with a fault.",
			Kills:       []string{"falls-over-unknown-fields"},
		},
		{
			ID: "proto/unknown-rpc", Level: report.Core, Run: unknownRPC,
			Requirement: "A call that the protocol version does not have is answered with UNIMPLEMENTED.",
			Kills:       []string{"answers-unknown-calls"},
		},
		{
			ID: "proto/info-stable", Level: report.Core, Run: infoStable,
			Requirement: "Metadata and schema are the same before and after configuration, and when 50 clients ask at once.",
			Kills:       []string{"unstable-identity"},
		},
		{
			ID: "proto/info-no-side-effects", Level: report.Core, Run: noSideEffects,
			Requirement: "Metadata, schema, validation and configuration make no vendor request and write no file.",
			Kills:       []string{"validates-online"},
			Note:        "This includes configuration: the SDK demands that wrong credentials show at the first send.",
		},
		{
			ID: "proto/identity", Level: report.Core, Run: identity,
			Requirement: "The provider has a name, which its file wahost-provider-NAME has too, a semantic version and a vendor, and -version prints the same version.",
			Kills:       []string{"illegal-identity", "other-name"},
		},
		{
			ID: "proto/clean-env", Level: report.Core, Needs: suite.NeedsAnyKind, Run: cleanEnv,
			Requirement: "The provider works with PATH as its only environment variable, from a folder that it may not write to.",
			Kills:       []string{"needs-home"},
			Note:        "In isolation, variables of runtimes name the file with the authorities that the vendor's certificate is from, as the host sets them.",
		},
		{
			ID: "proto/large-message", Level: report.Core, Slow: true, Run: largeMessage,
			Requirement: "A request near the limit of 16 MiB is answered, and a larger one fails cleanly.",
			Kills:       []string{"falls-over-large-calls"},
		},
		{
			ID: "proto/send-call", Level: report.Core, Needs: suite.NeedsAnyKind, Run: sendCall,
			Requirement: "A message is sent by a call of SendMessages, also if the provider serves streams.",
			Kills:       []string{"serves-streams-only"},
		},
		{
			ID: "proto/send-stream", Level: report.Core, Needs: needsStream, Run: sendStream,
			Requirement: "The calls of a stream are served beside each other: a refused one and a cancelled one end alone.",
			Kills:       []string{"forgets-refused-calls", "forgets-cancelled-calls"},
			Note:        "A provider need not serve streams. The other checks send over a stream if it does.",
		},
		{
			ID: "proto/bounded-values", Level: report.Core, Run: boundedValues,
			Requirement: "A configuration whose encoding is cut off, claims impossible sizes or is nested too deep is refused, with at most 128 MiB more memory.",
			Control:     "The provider answers afterwards.",
			Kills:       []string{"trusts-encoded-sizes"},
		},
	}
}

func handshakeLine(ctx context.Context, e *suite.Env) {
	raw := start(ctx, e, suite.RawOptions{})
	if raw.Line == "" {
		e.Fatalf("stdout", "a handshake line", "none; standard error: %s", tail(raw.Stderr()))
	}
	h, err := raw.Handshake()
	if err != nil {
		e.Fatalf("stdout", "a handshake line and nothing before it", "%v", err)
	}
	if h.TLSCert == "" {
		return // another check is about that
	}
	cert, err := h.Certificate()
	if err != nil {
		e.Fatalf("handshake", "a certificate in DER, in base64 without padding", "%v", err)
	}
	if err := cert.VerifyHostname(client.ServerName); err != nil {
		e.Failf("handshake", "a certificate for "+client.ServerName, "%v", err)
	}
}

// stdoutSilent checks the complete standard output of a process that was started by hand. The suite adds the output of
// the processes of other checks.
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

// tail returns the last lines of a text for a finding.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	text = strings.Join(lines[max(0, len(lines)-5):], " / ")
	return text[max(0, len(text)-600):]
}
