// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"fmt"
	"sync"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// downloads shows how far the download of a package is.
type downloads struct {
	display *cli.Progress

	mu   sync.Mutex
	text string
}

func newDownloads(a *cli.App) *downloads {
	d := &downloads{}
	if !a.JSON {
		d.display = cli.NewProgress(a.Stderr, func(bool) string {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.text
		})
	}
	return d
}

// update shows how many bytes of a package are there. The size is 0 if it is not known.
func (d *downloads) update(name, version string, done, size int64) {
	const mib = 1 << 20
	text := fmt.Sprintf("downloading %s %s: %.1f MiB", name, version, float64(done)/mib)
	switch {
	case size > 0 && done >= size:
		text = ""
	case size > 0:
		text += fmt.Sprintf(" of %.1f MiB", float64(size)/mib)
	}
	d.mu.Lock()
	d.text = text
	d.mu.Unlock()
	if d.display != nil {
		d.display.Update()
	}
}

func (d *downloads) close() {
	if d.display != nil {
		d.display.Close()
	}
}
