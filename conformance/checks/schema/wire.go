// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

// probe configures the provider with changed arguments and sends a message. It returns false if the configuration is
// refused.
func probe(ctx context.Context, e *suite.Env, emu *emulator.Server, changes, channel map[string]cty.Value) (suite.Sent, bool) {
	names := e.OtherNames(1)
	diags, err := e.Client().ConfigureProvider(ctx, names.ProviderID, e.ProviderConfig(emu, changes))
	if err != nil {
		e.Failf("ConfigureProvider", "an answer", "%v", err)
	}
	if err != nil || diags.HasErrors() {
		return suite.Sent{}, false
	}
	_, diags, err = e.Client().OpenChannel(ctx, client.OpenRequest{ProviderID: names.ProviderID, ChannelID: names.ChannelID, Config: e.ChannelConfig(emu, channel)})
	if err != nil {
		e.Failf("OpenChannel", "an answer", "%v", err)
	}
	if err != nil || diags.HasErrors() {
		return suite.Sent{}, false
	}
	return e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{ChannelID: names.ChannelID}), true
}

// authenticates reports whether the value is where the vendor looks for credentials, also in the base64 of HTTP Basic.
func authenticates(e *suite.Env, x emulator.Exchange, value string) bool {
	has := func(header string) bool {
		text := x.Header.Get(header)
		return strings.Contains(text, value) || strings.Contains(basicSecret(text), value)
	}
	if has("Authorization") || has("Proxy-Authorization") {
		return true
	}
	for _, a := range e.Dialect().Auth {
		if a.Header != "" && has(a.Header) {
			return true
		}
		if a.Header == "" && strings.Contains(string(x.Body), value) {
			return true
		}
	}
	return false
}

// basicSecret returns the secret in a header's text of HTTP Basic: the password or, without one, the name of the user, as vendors have it
// whose only credential is a key. It returns "" for any other text.
func basicSecret(text string) string {
	user, password, _ := (&http.Request{Header: http.Header{"Authorization": {text}}}).BasicAuth()
	return cmp.Or(password, user)
}

func secretsMarked(ctx context.Context, e *suite.Env) {
	canary := func(a schema.Attribute) string { return emulator.Credential(e.Seed(), "canary "+a.Name) }
	found := false
	for _, a := range e.Facts().Schema.Provider.Attributes {
		if a.Type != cty.String || a.Role == schema.RoleEndpoint || len(a.Allowed) > 0 {
			continue
		}
		before := len(e.Emulator().Exchanges())
		_, ok := probe(ctx, e, e.Emulator(), map[string]cty.Value{a.Name: cty.StringVal(canary(a))}, nil)
		if !ok {
			continue // only certain values are allowed, so the argument is not a secret
		}
		// Requests for access tokens have no recipient.
		for _, x := range e.Emulator().Exchanges()[before:] {
			if !authenticates(e, x, canary(a)) {
				continue
			}
			found = true
			if !a.Sensitive {
				e.Failf("provider."+a.Name, "sensitive, because its value authenticates requests", "not marked as sensitive")
			}
		}
	}
	if !found && len(e.Dialect().Auth) > 0 {
		e.Failf("wire", "an argument whose value authenticates requests: the dialect names credentials", "none")
	}
}

