// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/certificate"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	private, public, err := certificate.Generate()
	require.NoError(t, err)
	_, err = certificate.ParsePublic(private)
	assert.ErrorContains(t, err, "this is a private key")
	_, err = certificate.ParsePrivate(public)
	assert.ErrorContains(t, err, "PRIVATE KEY")
	_, err = certificate.ParsePublic([]byte("x"))
	assert.Error(t, err)
	key, err := certificate.ParsePublic(public)
	require.NoError(t, err)
	_, err = key.Sign(t.Context(), nil)
	assert.ErrorContains(t, err, "cannot sign")
}
