// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"sync"

	"golang.org/x/sys/unix"
)

// shown counts the starts under way for which this process must not be hidden. The kernel gives the files of a hidden process
// below /proc to root, and those of its children until they run another program. So an ordinary user who is hidden cannot
// write the map of ids of a new namespace. Providers in worlds do not see this process, hidden or not.
var shown struct {
	sync.Mutex
	starts int
	hidden bool
}

// show ends the hiding of this process until hide was called as often.
func show() {
	shown.Lock()
	defer shown.Unlock()
	if shown.starts++; shown.starts > 1 {
		return
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if shown.hidden = err == nil && dumpable == 0; shown.hidden {
		_ = unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)
	}
}

// hide hides this process again if it was hidden.
func hide() {
	shown.Lock()
	defer shown.Unlock()
	if shown.starts--; shown.starts == 0 && shown.hidden {
		_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	}
}
