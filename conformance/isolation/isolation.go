// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package isolation makes worlds in which a provider under certification runs and which it cannot tell from production:
// its vendor's real host name leads to the emulator over TLS, and whatever else the provider sends, looks up or writes is
// recorded. A world is a set of Linux namespaces: user, mount, pid, network, ipc, uts and cgroup. Nothing of the machine that
// certifies is visible in it but the kernel and the read-only programs of the system.
//
// A program that imports this package can start itself again as the first process of a world: see the file init_linux.go.
// New is the starting point. Systems other than Linux have no worlds, and New returns an error there.
package isolation

import (
	"errors"
	"fmt"
	"time"
)

// Mode says how a provider was kept apart during a run.
type Mode string

// The modes.
const (
	// Namespaces means that each process of the provider ran in a world of its own.
	Namespaces Mode = "namespaces"
	// None means that the provider ran as an ordinary process, which can see the suite.
	None Mode = "none"
)

// ErrUnsupported is the error on systems that have no worlds.
var ErrUnsupported = errors.New("isolation needs Linux")

// RefusedError is the error if the system does not let a world be made.
type RefusedError struct {
	// Step is what was refused.
	Step string
	// Advice says why systems refuse it and what to do; may be empty.
	Advice string
	Cause  error
}

// Error returns what was refused, why, and what to do.
func (e *RefusedError) Error() string {
	text := fmt.Sprintf("this system does not let the provider be isolated: %s: %v", e.Step, e.Cause)
	if e.Advice != "" {
		text += ". " + e.Advice
	}
	return text
}

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Cause }

// Attempt is something that a provider sent or looked up and that does not belong to its vendor.
type Attempt struct {
	Time time.Time
	// What describes it, such as "a lookup of the name telemetry.example.com".
	What string
}

// Options configure New.
type Options struct {
	// Seed is the seed of host names, addresses and users. Equal seeds lead to equal worlds.
	Seed int64
	// Binary is the file that runs in the worlds.
	Binary string
	// Authority is the certificate, in PEM, of the authority that providers must trust.
	Authority []byte
}

// WorldOptions configure World.
type WorldOptions struct {
	// Vendor is the site that the vendor's host name leads to in this world; may be nil.
	Vendor *Site
	// Files are there before the process starts, such as those that a process of another world left; may be nil.
	Files []WrittenFile
	// UnderShell starts the program from a shell, and keeps the world until both have ended.
	UnderShell bool
	// ReadOnly makes the working folder one that the process may not write to.
	ReadOnly bool
	// Clean leaves out what a host adds to the environment: the process gets PATH, the variables of the command, and those that
	// name the file of authorities, alone.
	Clean bool
}

// WrittenFile is a file that the processes of a world wrote.
type WrittenFile struct {
	// Path is the path in the world, and Content what was written, at most 8 MiB of it.
	Path    string
	Content []byte
}
