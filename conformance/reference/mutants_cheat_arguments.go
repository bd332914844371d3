// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// labels returns a hook that changes the labels of a request.
func labels(change func([]label) []label) func(*channel, *message.Message, map[string]any) {
	return func(_ *channel, _ *message.Message, body map[string]any) {
		if list, ok := body["labels"].([]label); ok {
			body["labels"] = change(slices.Clone(list))
		}
	}
}

var (
	sendersMu sync.Mutex
	// firstSenders are the first numbers that were used.
	firstSenders []string
)

// argumentCheats use the arguments of the dialect's configuration, and misuse others.
var argumentCheats = []Mutant{
	{Name: "cuts-the-pool", Defect: "the name of a pool is cut to 30 characters",
		body: func(_ *channel, _ *message.Message, body map[string]any) { cut(body, "pool", 30) }},
	{Name: "pools-in-upper-case", Defect: "the name of a pool is sent in upper case",
		body: func(_ *channel, _ *message.Message, body map[string]any) { edit(body, "pool", strings.ToUpper) }},
	{Name: "two-labels", Defect: "labels after the second are not sent", body: labels(func(l []label) []label { return l[:min(2, len(l))] })},
	{Name: "labels-backwards", Defect: "three labels and more are sent in the opposite order", body: labels(func(l []label) []label {
		if len(l) > 2 {
			slices.Reverse(l)
		}
		return l
	})},
	{Name: "has-an-untried-argument", Defect: "an argument is a list, which the dialect does not set", schema: func(s *provider.Schema) {
		s.Provider.Attributes = append(s.Provider.Attributes, schema.Attribute{
			Name: "proxies", Type: cty.List(cty.String), Description: "The proxies through which acme is reached.",
		})
	}},
	{Name: "two-senders", Defect: "channels after the second send from the number of the second", body: func(c *channel, _ *message.Message, body map[string]any) {
		sendersMu.Lock()
		defer sendersMu.Unlock()
		if !slices.Contains(firstSenders, c.sender) && len(firstSenders) < 2 {
			firstSenders = append(firstSenders, c.sender)
		}
		if !slices.Contains(firstSenders, c.sender) {
			body["from"] = firstSenders[1]
		}
	}},
}
