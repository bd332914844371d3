// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/install"
)

func TestOpenRejectsALogLevel(t *testing.T) {
	t.Parallel()
	h, err := Open(t.Context(), Options{Dir: t.TempDir(), Env: []string{"WAHOST_LOG_PROVIDER_ACME=loud"}})
	var setting *SettingError
	require.ErrorAs(t, err, &setting)
	assert.Equal(t, "WAHOST_LOG_PROVIDER_ACME", setting.Name)
	assert.Zero(t, h.Close(), "a nil host can be closed")
}

func TestDiagnosis(t *testing.T) {
	t.Parallel()
	const required = "wahost {\n  required_providers {\n    acme = { source = \"wahost/acme\" }\n  }\n}\n"
	for name, tt := range map[string]struct {
		files         map[string]string
		wrong         bool
		onlyProviders bool
		startErrors   bool
	}{
		"valid":                      {files: map[string]string{"main.wahost.hcl": "locals {\n  a = 1\n}\n"}},
		"a provider is missing":      {files: map[string]string{"main.wahost.hcl": required}, wrong: true, onlyProviders: true},
		"a mistake":                  {files: map[string]string{"main.wahost.hcl": "nonsense {\n}\n"}, wrong: true},
		"a lock file does not parse": {files: map[string]string{"main.wahost.hcl": required, ".wahost.lock.hcl": "provider {"}, wrong: true, startErrors: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, content := range tt.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600))
			}
			h, err := Open(t.Context(), Options{Dir: dir, Env: []string{}, Find: func(name string) (string, error) {
				return "", &install.NotFoundError{Name: name, Paths: []string{"nowhere"}}
			}})
			require.NoError(t, err)
			t.Cleanup(func() { assert.Zero(t, h.Close()) })
			found := h.Validate(t.Context())
			assert.Equal(t, tt.wrong, found.HasErrors(), found.Diagnostics)
			assert.Equal(t, tt.onlyProviders, found.OnlyProviders(), found.Diagnostics)
			assert.Equal(t, tt.startErrors, h.StartErrors().HasErrors())
			// A provider that cannot be used leaves the others, but here there are no others.
			assert.Equal(t, tt.wrong && !tt.onlyProviders, h.Config() == nil)
			assert.Equal(t, !tt.wrong, h.CanSend(found, nil))
			if h.Config() == nil {
				_, err = h.Start(t.Context())
				require.ErrorContains(t, err, "was not validated")
			}
		})
	}
}
