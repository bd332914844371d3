// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
)

func TestSeed(t *testing.T) {
	t.Parallel()
	seed := func(certify bool, named int64) int64 {
		o := Options{Command: "wahost-provider-acme", Dialect: &dialect.Dialect{}, Certify: certify, Seed: named}
		require.NoError(t, o.check())
		return o.Seed
	}
	assert.EqualValues(t, DefaultSeed, seed(false, 0))
	assert.EqualValues(t, 99, seed(false, 99))
	assert.EqualValues(t, 99, seed(true, 99))
	drawn := map[int64]bool{}
	for range 8 {
		drawn[seed(true, 0)] = true
	}
	assert.Len(t, drawn, 8, "a certified run draws its seed")
	for s := range drawn {
		assert.Positive(t, s)
		assert.LessOrEqual(t, s, int64(maxSeed))
	}
}
