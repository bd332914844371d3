// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

const nobody = 65534

// peek is what a provider could do to read the secrets of its host.
const peek = `cat /proc/$PPID/environ && echo environment; head -c 1 /proc/$PPID/mem; dd if=/proc/$PPID/auxv of=/dev/null && echo memory; ls /proc/$PPID/fd >/dev/null && echo files`

// playHidden shows what a child of this process reads of it, before and after Hide. The process gives up the rights of root, which
// nothing is hidden from.
func playHidden() {
	if os.Getuid() == 0 {
		if err := syscall.Setgroups(nil); err != nil {
			panic(err)
		}
		if err := syscall.Setgid(nobody); err != nil {
			panic(err)
		}
		if err := syscall.Setuid(nobody); err != nil {
			panic(err)
		}
		// The change of the user hid the process already.
		if err := unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0); err != nil {
			panic(err)
		}
	}
	for _, when := range []string{"before", "after"} {
		if when == "after" {
			if err := Hide(); err != nil {
				panic(err)
			}
		}
		out, _ := exec.Command("sh", "-c", peek).CombinedOutput()
		fmt.Printf("%s:\n%s\n", when, out)
	}
}

func TestAHiddenHostIsNotReadByItsProviders(t *testing.T) {
	t.Parallel()
	host := exec.Command(os.Args[0])
	host.Env = append(os.Environ(), "LAUNCH_TEST_HOST=hidden", "CANARY=canary-of-the-host")
	out, err := host.CombinedOutput()
	require.NoError(t, err, string(out))
	before, after, ok := strings.Cut(string(out), "after:\n")
	require.True(t, ok)
	for _, text := range []string{"canary-of-the-host", "environment", "memory", "files"} {
		require.Contains(t, before, text, "the test can see the process when it is not hidden")
		require.NotContains(t, "\n"+after, "\n"+text)
	}
	require.NotContains(t, after, "canary-of-the-host")
}
