// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/internal/testbin"
)

// root is the folder of the repository.
const root = "../../../../.."

const acmeDialect = root + "/conformance/reference/dialect.hcl"

var update = flag.Bool("update", false, "write the generated pages and the reports")

var binaries string

// TestMain lets memory be collected less often than usual, since the runs of the suite leave little of it in use.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	var remove func()
	binaries, remove = testbin.Build(map[string]string{
		"github.com/wahost/wahost/conformance/reference/wahost-provider-acme": "wahost-provider-acme",
	})
	code := m.Run()
	remove()
	os.Exit(code)
}

// acme returns the binary of the reference provider.
func acme(t *testing.T) string {
	t.Helper()
	return filepath.Join(binaries, "wahost-provider-acme")
}

// command runs one command line and returns its exit code and output.
func command(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, cli.NewApp(strings.NewReader(""), &out, &errs), args)
	return code, out.String(), errs.String()
}

func run(ctx context.Context, a *cli.App, args []string) int {
	cmd := cli.NewRoot(a)
	cmd.AddCommand(New(a))
	return cli.Run(ctx, a, cmd, args)
}
