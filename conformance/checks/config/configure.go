// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func sample(e *suite.Env) *message.Message { return e.Minimal(e.Facts().AnyKind()) }

// stranger starts a vendor with other credentials.
func stranger(e *suite.Env) *emulator.Server {
	return e.StartEmulator(emulator.Options{Seed: e.Seed() + 1})
}

// secretsOf returns the values of the sensitive arguments that differ between two vendors.
func secretsOf(e *suite.Env, of, other *emulator.Server) []string {
	mine, theirs := of.ProviderConfig(), other.ProviderConfig()
	var out []string
	for _, a := range e.Facts().Schema.Provider.Attributes {
		v, ok := mine[a.Name]
		if ok && a.Sensitive && a.Type == cty.String && !v.IsNull() && v.AsString() != theirs[a.Name].AsString() {
			out = append(out, v.AsString())
		}
	}
	return out
}

// carries reports whether a request contains one of the texts.
func carries(x emulator.Exchange, texts []string) bool {
	whole := wire.Whole(x)
	for _, text := range texts {
		if strings.Contains(whole, text) {
			return true
		}
	}
	return false
}

func configureTwice(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	first, second := e.Emulator(), stranger(e)
	proven := hooked(e, second)
	if proven {
		// A provider may keep what it has used.
		if _, res := wire.Hook(ctx, e, e.Dialect().Webhook.Events[0].Name, wire.HookOptions{}); !res.Authenticated {
			e.Blocked("control: a call of the vendor's is not accepted: %s", res.Problem)
		}
	}
	diags, err := e.Client().ConfigureProvider(ctx, e.ProviderID(), e.ProviderConfig(second, nil))
	if err != nil || diags.HasErrors() {
		e.Fatalf("ConfigureProvider", "a second configuration is taken", "%v %v", diags.Err(), err)
	}
	before := first.Counts().Requests
	if s := e.Send(ctx, sample(e), suite.SendOptions{}); s.Accepted() {
		e.Failf("send", "the channels of the first configuration are closed", "%s", s)
	}
	if _, diags, err = e.Client().OpenChannel(ctx, client.OpenRequest{ProviderID: e.ProviderID(), ChannelID: e.ChannelID(), Config: e.ChannelConfig(second, nil)}); err != nil || diags.HasErrors() {
		e.Fatalf("OpenChannel", "a channel of the second configuration", "%v %v", diags.Err(), err)
	}
	old := secretsOf(e, first, second)
	for range 3 {
		s := e.Send(ctx, sample(e), suite.SendOptions{})
		if !s.Accepted() {
			e.Failf("send", "accepted with the second configuration", "%s", s)
		}
		for _, x := range s.Exchanges {
			if carries(x, old) {
				e.Failf("wire", "the credentials of the second configuration only", "one of the first")
			}
		}
	}
	if n := first.Counts().Requests - before; n > 0 {
		e.Failf("wire", "no request to the first endpoint any more", "%d", n)
	}
	if proven {
		oldWebhooks(ctx, e, second)
	}
}

// hooked reports whether the provider takes webhooks that are signed, with other secrets for a second vendor.
func hooked(e *suite.Env, second *emulator.Server) bool {
	w := e.Dialect().Webhook
	mine, theirs := e.Emulator().ProviderConfig(), second.ProviderConfig()
	differ := slices.ContainsFunc(w.Secrets, func(name string) bool { return !mine[name].RawEquals(theirs[name]) })
	return e.Facts().Capabilities.Webhooks && len(w.Events) > 0 && len(w.Signatures) > 0 && differ
}

// oldWebhooks checks that calls with the proof of the first configuration are refused.
func oldWebhooks(ctx context.Context, e *suite.Env, second *emulator.Server) {
	event := e.Dialect().Webhook.Events[0].Name
	call, err := second.Webhook(event, wire.EventValues(e, event, 0))
	if err != nil {
		e.Blocked("%v", err)
	}
	if call, err = second.Sign(call, emulator.SignOptions{}); err != nil {
		e.Blocked("%v", err)
	}
	if res := wire.Hand(ctx, e, call); !res.Authenticated {
		e.Failf("webhook", "a call with the secrets of the second configuration is accepted", "%s", res.Problem)
	}
	if _, res := wire.Hook(ctx, e, event, wire.HookOptions{}); res.Authenticated {
		e.Failf("webhook", "a call with the secrets of the first configuration is refused", "accepted")
	}
}

