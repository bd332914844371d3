// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package serve

import (
	"os"
	"os/signal"
	"syscall"
)

// reloadSignals returns the signals that ask for the configuration to be read again. Call stop to have them end the process again.
func reloadSignals() (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}
