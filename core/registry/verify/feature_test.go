// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// TestGrownCapabilities narrows what a provider declares at run time to what was certified.
func TestGrownCapabilities(t *testing.T) {
	t.Parallel()
	p := &verify.Predicate{
		Capabilities: []string{"template", "text"}, Features: []string{"category/utility", "media/link", "template/button/url"},
		LimitsDeclared: []message.Limit{{Kind: "text", Path: "text.body", Maximum: 1000, Unit: message.UnitCharacters}},
	}
	certified := capability.Capabilities{
		Kinds:              []capability.Kind{{Kind: "text"}, {Kind: "template", ButtonKinds: []string{"url"}}},
		TemplateCategories: []string{"utility"}, MaxRecipients: 1, Limits: p.LimitsDeclared,
	}
	same := p.Narrow(certified)
	assert.Empty(t, same.Refused)
	assert.Empty(t, same.Grown)
	assert.Equal(t, certified.Kinds[1].ButtonKinds, same.Capabilities.Kinds[1].ButtonKinds)

	grown := p.Narrow(capability.Capabilities{
		Kinds:         []capability.Kind{{Kind: "text"}, {Kind: "template", ButtonKinds: []string{"url", "copy_code"}, HeaderKinds: []string{"image"}}, {Kind: "list"}},
		MaxRecipients: 500, Webhooks: true, Signals: []capability.Signal{capability.SignalRead},
	})
	assert.Equal(t, []string{"list"}, grown.Refused)
	assert.ElementsMatch(t, []string{
		"category/authentication", "category/marketing", "signal/read", "template/button/copy_code", "template/header/image", "recipients", "webhooks", "limit text text.body",
	}, grown.Grown)
	c := grown.Capabilities
	require.Len(t, c.Kinds, 2)
	assert.Equal(t, []string{"url"}, c.Kinds[1].ButtonKinds)
	assert.Empty(t, c.Kinds[1].HeaderKinds)
	assert.Equal(t, []string{"utility"}, c.TemplateCategories)
	assert.Equal(t, 1, c.MaxRecipients)
	assert.False(t, c.Webhooks)
	assert.Empty(t, c.Signals)
	assert.Equal(t, p.LimitsDeclared, c.Limits)
}

// TestNoCategoryIsNotEveryCategory: an empty list of categories would allow all of them.
func TestNoCategoryIsNotEveryCategory(t *testing.T) {
	t.Parallel()
	p := &verify.Predicate{Capabilities: []string{"template"}, Features: []string{"category/marketing"}}
	out := p.Narrow(capability.Capabilities{Kinds: []capability.Kind{{Kind: "template"}}, TemplateCategories: []string{"authentication"}})
	assert.Empty(t, out.Capabilities.Kinds)
	assert.Equal(t, []string{"template"}, out.Refused)
}
