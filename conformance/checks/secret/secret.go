// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package secret holds the checks that a provider does not disclose credentials. Every credential of a run is
// generated. Outputs are searched for its raw, quoted, escaped, hexadecimal and base64 forms.
package secret

import (
	"context"
	"fmt"
	"slices"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
)

// Checks returns the checks that credentials stay where they belong.
func Checks(*suite.Facts) []suite.Check {
	return wire.Guarded(
		suite.Check{
			ID: "secret/logs", Level: report.Core, Isolation: suite.Own, Run: logs,
			Requirement: "No credential is in the log at any level, whatever goes wrong.",
			Kills: []string{
				"token-in-debug-log", "token-in-log-encoded", "key-in-log-reversed", "key-in-log-compressed", "key-in-log-with-dashes", "key-over-several-lines",
			},
		},
		suite.Check{
			ID: "secret/errors", Level: report.Core, Run: errorTexts,
			Requirement: "No credential is in an answer of the provider, even if the vendor repeats it.",
			Kills:       []string{"token-in-error"},
		},
		suite.Check{
			ID: "secret/panic", Level: report.Core, Isolation: suite.Own, Run: panics,
			Requirement: "No credential is in the output of a crash.",
			Kills:       []string{"token-in-panic"},
		},
		suite.Check{
			ID: "secret/url", Level: report.Core, Run: inURL,
			Requirement: "No credential is in a path or query unless the vendor demands it there.",
			Kills:       []string{"token-in-query"},
		},
		suite.Check{
			ID: "secret/places", Level: report.Core, Isolation: suite.Own, Slow: true, Run: places,
			Requirement: "Credentials are only in the header, parameter or field of a request that the dialect names, in no form anywhere else.",
			Kills:       []string{"key-in-another-header", "key-in-user-agent", "key-in-a-reference", "key-for-groups"},
			Note:        "All other requests of the run are searched as well.",
		},
		suite.Check{
			ID: "secret/redirect", Level: report.Core, Isolation: suite.Own, Run: redirect,
			Requirement: "A redirect to another host does not take credentials along.",
			Kills:       []string{"forwards-authorization"},
		},
		suite.Check{
			ID: "secret/disk", Level: report.Core, Isolation: suite.Own, Run: disk,
			Requirement: "No credential is written to a file or is part of a file's name.",
			Kills:       []string{"token-on-disk", "key-in-a-packed-file", "key-in-a-file-name"},
			Note:        "In isolation, files that the provider removes or overwrites are seen as well.",
		},
		suite.Check{
			ID: "secret/child-env", Level: report.Core, Isolation: suite.Own, Run: children,
			Requirement: "No process has credentials in its arguments or environment.",
			Kills:       []string{"token-in-child-arguments", "key-in-environment-of-child"},
		},
		suite.Check{
			ID: "secret/egress", Level: report.Core, Isolation: suite.Own, Run: egress,
			Requirement: "The provider connects to nothing but the endpoint of the vendor.",
			Kills:       []string{"phones-home", "looks-up-a-name"},
			Note: "The check sees the connections of the process while it sends (Linux), requests through a proxy of the environment, and " +
				"the hosts that Go's net package looks up, as GODEBUG=netdns=2 prints them (all systems). The vendor's own name must appear " +
				"there; otherwise the result says that lookups were not seen. Resolvers other than Go's, and records other than addresses, " +
				"are not seen: catching all of DNS needs port 53, and so a network namespace with the vendor inside.",
		},
		suite.Check{
			ID: "secret/tls", Level: report.Core, Isolation: suite.Own, Run: certificates,
			Requirement: "A certificate that is expired, self-signed or for another host is refused, and nothing is sent.",
			Control:     "A message over TLS with a trusted certificate is accepted.",
			Kills:       []string{"trusts-any-certificate"},
		},
		suite.Check{
			ID: "pii/default-level", Level: report.Core, Isolation: suite.Own, Slow: true, Run: defaultLevel,
			Requirement: "Phone numbers and texts of messages, sent or received, are not in the log at the default level, in any form.",
			Kills:       []string{"logs-recipients", "logs-numbers-of-templates", "logs-captions-encoded", "logs-inbound-texts", "logs-senders-in-groups-of-digits"},
		},
		suite.Check{
			ID: "pii/files", Level: report.Core, Isolation: suite.Own, Run: privateFiles,
			Requirement: "Phone numbers and texts of messages, sent or received, are not written to files, in any form, and are not part of a file's name.",
			Kills:       []string{"writes-recipients-to-a-file", "writes-inbound-texts-to-a-file", "numbers-in-names-of-files"},
			Note:        "In isolation, files that the provider removes or overwrites are seen as well. Outside of it, only what is left in the folder for temporary files and in HOME is seen.",
		},
		suite.Check{
			ID: "secret/configure-echo", Level: report.Core, Isolation: suite.Own, Run: echo,
			Requirement: "Metadata, schema and health contain no credentials, even after the vendor refused them.",
			Kills:       []string{"key-in-metadata", "key-in-health"},
		},
	)
}

