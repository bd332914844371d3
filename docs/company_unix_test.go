// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package docs_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/plugins"
)

const (
	companyRows = 5000
	companyBad  = companyRows / 100
)

// company is configs/company with an emulator for each account, which count what they deliver.
type company struct {
	dir string
	env []string

	mu        sync.Mutex
	delivered map[string][]string // by number: the accounts that delivered to it
	total     int
	at        int    // the total at which reached is called
	reached   func() // may be nil
}

func newCompany(t *testing.T) *company {
	t.Helper()
	folder, err := filepath.Abs("../configs/company")
	require.NoError(t, err)
	c := &company{dir: t.TempDir(), delivered: map[string][]string{}}
	asia, europe := c.vendor(t, "innopaas", "asia", 1), c.vendor(t, "innopaas", "europe", 2)
	// The marketing API belongs to the account for Asia.
	promo, pushwoosh := c.vendor(t, "innopaas-mmlite", "promo", 1), c.vendor(t, "pushwoosh", "pushwoosh", 3)
	c.env = []string{
		"WAHOST_CONFIG=" + folder, "WAHOST_VAR_messages_per_second=100000",
		"WAHOST_VAR_innopaas_app_key=" + asia["app_key"], "WAHOST_VAR_innopaas_authorization=" + asia["authorization"],
		fmt.Sprintf("WAHOST_VAR_innopaas_eu={ app_key = %q, authorization = %q }", europe["app_key"], europe["authorization"]),
		"WAHOST_VAR_innopaas_mmlite_send_path=" + promo["send_path"], "WAHOST_VAR_pushwoosh_auth=" + pushwoosh["auth"],
		"WAHOST_VAR_innopaas_endpoint=" + asia["endpoint"], "WAHOST_VAR_innopaas_eu_endpoint=" + europe["endpoint"],
		"WAHOST_VAR_innopaas_mmlite_endpoint=" + promo["endpoint"], "WAHOST_VAR_pushwoosh_endpoint=" + pushwoosh["endpoint"],
	}
	return c
}

// vendor starts the emulator of one account and returns the arguments of its provider block.
func (c *company) vendor(t *testing.T, provider, account string, seed int64) map[string]string {
	t.Helper()
	d, diags := dialect.LoadFS(plugins.Dialects, provider+"/dialect.hcl")
	require.Empty(t, diags)
	server, err := emulator.Start(t.Context(), d, emulator.Options{Seed: seed, OnExchange: func(e emulator.Exchange) { c.count(account, e) }})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	config := map[string]string{}
	for name, value := range server.ProviderConfig() {
		config[name] = value.AsString()
	}
	return config
}

func (c *company) count(account string, e emulator.Exchange) {
	if !e.Delivered {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, number := range e.Recipients {
		c.delivered[number] = append(c.delivered[number], account)
		c.total++
	}
	if c.reached != nil && c.total >= c.at {
		c.reached()
		c.reached = nil
	}
}

// send runs one command. If interruptAt is not 0, it is interrupted when the vendors have delivered so many messages in all.
func (c *company) send(t *testing.T, interruptAt int, args ...string) (code int, out string) {
	t.Helper()
	printed := &lockedBuffer{}
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "wahost"), args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.dir, append(environment(c.dir), c.env...), printed, printed
	c.mu.Lock()
	c.at, c.reached = interruptAt, nil
	require.NoError(t, cmd.Start())
	if interruptAt > 0 {
		// The answers to the vendors' requests wait for this, so the command cannot end before.
		c.reached = func() { _ = cmd.Process.Signal(syscall.SIGINT) }
	}
	c.mu.Unlock()
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode(), printed.String()
}

