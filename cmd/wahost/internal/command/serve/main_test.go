// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/internal/testpostgres"
)

// programs is the folder with wahost, whose fail points are compiled in, and the providers.
var programs string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		os.Exit(m.Run())
	}
	var remove func()
	programs, remove = testbin.Build(map[string]string{
		"github.com/wahost/wahost/plugins/innopaas/wahost-provider-innopaas": "wahost-provider-innopaas",
		"github.com/wahost/wahost/plugins/twilio/wahost-provider-twilio":     "wahost-provider-twilio",
	})
	err := testbin.Into(context.Background(), programs, append(testbin.Flags(), "-tags", "failpoint"), map[string]string{
		"github.com/wahost/wahost/cmd/wahost": "wahost",
	})
	if err != nil {
		panic(err)
	}
	code := m.Run()
	testpostgres.Stop()
	remove()
	os.Exit(code)
}

// needsProcesses skips a test in a short run, for which no programs are built. Each gateway of these tests is a process of its own, in which
// the race detector of the short run would see nothing.
func needsProcesses(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the gateway as processes")
	}
}
