// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
)

// TestShippedDialects loads each dialect both ways: as a file, and from a file system, as an embedded one is.
func TestShippedDialects(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pushwoosh", "innopaas", "innopaas-mmlite", "cloudapi", "twilio"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, diags := dialect.Load("../../plugins/" + name + "/dialect.hcl")
			require.False(t, diags.HasErrors(), "%s", diags)
			embedded, diags := dialect.LoadFS(os.DirFS("../../plugins"), name+"/dialect.hcl")
			require.False(t, diags.HasErrors(), "%s", diags)

			assert.Equal(t, name, d.Name)
			assert.Len(t, d.Digest, 64)
			assert.Equal(t, d.Digest, embedded.Digest)
			require.NotNil(t, d.Route("send"))
			assert.NotNil(t, d.Route("send").Schema)
			assert.NotEmpty(t, d.Samples.Recipients)
			assert.NotEmpty(t, d.Errors)
			for _, e := range d.Errors {
				assert.NotEmpty(t, e.Source, e.Name)
			}
		})
	}
}
