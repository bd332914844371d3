// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// TestMinimal: the plainest message has what the dialect requires, and what it has without that stays as it is.
func TestMinimal(t *testing.T) {
	t.Parallel()
	f := &suite.Facts{Dialect: &dialect.Dialect{Maps: []dialect.Map{
		{Kind: message.KindLocation, Required: []string{"location.name", "location.latitude"}},
		{Kind: "hologram", Required: []string{"location.name"}},
	}}}
	m := suite.Minimal(f, message.KindLocation)
	assert.Equal(t, "Sample", m.GetLocation().GetName())
	assert.Equal(t, "52.520008", m.GetLocation().GetLatitude())
	assert.Equal(t, "Hello", suite.Minimal(f, message.KindText).GetText().GetBody())
	assert.Nil(t, suite.Minimal(f, "hologram"), "a kind that the suite cannot make")
}
