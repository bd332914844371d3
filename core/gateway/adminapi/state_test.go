// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/provider"
)

func TestCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "order 1": "order 1", "+16505551234": "+16505551234", "+16…34": "+16…34", "=1+1": "'=1+1", "+1+1": "'+1+1", "-2": "'-2", "@x": "'@x", "\tx": "'\tx",
	} {
		require.Equal(t, want, cell(text))
	}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	id := ids.New()
	id[15] = 0xff
	next := after(id)
	require.Equal(t, id[14]+1, next[14])
	require.Zero(t, next[15])
	require.Less(t, id.String(), next.String())
}

// What a vendor lists differently is told, and nothing else.
func TestCompare(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		list vendorList
		want []string
	}{
		"fits":          {vendorList{known: true, templates: []provider.TemplateInfo{{Name: "sale", Language: "en", Status: "APPROVED", Category: "MARKETING"}}}, []string{}},
		"not there":     {vendorList{known: true, templates: []provider.TemplateInfo{{Name: "sale", Language: "de"}}}, []string{"the vendor has no sale in en"}},
		"paused":        {vendorList{known: true, templates: []provider.TemplateInfo{{Name: "sale", Language: "en", Status: "PAUSED"}}}, []string{"the vendor says that en is paused"}},
		"another kind":  {vendorList{known: true, templates: []provider.TemplateInfo{{Name: "sale", Language: "en", Category: "utility"}}}, []string{"the vendor has the category utility in en"}},
		"no answer":     {vendorList{problem: errors.New("x")}, []string{"the vendor could not be asked, and the log has the cause"}},
		"lists nothing": {vendorList{}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := TemplateChannel{Name: "sale", Languages: []string{"en"}, Mismatches: []string{}}
			x.compare(tt.list, "marketing")
			require.Equal(t, tt.want, x.Mismatches)
		})
	}
}

func TestBindings(t *testing.T) {
	t.Parallel()
	a, b := addr.Channel{Provider: "p", Name: "a"}, addr.Channel{Provider: "p", Name: "b"}
	x := &template.Template{Bindings: []template.Binding{{Channels: []addr.Channel{a}, Languages: []string{"en", "pt-BR"}}, {Channels: []addr.Channel{b}, Languages: []string{"en", "hi", "pt_BR"}}}}
	require.Equal(t, []string{"other channels have the template in hi"}, lacks(x, bindingOf(x, a)))
	require.Empty(t, lacks(x, bindingOf(x, b)))
	require.Nil(t, bindingOf(x, addr.Channel{}))
}

func TestCovers(t *testing.T) {
	t.Parallel()
	c := &catalog.Channel{
		Checker: capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}, {Kind: "image"}}, Webhooks: true, MaxRecipients: 2}),
		Refused: map[string]string{"sticker": "not certified"},
	}
	p := &Process{Capabilities: []string{"text", "webhooks"}, Features: []string{"media/link"}}
	require.Equal(t, []Covers{
		{"text", "certified"}, {"image", "declared"}, {"sticker", "refused"}, {"media/link", "certified"}, {"recipients", "declared"}, {"webhooks", "certified"},
	}, covers(c, p))
	for _, part := range covers(c, nil)[:2] {
		require.Equal(t, "declared", part.State)
	}
}
