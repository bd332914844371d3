// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/wahost/wahost/conformance/canary"
	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// places sends every kind of message, to one recipient and to several, with and without trouble.
func places(ctx context.Context, e *suite.Env) {
	for _, k := range e.Facts().Capabilities.Kinds {
		minimal := e.Minimal(k.Kind)
		if minimal == nil {
			continue // a kind that the suite cannot make
		}
		for _, m := range append(wire.Full(e.Facts(), k.Kind), minimal) {
			for _, fault := range []string{"ok", "status(500)", "token_expired", "ok"} {
				e.Send(ctx, m, wire.Faulty(fault))
			}
		}
		if n := min(3, e.Facts().Capabilities.Recipients(k.Kind)); n > 1 {
			e.SendBatches(ctx, []message.Batch{wire.NewGroup(e, minimal, n)}, suite.SendOptions{})
		}
	}
	for _, x := range e.Emulator().Exchanges() {
		if at, form := suite.Disclosed(e.Dialect(), x, e.FindSecret); form != "" {
			e.Failf(at, "no credential, because the vendor does not ask for one there", "%s", form)
		}
	}
}

// troubles are faults that make providers write to their logs.
var troubles = []string{"ok", "status(400)", "status(500)", "garbage", "deliver_then(reset_after_request)", "status(429)"}

// disclose sends messages of every kind, with each of the faults, and hands over webhooks. It returns their numbers and texts, which
// nobody has seen before.
func disclose(ctx context.Context, e, other *suite.Env, faults []string) *canary.Set {
	private := canary.New()
	for _, k := range e.Facts().Capabilities.Kinds {
		full := wire.Full(e.Facts(), k.Kind)
		if len(full) == 0 {
			continue // a kind that the suite cannot make
		}
		for _, fault := range faults {
			secretive, texts := confidential(e, full[0])
			private.Add(texts...)
			s := other.Send(ctx, secretive, wire.Faulty(fault))
			private.Add(s.To.Digits())
		}
	}
	if e.Facts().Capabilities.Webhooks {
		for n, event := range e.Dialect().Webhook.Events {
			values := wire.Values(e, n)
			for _, name := range []string{"recipient", "text", "caption", "profile_name", "address", "reply_title"} {
				private.Add(strings.TrimPrefix(values[name].AsString(), "+"))
			}
			wire.Hook(ctx, other, event.Name, wire.HookOptions{Values: values})
			wire.Hook(ctx, other, event.Name, wire.HookOptions{Values: values, Sign: emulator.SignOptions{Key: "wrong-key-wrong-key", Static: "wrong-value"}})
			wire.Hook(ctx, other, event.Name, wire.HookOptions{Values: values, Change: func(b []byte) []byte { return b[:len(b)-1] }})
		}
	}
	return private
}

// defaultLevel looks at the log of messages and webhooks.
func defaultLevel(ctx context.Context, e *suite.Env) {
	other := e.MustProcess(ctx, suite.StationOptions{LogLevel: "default"})
	private := disclose(ctx, e, other, troubles)
	wire.End(ctx, other)
	var spread canary.Spread
	for _, line := range append(other.Process().Lines(), other.Process().Stdout()...) {
		_, text, _ := strings.Cut(line, " ")
		spread.Add(line, map[string]string{"the log": text})
		if form := private.Find(line); form != "" {
			e.Failf("log", "no phone number and no text of a message at the default level", "%s: %.200s", form, line)
		}
	}
	if form := spread.Find(private); form != "" {
		e.Failf("log", "no phone number and no text of a message at the default level", "%s", form)
	}
}

// privateFiles looks at the files that a process writes while it handles messages and webhooks.
func privateFiles(ctx context.Context, e *suite.Env) {
	dir := ""
	o := suite.StationOptions{}
	if !e.Isolated() {
		dir = folder(e)
		o.Env = []string{"TMPDIR=" + dir, "HOME=" + dir, "XDG_CACHE_HOME=" + dir}
	}
	other := e.MustProcess(ctx, o)
	private := disclose(ctx, e, other, []string{"ok", "status(500)"})
	wire.End(ctx, other)
	look := func(path, text string) {
		if form := cmp.Or(private.Find(path), private.Find(text)); form != "" {
			e.Failf("file "+filepath.Base(path), "no phone number and no text of a message", "%s", form)
		}
	}
	if dir != "" {
		eachFile(dir, look)
		return
	}
	for _, f := range written(e, other) {
		look(f.Path, string(f.Content))
	}
}

// confidential returns the message with random words in its texts, and the words.
func confidential(e *suite.Env, m *message.Message) (out *message.Message, texts []string) {
	marked, leaves := trace.Mark(m, wire.Marks(e, fmt.Sprint(e.Rand().Uint64())))
	for _, leaf := range leaves {
		if leaf.Form != trace.Free {
			continue
		}
		text := fmt.Sprintf("Zk%016x", e.Rand().Uint64())
		if changed := trace.Set(marked, leaf.Path, text); changed != nil && message.Validate(changed, e.Facts().Limits()) == nil {
			marked, texts = changed, append(texts, text)
		}
	}
	return marked, texts
}
