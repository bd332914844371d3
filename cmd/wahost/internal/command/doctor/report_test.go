// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/doctor"
)

var update = flag.Bool("update", false, "write what is printed into the golden files")

// TestNarrow wraps texts at the width of a terminal.
func TestNarrow(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	d := document{Findings: []doctor.Finding{{
		Check: "lock", Level: doctor.Warning, Where: ".wahost.lock.hcl", Found: "Not locked: acme, innopaas. Whatever program is found for them is started.",
		Do: "Run `wahost init`, and commit the lock file.",
	}}}
	d.print(&out, 60)
	require.Equal(t, `warning  lock  .wahost.lock.hcl: Not locked: acme, innopaas.
               Whatever program is found for them is
               started.
               -> Run `+"`wahost init`"+`, and commit the lock
               file.

Errors: 0, warnings: 0, ok: 1.
`, out.String())
}

// TestReport compares the table and the document with the golden files.
func TestReport(t *testing.T) {
	t.Parallel()
	bad := []doctor.Finding{
		{Check: "program", Level: doctor.OK, Found: "wahost 1.0.0"},
		{Check: "permissions", Level: doctor.Warning, Where: "prod.wahostvars.hcl", Found: "others on this machine can read it.", Do: "chmod go-r prod.wahostvars.hcl"},
		{Check: "lock", Level: doctor.Error, Where: ".wahost.lock.hcl", Found: "acme 1.0.0 is locked for \x1b[31mplan9_arm.", Do: "Run `wahost init`."},
	}
	for name, tt := range map[string]struct {
		findings []doctor.Finding
		json     bool
		code     int
	}{
		"table": {bad, false, cli.ExitNegative}, "document": {bad, true, cli.ExitNegative}, "warnings": {bad[:2], false, cli.ExitOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			a := cli.NewApp(strings.NewReader(""), &out, &out)
			a.JSON = tt.json
			err := report(a, tt.findings)
			var exit *cli.ExitError
			if errors.As(err, &exit) {
				require.Equal(t, tt.code, exit.Code)
			} else {
				require.Zero(t, tt.code)
			}
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), out.String())
		})
	}
}