// trouble are faults that make providers log and report errors.
var trouble = []string{
	"ok", "status(400)", "status(401)", "status(500)", "echo_credentials(400)", "echo_credentials(500)", "echo_credentials(200)", "garbage",
	"reset_after_request", "html(502)", "redirect(302, same)", "token_expired", "json_null", "json_wrong_types",
}

func play(ctx context.Context, e *suite.Env, fault string) suite.Sent {
	return e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{Faults: []emulator.Fault{emulator.MustFault(fault)}})
}

// provoke makes everything go wrong, and ends with a call that leaves its own trace in the log's order.
func provoke(ctx context.Context, e *suite.Env) {
	for _, fault := range trouble {
		play(ctx, e, fault)
	}
	for _, event := range e.Dialect().Webhook.Events {
		if e.Facts().Capabilities.Webhooks {
			wire.Hook(ctx, e, event.Name, wire.HookOptions{Sign: emulator.SignOptions{Key: "wrong-key-wrong-key", Static: "wrong-value"}})
			wire.Hook(ctx, e, event.Name, wire.HookOptions{})
		}
	}
}

func logs(ctx context.Context, e *suite.Env) {
	other := e.MustProcess(ctx, suite.StationOptions{})
	provoke(ctx, other)
	wire.Leaks(ctx, other)
}

func errorTexts(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, code := range []int{200, 400, 401, 403, 404, 429, 500, 503} {
		if s := play(ctx, e, fmt.Sprintf("echo_credentials(%d)", code)); !s.Answered {
			e.Failf(fmt.Sprint(code), "an outcome", "%s", s)
		} // Send itself searches the outcome
	}
}

func panics(ctx context.Context, e *suite.Env) {
	e = e.MustProcess(ctx, suite.StationOptions{})
	for _, fault := range []string{"json_null", "json_wrong_types", "json_deep(2000)", "garbage", "invalid_utf8", "json_duplicate_keys", "empty_200", "bad_chunk"} {
		if !e.Process().Alive() {
			break
		}
		play(ctx, e, fault)
	}
	wire.Leaks(ctx, e)
}

func inURL(ctx context.Context, e *suite.Env) {
	wanted := slices.ContainsFunc(e.Dialect().Auth, func(a emulatorAuth) bool { return a.Query != "" })
	s := play(ctx, e, "ok")
	if len(s.Exchanges) == 0 {
		e.Blocked("a minimal message makes no request: %s", s)
	}
	for _, x := range s.Exchanges {
		if leak := e.FindSecret(x.Path); leak != "" && !wanted {
			e.Failf("url", "no credential", "%s", leak)
		}
	}
}

func redirect(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, where := range []string{"other_host", "http"} {
			play(ctx, e, fmt.Sprintf("redirect(%d, %s)", code, where))
		}
	}
	for _, x := range e.Emulator().Exchanges() {
		if !x.Elsewhere {
			continue
		}
		if leak := e.FindSecret(wire.Whole(x)); leak != "" {
			e.Failf("redirect to another host", "a request without credentials, or none", "%s", leak)
		}
	}
}

func echo(ctx context.Context, e *suite.Env) {
	c := e.Client()
	metadata, err := c.Metadata(ctx)
	texts := []string{fmt.Sprintf("%+v", metadata)}
	schema, err2 := c.Schema(ctx)
	for _, a := range append(schema.Provider.Attributes, schema.Channel.Attributes...) {
		texts = append(texts, fmt.Sprintf("%+v", a))
	}
	caps, err3 := c.DefaultCapabilities(ctx)
	texts = append(texts, fmt.Sprintf("%+v", caps))
	for _, err := range []error{err, err2, err3} {
		if err != nil {
			e.Fatalf("discovery", "an answer", "%v", err)
		}
	}
	// What is said of a channel that the vendor has just refused may come a moment after the refusal, or never.
	play(ctx, e, "token_expired")
	watching, cancel := context.WithTimeout(ctx, e.Grace())
	defer cancel()
	_ = c.WatchHealth(watching, func(all []client.ChannelHealth) {
		texts = append(texts, fmt.Sprintf("%+v", all))
		if slices.ContainsFunc(all, func(h client.ChannelHealth) bool { return !h.Healthy }) {
			cancel()
		}
	})
	for _, text := range texts {
		if leak := e.FindSecret(text); leak != "" {
			e.Failf("discovery", "no credential", "%s", leak)
		}
	}
}
