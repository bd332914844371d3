// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
)

// TestExamples loads every folder of configs/ without a warning and checks the layout of its files.
func TestExamples(t *testing.T) {
	t.Parallel()
	const root = "../../../configs"
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	found := 0
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		found++
		dir := filepath.Join(root, entry.Name())
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(filepath.Join(dir, "*"+config.FileSuffix))
			require.NoError(t, err)
			var all strings.Builder
			for _, path := range files {
				src, err := os.ReadFile(path)
				require.NoError(t, err)
				all.Write(src)
			}
			var env []string
			for name, value := range map[string]string{
				"innopaas_app_key": "k", "innopaas_authorization": "a", "pushwoosh_auth": "p",
				"cloudapi_access_token": "t", "cloudapi_app_secret": "s", "cloudapi_verify_token": "v", "d360": `{ key = "k", webhook_key = "w" }`,
				"twilio_auth_token": "t", "twilio_api_key": `{ sid = "SK0123456789abcdef0123456789abcdef", secret = "s" }`,
				"innopaas_mmlite_send_path": "/send", "innopaas_eu": `{ app_key = "k", authorization = "a" }`,
			} {
				if strings.Contains(all.String(), "variable \""+name+"\"") {
					env = append(env, config.EnvPrefix+name+"="+value)
				}
			}
			providers := newFake()
			r, f, diags := Load(context.Background(), dir, Options{HostVersion: "1.0.0", Providers: providers, Validator: providers, Env: env})
			require.Empty(t, rendered(t, f, diags))
			require.Empty(t, rendered(t, f, r.CheckCapabilities(capabilitiesOf(r.Config))))
			require.NotEmpty(t, r.Config.Routes)

			for _, path := range files {
				src, err := os.ReadFile(path)
				require.NoError(t, err)
				got, diags := Format(src, path)
				require.Empty(t, diags)
				require.Equal(t, strings.Split(string(got), "\n"), strings.Split(string(src), "\n"), path)
			}
		})
	}
	require.Positive(t, found)
}
