// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// vendorOptions are the schemas of the options of messages, by the name of the provider. It implements route.Options.
type vendorOptions map[string]schema.Schema

// newVendorOptions returns the schemas of all providers that the configuration requires.
func newVendorOptions(cfg *config.Config, schemas map[string]provider.Schema) vendorOptions {
	options := vendorOptions{}
	for name := range cfg.Required {
		if s, ok := schemas[name]; ok {
			options[name] = s.Options
		}
	}
	return options
}

// Check returns what is wrong with the options of a message, or nil. It checks the options for all providers of the
// configuration, wherever the message goes: another route may lead to any of them later.
func (o vendorOptions) Check(m *message.Message) *message.Problem {
	for _, name := range slices.Sorted(maps.Keys(m.GetWahost().GetVendor().GetFields())) {
		sch, ok := o[name]
		if !ok {
			return &message.Problem{Path: message.JoinPath(schema.OptionsPath, name), Detail: unknownVendor(name, slices.Sorted(maps.Keys(o)))}
		}
		if _, problem := sch.Options(name, m); problem != nil {
			return problem
		}
	}
	return nil
}

// Complete returns the message with the defaults of the options for a provider.
func (o vendorOptions) Complete(name string, m *message.Message) *message.Message {
	return o[name].CompleteOptions(name, m)
}

func unknownVendor(name string, known []string) string {
	list := "It requires none."
	if len(known) > 0 {
		list = "It requires: " + strings.Join(known, ", ") + "."
	}
	return fmt.Sprintf("The configuration requires no provider %q.%s %s", name, suggest.Sentence(name, known), list)
}
