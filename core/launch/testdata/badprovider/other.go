// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// runOther makes another program do the work: the one that BAD_OTHER names. The mode says how.
func runOther(mode string) {
	other := os.Getenv("BAD_OTHER")
	if err := os.Unsetenv("BAD_MODE"); err != nil {
		panic(err)
	}
	env := os.Environ()
	switch mode {
	case "exec-other":
		if err := syscall.Exec(other, []string{other}, env); err != nil {
			panic(err)
		}
	case "spawn-other":
		child := exec.Command(other)
		child.Env = append(env, "WAHOST_HOST_PID=")
		child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := child.Run(); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	case "late-exec", "late-child":
		go func() {
			for {
				time.Sleep(10 * time.Millisecond)
				if _, err := os.Stat(os.Getenv("BAD_TRIGGER")); err != nil {
					continue
				}
				if strings.HasSuffix(mode, "child") {
					if err := exec.Command(other, "300").Start(); err != nil {
						panic(err)
					}
					return
				}
				if err := syscall.Exec(other, []string{other, "300"}, env); err != nil {
					panic(err)
				}
			}
		}()
	}
}
