// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
)

func TestCertificateNeeds(t *testing.T) {
	t.Parallel()
	one, two := addr.Channel{Provider: "one", Name: "a"}, addr.Channel{Provider: "two", Name: "b"}
	c := &Config{Routes: []Route{
		{Match: Match{Kinds: Set{message.KindText: {}, message.KindImage: {}}}, Channels: []addr.Channel{one, two}},
		{Match: Match{Categories: Set{message.CategoryMarketing: {}}}, Channels: []addr.Channel{one}},
		{Match: Match{Templates: Set{"welcome": {}}}, Channels: []addr.Channel{one}},
		{Match: Match{Categories: Set{message.CategoryService: {}}}, Channels: []addr.Channel{two}},
	}}
	require.Equal(t, map[string][]string{
		"one": {message.KindImage, message.KindTemplate, message.KindText},
		"two": {message.KindImage, message.KindText},
	}, c.CertificateNeeds())
}
