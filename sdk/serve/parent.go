// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"os"
	"strconv"
	"time"

	"github.com/wahost/wahost/sdk/internal/handshake"
)

// parentPoll bounds how long a provider outlives a host that was killed.
const parentPoll = time.Second

// watchParent calls gone when the process that started this one has ended. A killed host cannot tell its
// children, so they look.
func watchParent(gone func()) {
	parent := os.Getppid()
	if host, err := strconv.Atoi(os.Getenv(handshake.EnvHostPID)); err == nil && parent == 1 && host != 1 {
		// The host ended before the first look.
		gone()
		return
	}
	go func() {
		for range time.Tick(parentPoll) {
			if os.Getppid() != parent {
				gone()
				return
			}
		}
	}()
}
