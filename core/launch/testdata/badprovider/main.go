// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command badprovider is a provider that misbehaves as BAD_MODE says, for the tests of the host.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/go-plugin"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/serve"
)

func main() {
	tamper()
	mode := os.Getenv("BAD_MODE")
	runOther(mode)
	if isHostile() && len(os.Args) == 1 {
		logHostile(false)
	}
	if len(os.Args) > 1 && os.Args[1] == "describe" && os.Getenv("BAD_MODE") == "" && isOld() {
		fmt.Println(`{"name":"bad","protocol_versions":[99]}`)
		return
	}
	if isStuck() {
		mode = "hang-with-child"
	}
	for _, m := range []string{"exit", "hang", "old"} {
		if strings.HasSuffix(os.Args[0], "-at-start-"+m) {
			mode = m
		}
	}
	switch mode {
	case "exit":
		fmt.Fprintln(os.Stderr, "cannot find my licence")
		os.Exit(3)
	case "hang":
		fmt.Fprintln(os.Stderr, "still thinking")
		time.Sleep(time.Hour)
	case "chatter":
		fmt.Println("hello from main")
	case "old":
		plugin.Serve(&plugin.ServeConfig{
			HandshakeConfig:  plugin.HandshakeConfig{ProtocolVersion: 99, MagicCookieKey: "WAHOST_PROVIDER_COOKIE", MagicCookieValue: os.Getenv("WAHOST_PROVIDER_COOKIE")},
			VersionedPlugins: map[int]plugin.PluginSet{99: {}}, GRPCServer: plugin.DefaultGRPCServer,
		})
		return
	case "odd-logs":
		oddLogs(os.Stderr)
	case "child":
		startChild()
	case "daemon":
		startDaemon()
	case "hang-with-child":
		startChild()
		time.Sleep(time.Hour)
	}
	serve.Main(bad{mode: mode})
}

// startChild starts a process that keeps this one's output open.
func startChild() {
	child := exec.Command("sleep", "300")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "child %d\n", child.Process.Pid)
	if isStuck() {
		// The host of a provider that never answers cannot always read what it wrote.
		if err := os.WriteFile(os.Args[0]+".child", nil, 0o600); err != nil {
			panic(err)
		}
	}
}

// startDaemon starts a process that leaves the session and loses its parent.
func startDaemon() {
	out, err := exec.Command("sh", "-c", "setsid sleep 300 >/dev/null 2>&1 & echo $!").Output()
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "child %s", out)
}

// isOld tells the copy of this program that is named so from the others: describe gets no BAD_MODE from the host.
func isOld() bool { return strings.HasSuffix(os.Args[0], "-old") }

// isStuck tells the copy that never answers, whatever it is asked.
func isStuck() bool { return strings.HasSuffix(os.Args[0], "-stuck") }

// oddLogs writes what a host must survive: wrong types in log records, very long lines, binary, half a line.
func oddLogs(w io.Writer) {
	fmt.Fprintln(w, `{"@message":1}`)
	fmt.Fprintln(w, `{"@message":"x","@level":7,"@timestamp":[]}`)
	fmt.Fprintln(w, `{"msg":{"a":1},"level":null}`)
	fmt.Fprintln(w, strings.Repeat("long ", 300_000))
	fmt.Fprintf(w, "\x00\xff\xfe binary \x01\n")
	fmt.Fprintln(w, `{"@message":"after the odd ones","@level":"warn"}`)
	fmt.Fprint(w, `{"half a`)
}

type bad struct{ mode string }

// name returns the name that a copy of this program has by its file, such as "bad2", and otherwise "bad".
func name() string {
	if copied := strings.TrimPrefix(filepath.Base(os.Args[0]), "wahost-provider-"); strings.HasPrefix(copied, "bad") {
		return copied
	}
	return "bad"
}