func endpointOverride(ctx context.Context, e *suite.Env) {
	var endpoints []string
	each(e, func(where string, a schema.Attribute) {
		if a.Role == schema.RoleEndpoint {
			endpoints = append(endpoints, where)
		}
	})
	if len(endpoints) != 1 {
		e.Fatalf("schema", "exactly one argument with the role endpoint", "%d: %s", len(endpoints), strings.Join(endpoints, ", "))
	}
	// Requests that do not go to the emulator, which is on loopback, go to the proxy.
	var strayed atomic.Int64
	trap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		strayed.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	}))
	e.Cleanup(trap.Close)
	p := e.MustProcess(ctx, suite.StationOptions{Env: []string{
		"HTTP_PROXY=" + trap.URL, "HTTPS_PROXY=" + trap.URL, "http_proxy=" + trap.URL, "https_proxy=" + trap.URL, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
	}})
	for _, k := range e.Facts().Capabilities.Kinds {
		if m := e.Minimal(k.Kind); m != nil {
			p.Send(ctx, m, suite.SendOptions{})
		}
	}
	if w := p.World(); w != nil { // no request reaches the proxy, and every attempt is seen
		strayed.Add(int64(len(w.Attempts())))
	}
	if n := strayed.Load(); n > 0 {
		e.Failf("wire", "all traffic goes to the endpoint", "%d requests went elsewhere", n)
	}
	// The provider must use another configured endpoint, too.
	other := e.StartEmulator(emulator.Options{})
	before := e.Emulator().Counts().Requests
	if s, ok := probe(ctx, e, other, nil, nil); !ok || !s.Accepted() {
		e.Failf("send", "accepted at another endpoint", "%s", s)
	}
	if other.Counts().Requests == 0 {
		e.Failf("wire", "a request to the other endpoint", "none")
	}
	if n := e.Emulator().Counts().Requests - before; n > 0 {
		e.Failf("wire", "no request to the first endpoint any more", "%d", n)
	}
}

// roundtrip changes each argument whose text is in a request, and checks that the request changes, too.
func roundtrip(ctx context.Context, e *suite.Env) {
	base, ok := probe(ctx, e, e.Emulator(), nil, nil)
	if !ok || len(base.Exchanges) == 0 {
		e.Blocked("control: the dialect's own configuration must be taken and used: %s", base)
	}
	traced := 0
	for _, b := range blocks(e) {
		values := e.Emulator().ProviderConfig()
		if b.name == "channel" {
			values = e.Emulator().ChannelConfig()
		}
		for _, a := range b.schema.Attributes {
			v, set := values[a.Name]
			if !set || a.Type != cty.String || a.Role == schema.RoleEndpoint || v.Type() != cty.String || v.IsNull() {
				continue
			}
			if !onWire(base.Exchanges[0], v.AsString()) {
				continue
			}
			if strings.Contains(base.Exchanges[0].Path, strings.TrimPrefix(v.AsString(), "+")) {
				continue // the emulator has no routes under another path
			}
			traced++
			changed := v.AsString() + "-é😀"
			changes, channel := map[string]cty.Value{a.Name: cty.StringVal(changed)}, map[string]cty.Value(nil)
			if b.name == "channel" {
				changes, channel = nil, changes
			}
			s, taken := probe(ctx, e, e.Emulator(), changes, channel)
			if !taken {
				named(ctx, e, b, a, changed)
				continue
			}
			if len(s.Exchanges) == 0 || !onWire(s.Exchanges[0], changed) {
				e.Failf(b.name+"."+a.Name, "the configured text on the wire, or a refusal that names the argument", "another text")
			}
		}
	}
	e.Note("%d arguments traced", traced)
}

// onWire reports whether a text is in the headers or the body.
func onWire(x emulator.Exchange, text string) bool {
	text = strings.TrimPrefix(text, "+")
	for _, values := range x.Header {
		for _, v := range values {
			if strings.Contains(v, text) {
				return true
			}
		}
	}
	return strings.Contains(string(x.Body), text)
}

// named reports a deviation unless a refusal has the path of the argument.
func named(ctx context.Context, e *suite.Env, b block, a schema.Attribute, value string) {
	changes := map[string]cty.Value{a.Name: cty.StringVal(value)}
	var diags diag.Diagnostics
	var err error
	if b.name == "channel" {
		diags, err = e.Client().ValidateChannelConfig(ctx, e.ChannelConfig(e.Emulator(), changes))
	} else {
		diags, err = e.Client().ValidateProviderConfig(ctx, e.ProviderConfig(e.Emulator(), changes))
	}
	if err != nil {
		e.Failf("validation", "an answer", "%v", err)
		return
	}
	for _, d := range diags {
		if len(d.Path) > 0 && d.Path[0] == (cty.GetAttrStep{Name: a.Name}) {
			return
		}
	}
	e.Failf(b.name+"."+a.Name, "the refusal names the argument", "%v", diags)
}
