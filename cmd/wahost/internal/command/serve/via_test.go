// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/keys"
)

// send runs `wahost send --via` and returns its exit code and output.
func (w *world) send(p *process, key string, args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	for flag, value := range map[string]string{"--via": "http://" + p.listen, "--from": "1020"} {
		if !slices.Contains(args, flag) {
			args = append(args, flag, value)
		}
	}
	cmd := exec.Command(filepath.Join(programs, "wahost"), append([]string{"send"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = w.dir, &out, &errs
	cmd.Env = append(os.Environ(), "HOME="+w.dir, "NO_COLOR=1", "WAHOST_GATEWAY_KEY="+key)
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(w.t, err)
	}
	if key != "" {
		require.NotContains(w.t, out.String()+errs.String(), key)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// Messages are handed over to a gateway, each of them once however often the command is given.
func TestSendVia(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	key := w.token.Reveal()
	people := filepath.Join(w.dir, "people.csv")
	require.NoError(t, os.WriteFile(people, []byte("to,name\n+6281200000001,Ann\nnobody,Ben\n+6281200000003,Cid\n"), 0o600))

	code, out, errs := w.send(p, key, "--to-file", people, "--text", "Hi {{name}}", "--dry-run")
	require.Equal(t, 1, code, errs)
	require.Equal(t, "2 would be handed over, 0 handed over before, 1 rejected\n", out)
	require.Zero(t, w.seen())

	code, out, errs = w.send(p, key, "--to-file", people, "--text", "Hi {{name}}")
	require.Equal(t, 1, code, errs)
	require.Equal(t, "2 handed over, 0 handed over before, 1 rejected\n", out)
	require.Contains(t, errs, "row 2: invalid_recipient: ")
	require.Eventually(t, func() bool { return w.seen() == 2 }, patience, 5*time.Millisecond)

	code, out, errs = w.send(p, key, "--to-file", people, "--text", "Hi {{name}}")
	require.Equal(t, 1, code, errs)
	require.Equal(t, "0 handed over, 2 handed over before, 1 rejected\n", out)

	code, out, errs = w.send(p, key, "--to", "+6281200000004", "--to", "+6281200000005", "--text", "Hi", "--json")
	require.Equal(t, 0, code, errs)
	require.Contains(t, out, `"accepted":2,"repeated":0,"rejected":0`)
	require.Eventually(t, func() bool { return w.seen() == 4 }, patience, 5*time.Millisecond)
	w.stop(p)
	require.Equal(t, 4, w.seen())
}

// Messages that are handed over belong to a campaign, which the command creates. The same messages in another campaign are others.
func TestSendViaCampaign(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	args := []string{"--to", "+6281200000004", "--to", "+6281200000005", "--text", "Hi", "--campaign"}
	code, out, errs := w.send(p, w.token.Reveal(), append(args, "spring", "--dry-run")...)
	require.Equal(t, 0, code, errs)
	require.Equal(t, "2 would be handed over, 0 handed over before, 0 rejected\n", out)
	require.Equal(t, http.StatusNotFound, w.call("GET", "/v1/campaigns/spring", "", nil), "a dry run creates nothing")
	for _, want := range []string{"2 handed over, 0 handed over before, 0 rejected\n", "0 handed over, 2 handed over before, 0 rejected\n"} {
		code, out, errs = w.send(p, w.token.Reveal(), append(args, "spring")...)
		require.Equal(t, 0, code, errs)
		require.Equal(t, want, out)
	}
	code, _, errs = w.send(p, w.token.Reveal(), append(args, "summer")...)
	require.Equal(t, 0, code, errs)
	for _, name := range []string{"spring", "summer"} {
		w.until(name, func(c adminapi.CampaignDetail) bool { return c.State == "done" && c.Counts.Accepted == 2 })
	}
	code, _, errs = w.send(p, w.token.Reveal(), append(args, "not a name")...)
	require.Equal(t, 2, code, errs)
	require.Contains(t, errs, "422")
	w.stop(p)
	require.Equal(t, 4, w.seen())
}

// What cannot be handed over is said, with what to do.
func TestSendViaMistakes(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	key := w.token.Reveal()
	table := filepath.Join(w.dir, "table.csv")
	require.NoError(t, os.WriteFile(table, []byte("number\n+6281200000001\n"), 0o600))
	for name, tt := range map[string]struct {
		key  string
		args []string
		code int
		says string
	}{
		"no key":              {"", []string{"--to", "+6281200000001", "--text", "Hi"}, 2, "WAHOST_GATEWAY_KEY"},
		"a wrong key":         {keys.NewToken().Reveal(), []string{"--to", "+6281200000001", "--text", "Hi"}, 3, "the gateway answers 401"},
		"an unknown number":   {key, []string{"--from", "9", "--to", "+6281200000001", "--text", "Hi"}, 2, "no such phone number id"},
		"a table with faults": {key, []string{"--to-file", table, "--text", "Hi"}, 2, `no column "to"`},
		"no file":             {key, []string{"--to-file", "missing.csv", "--text", "Hi"}, 3, "missing.csv"},
		"a journal":           {key, []string{"--to-file", table, "--text", "Hi", "--journal", "j"}, 2, "--journal does not go with --via"},
		"no encryption":       {key, []string{"--via", "http://wa.example.com", "--to", "+6281200000001", "--text", "Hi"}, 2, "use https"},
		"no URL":              {key, []string{"--via", "wa.example.com", "--to", "+6281200000001", "--text", "Hi"}, 2, "is not the URL of a gateway"},
	} {
		code, out, errs := w.send(p, tt.key, tt.args...)
		require.Equal(t, tt.code, code, "%s: %s", name, errs)
		require.Contains(t, errs, tt.says, name)
		require.Empty(t, out, name)
	}
	w.stop(p)
	require.Zero(t, w.seen())
}
