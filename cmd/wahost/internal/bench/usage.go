// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"slices"
	"time"

	"github.com/wahost/wahost/internal/procfs"
)

// usage is processor time of the processes that take part, user and system time together.
type usage struct{ host, provider, vendor time.Duration }

func (u usage) minus(o usage) usage {
	return usage{u.host - o.host, u.provider - o.provider, u.vendor - o.vendor}
}

// family is the processes whose processor time is measured. The host is the bench itself, which also runs the direct and
// the careful client.
type family struct {
	providers []int
	vendor    int
}

// used returns the processor time that the processes have used since they were started.
func (f family) used() (u usage, err error) {
	if u.host, err = processorTime(os.Getpid()); err != nil {
		return u, err
	}
	if u.vendor, err = processorTime(f.vendor); err != nil {
		return u, err
	}
	for _, pid := range f.providers {
		spent, err := processorTime(pid)
		if err != nil {
			return u, err
		}
		u.provider += spent
	}
	return u, nil
}

// started returns the processes below this one that are not in before.
func started(before []int) []int {
	return slices.DeleteFunc(procfs.Family(os.Getpid()), func(pid int) bool { return slices.Contains(before, pid) })
}

// peakMemory returns the greatest memory of one of the providers, in megabytes. It is 0 if that is not known.
func (f family) peakMemory() float64 {
	var peak int64
	for _, pid := range f.providers {
		peak = max(peak, procfs.PeakMemory(pid))
	}
	return float64(peak) / 1e6
}