func configureRequired(ctx context.Context, e *suite.Env) {
	bare := e.MustProcess(ctx, suite.StationOptions{Bare: true})
	s := bare.Send(ctx, sample(e), suite.SendOptions{})
	if s.Code() != codes.FailedPrecondition {
		e.Failf("SendMessages", "FAILED_PRECONDITION before configuration", "%s", s)
	}
	if _, _, err := bare.Client().OpenChannel(ctx, client.OpenRequest{ProviderID: e.ProviderID(), ChannelID: e.ChannelID(), Config: e.ChannelConfig(bare.Emulator(), nil)}); status.Code(err) != codes.FailedPrecondition {
		e.Failf("OpenChannel", "FAILED_PRECONDITION before configuration", "%v", err)
	}
	if n := bare.Emulator().Counts().Requests; n > 0 {
		e.Failf("wire", "no vendor request", "%d", n)
	}
}

func badCredentials(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	other := stranger(e)
	wrong := map[string]cty.Value{}
	for _, a := range e.Facts().Schema.Provider.Attributes {
		if v, ok := other.ProviderConfig()[a.Name]; ok && a.Sensitive {
			wrong[a.Name] = v
		}
	}
	if len(wrong) == 0 {
		e.Fatalf("schema", "a sensitive argument for the credentials that the dialect names", "none")
	}
	wrongNames := e.OtherNames(2)
	diags, err := e.Client().ConfigureProvider(ctx, wrongNames.ProviderID, e.ProviderConfig(e.Emulator(), wrong))
	if err != nil {
		e.Fatalf("ConfigureProvider", "diagnostics", "%v", err)
	}
	if diags.HasErrors() {
		return // the provider already reports the wrong credentials here
	}
	if _, diags, err = e.Client().OpenChannel(ctx, client.OpenRequest{ProviderID: wrongNames.ProviderID, ChannelID: wrongNames.ChannelID, Config: e.ChannelConfig(e.Emulator(), nil)}); err != nil || diags.HasErrors() {
		e.Fatalf("OpenChannel", "a channel", "%v %v", diags.Err(), err)
	}
	tokens := e.Emulator().Counts().Tokens
	s := e.Send(ctx, sample(e), suite.SendOptions{ChannelID: wrongNames.ChannelID})
	if r := s.Rejected(); r == nil || r.Reason != outcome.ReasonUnauthenticated || r.Retry != outcome.RetryNever {
		e.Failf("outcome", "rejected as unauthenticated, retry never", "%s", s)
	}
	if len(s.Exchanges) == 0 && e.Emulator().Counts().Tokens == tokens {
		e.Failf("wire", "the vendor is asked", "no request")
	}
}

func twoChannels(ctx context.Context, e *suite.Env) {
	one, two := e.Emulator(), stranger(e)
	second := e.OtherNames(3)
	if err := e.Configure(ctx, two, second.ProviderID, second.ChannelID); err != nil {
		e.Fatalf("configure", "a second account beside the first one", "%v", err)
	}
	secretsOne, secretsTwo := secretsOf(e, one, two), secretsOf(e, two, one)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			o, foreign := suite.SendOptions{}, secretsTwo
			if i%2 == 1 {
				o.ChannelID, foreign = second.ChannelID, secretsOne
			}
			s := e.Send(ctx, sample(e), o)
			if !s.Accepted() {
				e.Failf("outcome", "accepted: each vendor knows its own credentials only", "%s", s)
			}
			for _, x := range s.Exchanges {
				if carries(x, foreign) {
					e.Failf("wire", "the credentials of the account itself", "those of the other one")
				}
			}
		})
	}
	wg.Wait()
	if a, b := one.Counts().Delivered, two.Counts().Delivered; a != 20 || b != 20 {
		e.Failf("wire", "20 deliveries at each vendor", "%d and %d", a, b)
	}
}
