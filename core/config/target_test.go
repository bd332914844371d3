// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
)

func TestCheckTarget(t *testing.T) {
	t.Parallel()
	c := &Config{
		Channels: []Channel{{Addr: addr.Channel{Provider: "pushwoosh", Name: "eu"}}, {Addr: addr.Channel{Provider: "pushwoosh", Name: "n", Key: "de"}}},
		Routes:   []Route{{Name: "otp"}, {Name: "rest"}},
	}
	tests := map[string]struct {
		channel, route, want string
	}{
		"nothing-named":   {},
		"both-there":      {channel: "pushwoosh.eu", route: "rest"},
		"reference":       {channel: "channel.pushwoosh.eu"},
		"instance":        {channel: `pushwoosh.n["de"]`},
		"without-quotes":  {channel: `pushwoosh.n[de]`},
		"no-such-key":     {channel: `pushwoosh.n[en]`, want: `there is no channel "pushwoosh.n[\"en\"]". Did you mean "pushwoosh.n[\"de\"]"?`},
		"no-such-channel": {channel: "pushwoosh.uu", want: `there is no channel "pushwoosh.uu". Did you mean "pushwoosh.eu"?`},
		"no-such-route":   {route: "marketing", want: `there is no route "marketing". There are: otp, rest.`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.CheckTarget(&message.Message{Wahost: &message.Extension{Channel: tt.channel, Route: tt.route}})
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestCheckTemplate(t *testing.T) {
	t.Parallel()
	named := func(name string) *message.Message {
		return &message.Message{Type: message.KindTemplate, Template: &message.Template{Name: name}}
	}
	c := &Config{Templates: []template.Template{{Name: "order_shipped"}}}
	require.NoError(t, c.CheckTemplate(named("oder_shipped")), "any name may be the vendor's own")
	c.StrictTemplates = true
	require.NoError(t, c.CheckTemplate(named("order_shipped")))
	require.NoError(t, c.CheckTemplate(&message.Message{Type: message.KindText}))
	require.EqualError(t, c.CheckTemplate(named("oder_shipped")),
		`there is no template "oder_shipped" in the configuration, and templates = "strict" allows no other. Did you mean "order_shipped"?`)
	c.Templates = nil
	require.ErrorContains(t, c.CheckTemplate(named("x")), "It declares no template.")
}
