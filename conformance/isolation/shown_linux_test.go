// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// envHidden makes this program play wahost as main starts it: hidden from other processes of its user.
const envHidden = "ISOLATION_TEST_HIDDEN"

// nobody is the id of a user without privileges.
const nobody = 65534

func playHidden() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return err
	}
	i, err := New(Options{Seed: 1, Binary: "/bin/bash"})
	if err != nil {
		return err
	}
	w, err := i.World(WorldOptions{})
	if err != nil {
		return errors.Join(err, i.Close())
	}
	cmd := exec.Command("/bin/bash", "-c", "echo ran")
	if err := w.Enter(cmd); err != nil {
		return errors.Join(err, i.Close())
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
	err = cmd.Start()
	w.Started()
	if err != nil {
		return errors.Join(err, i.Close())
	}
	err = errors.Join(cmd.Wait(), w.Err(), i.Close())
	dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	fmt.Printf("user %d, dumpable %d\n", os.Getuid(), dumpable)
	return err
}

// TestAHiddenHostOfAnOrdinaryUserMakesWorlds makes a world as wahost does, for a user without privileges. It does not run beside
// other tests: a program that is written while others start processes may be busy.
func TestAHiddenHostOfAnOrdinaryUserMakesWorlds(t *testing.T) {
	self, err := os.ReadFile("/proc/self/exe")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755)) //nolint:gosec // another user reads it
	program := filepath.Join(dir, "host")
	require.NoError(t, os.WriteFile(program, self, 0o755)) //nolint:gosec // another user runs it
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env, cmd.Dir = append(os.Environ(), envHidden+"=1", "HOME=/", "TMPDIR=/tmp"), "/"
	user := os.Getuid()
	if user == 0 {
		user = nobody
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, fmt.Sprintf("ran\nuser %d, dumpable 0\n", user), string(out))
}
