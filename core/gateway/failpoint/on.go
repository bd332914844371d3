// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build failpoint && unix

package failpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// variable holds the name of a place and which hit of it, from 1, ends the process: "store.beforeCommit:3".
const variable = "WAHOST_TEST_FAILPOINT"

var (
	place string
	left  atomic.Int64
)

func init() {
	name, hit, _ := strings.Cut(os.Getenv(variable), ":")
	if n, err := strconv.ParseInt(hit, 10, 64); err == nil {
		place = name
		left.Store(n)
	}
}

// Hit kills the process as kill -9 does if it is at the chosen hit of the chosen place.
func Hit(name string) {
	if name != place || left.Add(-1) != 0 {
		return
	}
	fmt.Fprintf(os.Stderr, "killed at %s\n", name)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
