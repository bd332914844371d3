// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

var (
	keysMu sync.Mutex
	// firstKeys are the first keys of each configuration. lastKey is the last configured key.
	firstKeys = map[string]string{}
	lastKey   string
)

func attribute(s *provider.Schema, name string, change func(*schema.Attribute)) {
	for i := range s.Provider.Attributes {
		if s.Provider.Attributes[i].Name == name {
			change(&s.Provider.Attributes[i])
		}
	}
}

// secretMutants disclose or mix up credentials.
var secretMutants = []Mutant{
	{Name: "token-in-debug-log", Defect: "the key is logged at level debug",
		post: beside(func(a *account) { slog.Debug("request", "authorization", "Bearer "+a.key) })},
	{Name: "token-in-log-encoded", Defect: "the key is logged as base64",
		post: beside(func(a *account) {
			slog.Info("request", "key", base64.StdEncoding.EncodeToString([]byte(a.key)))
		})},
	{Name: "token-in-error", Defect: "the key is part of every refusal", outcomes: func(_ context.Context, c *channel, _ provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		for i := range out {
			if out[i].Rejected != nil {
				out[i].Rejected.Detail += " (key " + c.account.key + ")"
			}
			if out[i].Unknown != nil {
				out[i].Unknown.Cause += " (key " + c.account.key + ")"
			}
		}
		return out
	}},
	{Name: "token-in-panic", Defect: "a crash prints the key", post: func(a *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			response, failure := next(ctx, r)
			if response != nil && len(response.Body) == 0 {
				fmt.Fprintf(os.Stderr, "panic: no body for key %s\n", a.key)
			}
			return response, failure
		}
	}},
	{Name: "token-on-disk", Defect: "the key is written to a file", configure: func(a *account) {
		if f, err := os.CreateTemp("", "acme-key-*"); err == nil {
			_, _ = f.WriteString(a.key)
			_ = f.Close()
		}
	}},
	{Name: "token-in-query", Defect: "the key is part of the URL", request: func(c *channel, r *vendorhttp.Request) {
		r.Path += "?key=" + url.QueryEscape(c.account.key)
	}},
	{Name: "token-in-child-arguments", Defect: "a helper process gets the key as an argument", configure: func(a *account) {
		// The helper ends with the run's folder or after a minute, whichever is first.
		_ = exec.Command("/bin/sh", "-c", "sleep 60", a.key).Start()
	}},
	{Name: "key-in-metadata", Defect: "metadata contains the key after configuration", configure: func(a *account) {
		keysMu.Lock()
		defer keysMu.Unlock()
		lastKey = a.key
	}, metadata: func(m *provider.Metadata) {
		keysMu.Lock()
		defer keysMu.Unlock()
		m.DocsURL += "?key=" + url.QueryEscape(lastKey)
	}},
	{Name: "key-in-health", Defect: "an unhealthy channel discloses the refused key",
		health: func(c *channel, detail string) string { return detail + " " + c.account.key }},
	{Name: "secret-not-marked", Defect: "api_key is not marked sensitive",
		schema: func(s *provider.Schema) {
			attribute(s, "api_key", func(a *schema.Attribute) { a.Sensitive = false })
		}},
	{Name: "secret-in-diagnostic", Defect: "an invalid credential is quoted", validate: func(config provider.Config) diag.Diagnostics {
		diags := validate(config)
		for i := range diags {
			if name := diag.FormatPath(diags[i].Path); name == "api_key" || name == "webhook_secret" {
				diags[i].Detail += " Got: " + config.String(name)
			}
		}
		return diags
	}},
	{Name: "no-endpoint-role", Defect: "no argument has the role endpoint",
		schema: func(s *provider.Schema) {
			attribute(s, "endpoint", func(a *schema.Attribute) { a.Role = schema.RoleNone })
		}},
	{Name: "undescribed-argument", Defect: "an argument has no description",
		schema: func(s *provider.Schema) {
			attribute(s, "timeout", func(a *schema.Attribute) { a.Description = "" })
		}},
	// The argument is endpoint, because all other processes of the suite set it. With an invalid default of another
	// argument, none of them would start.
	{Name: "invalid-default", Defect: "the default of an argument fails validation", validate: func(config provider.Config) diag.Diagnostics {
		if config.String("endpoint") == defaultEndpoint {
			return diag.Diagnostics{diag.AttributeError("endpoint", "Invalid argument value", "The endpoint is not known.")}
		}
		return validate(config)
	}},
	{Name: "logs-recipients", Defect: "phone numbers and texts are logged", outcomes: func(_ context.Context, _ *channel, req provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		for _, d := range req.Deliveries {
			slog.Info("sent", "to", d.To.Address, "text", req.Message.GetText().GetBody())
		}
		return out
	}},
	{Name: "keeps-old-token", Defect: "a second configuration does not replace the key of the first", configure: func(a *account) {
		keysMu.Lock()
		defer keysMu.Unlock()
		if first, ok := firstKeys[a.id]; ok {
			a.key = first
		}
		firstKeys[a.id] = a.key
	}},
	{Name: "cleans-token", Defect: "characters of the key that are not ASCII are removed", configure: func(a *account) {
		a.key = strings.Map(func(r rune) rune {
			if r > 0x7F {
				return -1
			}
			return r
		}, a.key)
	}},
	{Name: "mixes-channel-tokens", Defect: "all accounts use the key of the last one", configure: func(a *account) {
		keysMu.Lock()
		defer keysMu.Unlock()
		lastKey = a.key
	}, request: func(_ *channel, r *vendorhttp.Request) {
		keysMu.Lock()
		defer keysMu.Unlock()
		r.Header.Set("Authorization", "Bearer "+lastKey)
	}},
	{Name: "fails-on-refused-key", Defect: "refused credentials are reported as retryable", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil && o.Rejected.Reason == outcome.ReasonUnauthenticated {
			o.Rejected.Reason, o.Rejected.Retry = outcome.ReasonVendorUnavailable, outcome.RetrySafe
		}
	})},
	{Name: "limit-of-its-own", Defect: "texts above 500 characters are refused although 4096 are declared", refuse: func(m *message.Message) *outcome.Outcome {
		if len([]rune(m.GetText().GetBody())) > 500 {
			return ptr(outcome.Reject(outcome.ReasonInvalidMessage, "text.body", "the text is too long"))
		}
		return nil
	}},
	{Name: "limit-without-source", Defect: "a limit is declared without a source", capabilities: func(c *capability.Capabilities) {
		c.Limits = append(c.Limits, message.Limit{Kind: "text", Path: "text.body", Maximum: 4096, Unit: message.UnitCharacters})
	}},
	{Name: "limit-in-bytes", Defect: "the limit of texts is applied in bytes although it is declared in characters", refuse: func(m *message.Message) *outcome.Outcome {
		if len(m.GetText().GetBody()) > 4096 {
			return ptr(outcome.Reject(outcome.ReasonInvalidMessage, "text.body", "the text is too long"))
		}
		return nil
	}},
	{Name: "limit-not-enforced", Defect: "texts of any length are declared but truncated before they are sent", capabilities: func(c *capability.Capabilities) {
		c.Limits = append(c.Limits, message.Limit{Kind: "text", Path: "text.body", Maximum: 100_000, Unit: message.UnitCharacters, Source: "acme"})
	}, body: content(func(m map[string]any) { cut(object(m, "text"), "body", 4096) })},
}
