// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	countries, seen := map[string]bool{}, map[string]bool{}
	const count = 4000
	for i := range count {
		text := Phone(7, fmt.Sprint(i))
		n, err := phonenumbers.Parse(text, "")
		require.NoError(t, err, text)
		assert.True(t, phonenumbers.IsValidNumber(n), text)
		countries[phonenumbers.GetRegionCodeForNumber(n)] = true
		seen[text] = true
	}
	assert.Greater(t, len(countries), 30)
	assert.Greater(t, len(seen), count*99/100)
	assert.Equal(t, Phone(7, "a"), Phone(7, "a"))
	assert.NotEqual(t, Phone(7, "a"), Phone(8, "a"))
}