// recipient returns the number and the account of a row, and whether the row is good.
func recipient(row int) (number, account string, good bool) {
	n := row / 5
	if row%100 == 50 {
		return []string{"12345", "", "unknown", "+49 (0)"}[row/100%4], "", false
	}
	switch row % 5 {
	case 0:
		return fmt.Sprintf("+9199001%05d", n), "asia", true
	case 1:
		return fmt.Sprintf("+62812345%05d", n), "asia", true
	case 2:
		return fmt.Sprintf("+49151123%05d", n), "europe", true
	case 3:
		return fmt.Sprintf("+336123%05d", n), "europe", true
	}
	return fmt.Sprintf("+1202555%04d", n), "europe", true // the rest of the world
}

// TestCompany runs the campaign of docs/operating/company.md: 5,000 rows of which 1 in 100 is bad, interrupted twice. At the
// vendors, each good number gets its message exactly once, from the account of its country, and no other number gets one.
func TestCompany(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("sends a campaign three times")
	}
	c := newCompany(t)
	var file strings.Builder
	file.WriteString("to,customer,order_no\n")
	want := map[string][]string{}
	for row := range companyRows {
		number, account, good := recipient(row)
		fmt.Fprintf(&file, "%s,Customer %d,A-%d\n", number, row, row)
		if good {
			want[number] = []string{account}
		}
	}
	// Two rows are for important customers, who are served by another vendor.
	for _, vip := range []string{"+4915155500001", "+919955500001"} {
		fmt.Fprintf(&file, "%s,Important,B-1\n", vip)
		want[vip] = []string{"pushwoosh"}
	}
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "orders.csv"), []byte(file.String()), 0o600))
	campaign := []string{"send", "--to-file", "orders.csv", "--template", "order_shipped", "--language", "en", "--rejects", "rejects.csv"}

	for i, at := range []int{1000, 2500} {
		code, out := c.send(t, at, campaign...)
		require.Equal(t, 1, code, out)
		require.Contains(t, out, "Interrupted. Run the same command again", "run %d", i+1)
	}
	code, out := c.send(t, 0, campaign...)
	require.Equal(t, 1, code, "the bad rows are not accepted: %s", out)
	require.NotRegexp(t, `[1-9][0-9]* unknown`, out)
	requireDelivered(t, want, c.delivered)

	// The same command has nothing left to do.
	_, _ = c.send(t, 0, campaign...)
	requireDelivered(t, want, c.delivered)

	// The file of rejected rows has all of them, and is sent when it is mended.
	mended := mend(t, filepath.Join(c.dir, "rejects.csv"), want)
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "mended.csv"), []byte(mended), 0o600))
	code, out = c.send(t, 0, "send", "--to-file", "mended.csv", "--template", "order_shipped", "--language", "en")
	require.Zero(t, code, out)
	require.Contains(t, out, fmt.Sprintf("%d accepted, 0 rejected, 0 unknown", companyBad))
	requireDelivered(t, want, c.delivered)
}

// mend returns the file of rejected rows with good numbers, which it adds to those that are wanted.
func mend(t *testing.T, path string, want map[string][]string) string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, errors.Join(err, file.Close()))
	require.Len(t, rows, companyBad+1)
	require.Equal(t, []string{"to", "customer", "order_no", "reason", "detail", "vendor_code"}, rows[0])
	for i, row := range rows[1:] {
		require.Equal(t, "invalid_recipient", row[3])
		row[0] = fmt.Sprintf("+4915199%06d", i)
		want[row[0]] = []string{"europe"}
	}
	var out strings.Builder
	require.NoError(t, csv.NewWriter(&out).WriteAll(rows))
	return out.String()
}

// requireDelivered compares what the vendors delivered with what they should have.
func requireDelivered(t *testing.T, want, got map[string][]string) {
	t.Helper()
	lost, doubled, wrong := 0, 0, 0
	for number, accounts := range want {
		switch {
		case len(got[number]) == 0:
			lost++
		case len(got[number]) > 1:
			doubled++
		case got[number][0] != accounts[0]:
			wrong++
		}
	}
	require.Zero(t, lost, "lost")
	require.Zero(t, doubled, "doubled")
	require.Zero(t, wrong, "from another account")
	require.Len(t, got, len(want), "a number that is not in the file got a message")
}
