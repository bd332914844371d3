// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	private, public, err := verify.Generate()
	require.NoError(t, err)
	_, err = verify.ParsePublic(private)
	assert.ErrorContains(t, err, "this is a private key")
	_, err = verify.ParsePrivate(public)
	assert.ErrorContains(t, err, "PRIVATE KEY")
	_, err = verify.ParsePublic([]byte("x"))
	assert.Error(t, err)
	key, err := verify.ParsePublic(public)
	require.NoError(t, err)
	_, err = key.Sign(t.Context(), nil)
	assert.ErrorContains(t, err, "cannot sign")
}
