// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"os"
	"strconv"
	"time"

	"github.com/wahost/wahost/sdk/internal/handshake"
)

// parentPoll is the time between two checks of the parent process. It bounds how long a provider outlives a killed host.
const parentPoll = time.Second

// watchParent calls gone when the process that started this one has ended. A killed host cannot notify its providers, so
// they wait for its end where the system offers that, and poll.
func watchParent(gone func()) {
	parent := os.Getppid()
	if host, err := strconv.Atoi(os.Getenv(handshake.EnvHostPID)); err == nil && parent == 1 && host != 1 {
		// The host ended before the first check.
		gone()
		return
	}
	go func() {
		awaitExit(parent)
		if os.Getppid() != parent {
			gone()
			return
		}
		for range time.Tick(parentPoll) {
			if os.Getppid() != parent {
				gone()
				return
			}
		}
	}()
}
