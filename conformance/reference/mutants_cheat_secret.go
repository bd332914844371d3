// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// packed returns a text compressed.
func packed(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.Bytes()
}

func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// logsEach returns a hook that writes to the log for each recipient of a group.
func logsEach(write func(m *message.Message, to message.Recipient)) func(context.Context, *channel, provider.GroupRequest, []outcome.Outcome) []outcome.Outcome {
	return func(_ context.Context, _ *channel, req provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		for _, d := range req.Deliveries {
			write(req.Message, d.To)
		}
		return out
	}
}

// record adds a line to a file.
func record(name, line string) {
	f, err := os.OpenFile(filepath.Join(os.TempDir(), name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = fmt.Fprintln(f, line)
	_ = f.Close()
}

// secretCheats disclose credentials, numbers and texts in forms that are not obvious.
var secretCheats = []Mutant{
	{Name: "key-in-another-header", Defect: "the key is in a second header, as base64 with a prefix",
		request: func(c *channel, r *vendorhttp.Request) {
			r.Header.Set("X-Trace", base64.StdEncoding.EncodeToString([]byte("k:"+c.account.key)))
		}},
	{Name: "key-in-user-agent", Defect: "half of the key is in the User-Agent of requests with templates", request: func(c *channel, r *vendorhttp.Request) {
		if kind, _ := kindOf(*r); kind == message.KindTemplate {
			r.Header.Set("User-Agent", "acme/"+c.account.key[len(c.account.key)/2:])
		}
	}},
	{Name: "key-in-a-reference", Defect: "the key is in the body of a request for contacts, reversed", body: func(c *channel, m *message.Message, body map[string]any) {
		if m.Kind() == message.KindContacts {
			body["trace"] = backwards(c.account.key)
		}
	}},
	{Name: "key-for-groups", Defect: "the key is in the URL of requests for several recipients", request: func(c *channel, r *vendorhttp.Request) {
		if _, n := kindOf(*r); n > 1 {
			r.Path += "?trace=" + fmt.Sprintf("%x", c.account.key)
		}
	}},
	{Name: "key-in-log-reversed", Defect: "the key is logged backwards", post: beside(func(a *account) { slog.Debug("request", "trace", backwards(a.key)) })},
	{Name: "key-in-log-compressed", Defect: "the key is logged compressed, as base64", post: beside(func(a *account) {
		slog.Debug("request", "trace", base64.StdEncoding.EncodeToString(packed(a.key)))
	})},
	{Name: "key-in-log-with-dashes", Defect: "the key is logged with a dash after each character", post: beside(func(a *account) {
		slog.Debug("request", "trace", strings.Join(strings.Split(a.key, ""), "-"))
	})},
	{Name: "key-over-several-lines", Defect: "the key is logged in parts of three characters", post: beside(func(a *account) {
		for i := 0; i < len(a.key); i += 3 {
			slog.Debug("request", "part", a.key[i:min(i+3, len(a.key))])
		}
	})},
	{Name: "key-in-a-packed-file", Defect: "the key is written to a compressed file", configure: func(a *account) {
		if f, err := os.CreateTemp("", "acme-cache-*"); err == nil {
			_, _ = f.Write(packed("cache " + a.key))
			_ = f.Close()
		}
	}},
	{Name: "key-in-a-file-name", Defect: "the key is the name of an empty file, as hexadecimal digits", configure: func(a *account) {
		_ = os.WriteFile(filepath.Join(os.TempDir(), fmt.Sprintf("acme-%x", a.key)), nil, 0o600)
	}},
	{Name: "key-in-environment-of-child", Defect: "a helper process gets the key in its environment", configure: func(a *account) {
		cmd := exec.Command("/bin/sh", "-c", "sleep 60") // it ends with the run or after a minute
		cmd.Env = []string{"ACME_TRACE=" + base64.StdEncoding.EncodeToString([]byte("key "+a.key))}
		_ = cmd.Start()
	}},
	{Name: "logs-numbers-of-templates", Defect: "the recipients of templates are logged", outcomes: logsEach(func(m *message.Message, to message.Recipient) {
		if m.Kind() == message.KindTemplate {
			slog.Info("sent", "to", to.Address)
		}
	})},
	{Name: "logs-captions-encoded", Defect: "captions are logged as base64", outcomes: logsEach(func(m *message.Message, _ message.Recipient) {
		if caption := m.GetImage().GetCaption(); caption != "" {
			slog.Info("sent", "digest", base64.StdEncoding.EncodeToString([]byte("c:"+caption)))
		}
	})},
	{Name: "logs-senders-in-groups-of-digits", Defect: "numbers are logged with spaces between the digits", outcomes: logsEach(func(_ *message.Message, to message.Recipient) {
		slog.Warn("slow answer", "of", strings.Join(strings.Split(to.Digits(), ""), " "))
	})},
	{Name: "writes-recipients-to-a-file", Defect: "the recipients of contacts are written to a file, as base64", outcomes: logsEach(func(m *message.Message, to message.Recipient) {
		if m.Kind() == message.KindContacts {
			record("acme-sent", base64.StdEncoding.EncodeToString([]byte("to "+to.Address)))
		}
	})},
	{Name: "writes-inbound-texts-to-a-file", Defect: "inbound messages are written to a file", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.InboundMessage != nil {
			record("acme-received", string(e.InboundMessage.Message))
		}
	})},
	{Name: "numbers-in-names-of-files", Defect: "each recipient of a text has an empty file with the number as its name", outcomes: logsEach(func(m *message.Message, to message.Recipient) {
		if m.Kind() == message.KindText {
			record("acme-"+to.Digits(), "")
		}
	})},
	{Name: "logs-inbound-texts", Defect: "the texts of inbound messages are logged", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.InboundMessage != nil {
			slog.Info("received", "content", string(e.InboundMessage.Message))
		}
	})},
}
