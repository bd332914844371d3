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

// newOptionsCheck returns a function that says what is wrong with the options of a message for vendors. It checks the options
// for all providers of the configuration, wherever the message goes: a route may lead to any of them later.
func newOptionsCheck(cfg *config.Config, schemas map[string]provider.Schema) func(*message.Message) *message.Problem {
	options := map[string]schema.Schema{}
	for name := range cfg.Required {
		if s, ok := schemas[name]; ok {
			options[name] = s.Options
		}
	}
	names := slices.Sorted(maps.Keys(options))
	return func(m *message.Message) *message.Problem {
		for _, name := range slices.Sorted(maps.Keys(m.GetWahost().GetVendor().GetFields())) {
			sch, ok := options[name]
			if !ok {
				return &message.Problem{Path: message.JoinPath(schema.OptionsPath, name), Detail: unknownVendor(name, names)}
			}
			if _, problem := sch.Options(name, m); problem != nil {
				return problem
			}
		}
		return nil
	}
}

func unknownVendor(name string, known []string) string {
	list := "It requires none."
	if len(known) > 0 {
		list = "It requires: " + strings.Join(known, ", ") + "."
	}
	return fmt.Sprintf("The configuration requires no provider %q.%s %s", name, suggest.Sentence(name, known), list)
}
