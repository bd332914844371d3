// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// trialTime limits how long the first world may take.
const trialTime = 20 * time.Second

// try makes a world without a process, so that a system that refuses it is found before any check runs.
func (i *Isolation) try() error {
	w, err := i.World(WorldOptions{})
	if err != nil {
		return err
	}
	defer w.Close()
	w.setup.Trial = true
	cmd := exec.Command(i.program()) //nolint:noctx // Close ends it
	cmd.Env = []string{}
	if err := w.Enter(cmd); err != nil {
		return err
	}
	err = cmd.Start()
	w.Started()
	if err != nil {
		return refused("making namespaces", err, err)
	}
	timer := time.AfterFunc(trialTime, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err = w.Err()
	_ = cmd.Wait()
	return err
}

// refused explains why a system does not let a world be made.
func refused(step string, errno, cause error) error {
	return &RefusedError{Step: step, Cause: cause, Advice: advice(step, errno)}
}

// advice returns what to do about a refusal, or "" if nothing is known.
func advice(step string, err error) string {
	const or = ", or run without isolation (--isolation none)"
	setting := func(name string) string {
		data, _ := os.ReadFile("/proc/sys/" + name)
		return strings.TrimSpace(string(data))
	}
	switch {
	case setting("kernel/unprivileged_userns_clone") == "0":
		return "Ordinary users may not make user namespaces here: set kernel.unprivileged_userns_clone=1 with sysctl" + or
	case setting("user/max_user_namespaces") == "0":
		return "No user namespaces are allowed here: set user.max_user_namespaces to a larger number with sysctl" + or
	case setting("kernel/apparmor_restrict_unprivileged_userns") == "1" && os.Geteuid() != 0:
		return "AppArmor restricts the user namespaces of ordinary users: set kernel.apparmor_restrict_unprivileged_userns=0 with sysctl, run as root" + or
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EUSERS):
		return "A limit of user.max_*_namespaces is reached: raise it with sysctl" + or
	case strings.Contains(step, "mounting proc"):
		return "A container that hides parts of /proc forbids a new /proc: run outside of it, with --security-opt systempaths=unconfined" + or
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return "A container's seccomp or AppArmor profile may forbid it: run outside of the container, with --security-opt seccomp=unconfined and apparmor=unconfined" + or
	}
	return "Run without isolation with --isolation none"
}