func (b bad) Metadata() provider.Metadata {
	m := provider.Metadata{Name: name(), Version: "0.0.1", Vendor: "nobody"}
	if isHostile() && len(os.Args) == 1 {
		logHostile(true)
	}
	switch b.mode {
	case "env":
		m.DocsURL = strings.Join(os.Environ(), "\n")
	case "stdin":
		line := make([]byte, 64)
		n, err := os.Stdin.Read(line)
		m.DocsURL = fmt.Sprintf("%q %v", line[:n], err)
	case "mute":
		time.Sleep(time.Hour)
	case "print":
		fmt.Println("printed by the provider")
	}
	return m
}

func (bad) Schema() provider.Schema {
	return provider.Schema{
		Provider: schema.Schema{Attributes: []schema.Attribute{{Name: "token", Type: cty.String, Sensitive: true}}},
		Channel:  schema.Schema{Attributes: []schema.Attribute{{Name: "url", Type: cty.String}}},
	}
}

func (b bad) ValidateProviderConfig(_ context.Context, c provider.Config) diag.Diagnostics {
	if c.String("token") == "hang-validate" {
		time.Sleep(time.Hour)
	}
	if strings.HasPrefix(c.String("token"), "refuse-validate") {
		return diag.Diagnostics{diag.AttributeError("token", "The token is refused", "It is not valid.")}
	}
	if b.mode == "crash-validate" || c.String("token") == "canary-crash" {
		go func() { panic("cannot validate " + c.String("token")) }()
		select {}
	}
	return nil
}

func (b bad) Configure(_ context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	if b.mode == "crash-configure" {
		go func() { panic("cannot configure") }()
		select {}
	}
	if req.Config.String("token") == "hang-configure" {
		time.Sleep(time.Hour)
	}
	if strings.HasPrefix(req.Config.String("token"), "refuse-configure") {
		return nil, diag.Diagnostics{diag.AttributeError("token", "The token is refused", "It has ended.")}
	}
	if req.Config.String("token") == "canary-refused" {
		return nil, diag.Diagnostics{{Severity: diag.Error, Summary: "Token refused", Detail: "The vendor does not know the token."}}
	}
	return account{b, req.Config.String("token")}, nil
}

type account struct {
	bad
	token string
}

// OpenChannel asks the url first if it begins with "open:".
func (a account) OpenChannel(ctx context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	webhookURL.Store(req.WebhookURL)
	url, asks := strings.CutPrefix(req.Config.String("url"), "open:")
	if asks {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, http.NoBody)
		if err != nil {
			panic(err)
		}
		if resp, err := http.DefaultClient.Do(r); err == nil {
			_ = resp.Body.Close()
		}
	}
	return channel{account: a, url: url}, nil
}

type channel struct {
	account
	url string
}

func (channel) Sender() string { return "+15550100001" }

func (channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{Kinds: []capability.Kind{{Kind: message.KindText}}}
}

// Send asks the url, which a test controls, and then does what the text of the message says.
func (c channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	slog.Debug("sending", "delivery", req.DeliveryID)
	if err := c.ask(ctx, req.To.Address); err != nil {
		return outcome.NewUnknown(err.Error())
	}
	switch req.Message.GetText().GetBody() {
	case "panic":
		panic("a handler's panic about " + req.To.Address)
	case "crash":
		go func() { panic("a panic of its own") }()
		select {}
	case "exit":
		os.Exit(7)
	case "nothing":
		return outcome.Outcome{}
	case "refuse":
		return outcome.Outcome{Rejected: &outcome.Rejected{Reason: outcome.ReasonVendorRejected, Detail: "no", VendorCode: "1", VendorMessage: "never"},
			IgnoredFields: []string{"text.preview_url"}, Degraded: "less"}
	case "hoard":
		var hoard [][]byte
		for range 4096 {
			hoard = append(hoard, bytes.Repeat([]byte{1}, 1<<20))
			time.Sleep(time.Millisecond)
		}
		return outcome.Accept(fmt.Sprint(len(hoard)))
	case "crash hostile":
		go func() { panic("a panic of its own" + forged) }()
		select {}
	}
	return outcome.Accept("id-" + req.DeliveryID)
}

// ask makes a request to the url, if there is one, and waits for the answer.
func (c channel) ask(ctx context.Context, body string) error {
	if c.url == "" {
		return nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
