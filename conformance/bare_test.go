// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbin"
)

// TestBareProvider runs the suite on a provider that is built neither with the SDK nor with go-plugin, as a provider in
// another language is. It serves ProviderService alone, and depends on the defaults that the host fills in. The checks of
// process and protocol and of a kind of message treat the provider as any other.
func TestBareProvider(t *testing.T) {
	t.Parallel()
	const name = "wahost-provider-bare"
	dir := t.TempDir()
	require.NoError(t, testbin.Into(t.Context(), dir, testbin.Flags(), map[string]string{"github.com/wahost/wahost/sdk/client/testdata/bareprovider": name}))
	rep := Test(t, Options{Command: filepath.Join(dir, name), Dialect: "testdata/formpost/dialect.hcl", Selectors: []string{
		"proto/*", "schema/*", "config/*", "life/*", "sender/*", "options/*", "send/text/*", "batch/*", "conc/*", "cancel/*",
	}})
	assert.Zero(t, rep.Verdict.Counts[report.Fail])
	assert.Greater(t, rep.Verdict.Counts[report.Pass], 70)
}
