// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/webhook"
)

func TestSender(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]message.Recipient{
		"4915112345678": ann, "+4915112345678": ann, "US.13491208655302741918": anon,
		"US.ENT.11815799212886844830": {Kind: message.RecipientUser, Address: "US.ENT.11815799212886844830"},
	} {
		got, ok := webhook.Sender(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{"", "+", "49", "++4915112345678", "us.1", "US.", "US.1 2", "USA.1", "Ann", "US.\u00e9"} {
		got, ok := webhook.Sender(text)
		assert.False(t, ok, text)
		assert.Zero(t, got)
	}
}
