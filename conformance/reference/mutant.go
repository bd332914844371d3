// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// EnvMutant is the environment variable with the name of the mutant that the reference provider's binary runs as; may
// be empty.
const EnvMutant = "WAHOST_MUTANT"

// Mutant is the reference provider with one defect. Each hook changes one step; nil means no change.
type Mutant struct {
	// Name is the name of the mutant in kebab-case, by which checks list the mutants that they find.
	Name string
	// Defect describes the defect.
	Defect string

	metadata     func(*provider.Metadata)
	schema       func(*provider.Schema)
	capabilities func(*capability.Capabilities)
	validate     func(provider.Config) diag.Diagnostics
	configure    func(*account)
	// start runs before anything else in the process. If it returns true, the process has nothing left to do.
	start func() (done bool)
	// refuse returns the outcome of a message that is not sent, or nil to send it.
	refuse func(*message.Message) *outcome.Outcome
	// accept changes a copy of each message of acceptKind before it is validated.
	accept     func(*message.Message)
	acceptKind string
	// body changes the JSON for the vendor, and request the HTTP request with the JSON.
	body    func(*channel, *message.Message, map[string]any)
	request func(*channel, *vendorhttp.Request)
	post    func(*account, poster) poster
	// authorizer changes how tokens of the third generation are obtained. If it returns nil, post obtains them.
	authorizer func(*account, *vendorhttp.Authorizer) *vendorhttp.Authorizer
	// classify returns the outcome of an answer, or nil for the usual outcome.
	classify func(*channel, *vendorhttp.Response) *outcome.Outcome
	outcomes func(context.Context, *channel, provider.GroupRequest, []outcome.Outcome) []outcome.Outcome
	// signal changes the JSON of a signal for the vendor, and signaled its outcome.
	signal   func(*channel, map[string]any)
	signaled func(context.Context, *channel, provider.SignalRequest, outcome.Outcome) outcome.Outcome
	// found changes the result of a lookup. The response is nil if there was none.
	found func(context.Context, *channel, provider.FindRequest, *vendorhttp.Response, provider.FindResult) provider.FindResult
	// media changes a file before it is uploaded.
	media    func(*provider.Media)
	uploaded resultHook[provider.UploadedMedia]
	fetched  resultHook[provider.Media]
	listed   resultHook[provider.TemplatePage]
	// loops is set if a group is sent with one request for each recipient.
	loops bool
	// health changes the reason why a channel is unhealthy.
	health  func(c *channel, detail string) string
	webhook func(*account, provider.WebhookRequest) provider.WebhookResponse
	// forgetsReopened is set if a channel that is replaced takes the one that replaces it from the account.
	forgetsReopened bool
	// tamper changes messages of the protocol: received ones before the SDK sees them, and sent ones after the SDK.
	tamper func(m protoreflect.Message, sending bool)
	// ownCalls is like tamper, and does not see the calls of a stream.
	ownCalls func(m protoreflect.Message, sending bool)
	// withdraws removes the kinds and powers that tamper removes from the declared capabilities.
	withdraws func(*capability.Capabilities)
}

// resultHook changes the result of a call that may be rejected.
type resultHook[T any] func(T, *outcome.Rejected) (T, *outcome.Rejected)

// of returns the result as the hook changes it. A nil hook does not change it.
func (h resultHook[T]) of(result T, r *outcome.Rejected) (T, *outcome.Rejected) {
	if h == nil {
		return result, r
	}
	return h(result, r)
}

// Cheats returns the mutants that behave while they are tried in the usual ways, and misbehave with other kinds, values,
// numbers of items, combinations, loads and times.
func Cheats() []Mutant {
	return slices.Concat(faultCheats, valueCheats, countCheats, pairCheats, secretCheats, webhookCheats, loadCheats, argumentCheats, tokenCheats)
}

// Mutants returns all mutants, sorted by name.
func Mutants() []Mutant {
	all := slices.Concat(contentMutants, mediaMutants, actionMutants, outcomeMutants, retryMutants, transportMutants, webhookMutants, secretMutants,
		processMutants, handshakeMutants, protocolMutants, callMutants, streamMutants, relayMutants, sizeMutants, schemaMutants, signalMutants, lookupMutants,
		uploadMutants, fetchMutants, templateMutants, senderMutants, callbackMutants, groupMutants, Cheats())
	slices.SortFunc(all, func(a, b Mutant) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Capabilities returns the capabilities that the mutant declares.
func (m *Mutant) Capabilities() capability.Capabilities {
	c := Capabilities()
	if m.capabilities != nil {
		m.capabilities(&c)
	}
	if m.withdraws != nil {
		m.withdraws(&c)
	}
	return c
}

// MutantOf returns the mutant with a name, and false if no mutant has it.
func MutantOf(name string) (Mutant, bool) {
	i := slices.IndexFunc(Mutants(), func(m Mutant) bool { return m.Name == name })
	if i < 0 {
		return Mutant{}, false
	}
	return Mutants()[i], true
}
