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

// EnvMutant names the mutant that the reference provider's binary is to be; may be empty.
const EnvMutant = "WAHOST_MUTANT"

// Mutant is the reference provider with one defect. Each hook changes one step; nil leaves the step as it is.
type Mutant struct {
	// Name is in kebab-case; checks name the mutants that they find.
	Name string
	// Defect says what is wrong with it.
	Defect string

	metadata     func(*provider.Metadata)
	schema       func(*provider.Schema)
	capabilities func(*capability.Capabilities)
	validate     func(provider.Config) diag.Diagnostics
	configure    func(*account)
	// start runs in the process before anything else. Where it gives true, it has done all that the process is for.
	start func() (done bool)
	// refuse gives the outcome of a message that is not even tried; nil to go on.
	refuse func(*message.Message) *outcome.Outcome
	// accept changes messages of acceptKind, a copy of them, before they are validated.
	accept     func(*message.Message)
	acceptKind string
	// body changes the JSON that goes to the vendor, request the HTTP request with it.
	body    func(*channel, *message.Message, map[string]any)
	request func(*channel, *vendorhttp.Request)
	post    func(*account, poster) poster
	// classify gives the meaning of an answer; nil for the usual one.
	classify func(*channel, *vendorhttp.Response) *outcome.Outcome
	outcomes func(context.Context, *channel, provider.GroupRequest, []outcome.Outcome) []outcome.Outcome
	// health changes why a channel is said to be in bad health.
	health  func(c *channel, detail string) string
	webhook func(*account, provider.WebhookRequest) provider.WebhookResponse
	// anyAge: the time of webhooks is not looked at.
	anyAge bool
	// tamper changes messages of the protocol: those received before the SDK sees them, those sent after.
	tamper func(m protoreflect.Message, sending bool)
	// undeclares is the kind of message that tamper removes from the declared capabilities.
	undeclares string
}

// Mutants lists all mutants by name.
func Mutants() []Mutant {
	all := slices.Concat(contentMutants, mediaMutants, actionMutants, outcomeMutants, retryMutants, transportMutants, webhookMutants, secretMutants, processMutants, protocolMutants, callMutants, relayMutants, sizeMutants)
	slices.SortFunc(all, func(a, b Mutant) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Capabilities returns the capabilities that the mutant declares.
func (m *Mutant) Capabilities() capability.Capabilities {
	c := Capabilities()
	if m.capabilities != nil {
		m.capabilities(&c)
	}
	c.Kinds = slices.DeleteFunc(c.Kinds, func(k capability.Kind) bool { return k.Kind == m.undeclares })
	return c
}

// MutantOf returns the mutant with a name, and false if there is none.
func MutantOf(name string) (Mutant, bool) {
	i := slices.IndexFunc(Mutants(), func(m Mutant) bool { return m.Name == name })
	if i < 0 {
		return Mutant{}, false
	}
	return Mutants()[i], true
}
