//go:build !linux

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"context"
	"net"
	"os/exec"
)

// Isolation makes the worlds of one run. This system has none.
type Isolation struct{}

// New returns ErrUnsupported.
func New(Options) (*Isolation, error) { return nil, ErrUnsupported }

// Close does nothing.
func (*Isolation) Close() error { return nil }

// Site returns ErrUnsupported.
func (*Isolation) Site(string, bool) (*Site, error) { return nil, ErrUnsupported }

// World returns ErrUnsupported.
func (*Isolation) World(WorldOptions) (*World, error) { return nil, ErrUnsupported }

// Attempts returns nil.
func (*Isolation) Attempts() []Attempt { return nil }

// Site is a place in the internet of the worlds.
type Site struct{}

// URL returns "".
func (*Site) URL() string { return "" }

// Hosts returns no names.
func (*Site) Hosts() (api, other string) { return "", "" }

// Listen returns ErrUnsupported.
func (*Site) Listen(context.Context) (net.Listener, error) { return nil, ErrUnsupported }

// Elsewhere returns ErrUnsupported.
func (*Site) Elsewhere(bool) (string, net.Listener, error) { return "", nil, ErrUnsupported }

// World is where one process of the provider runs.
type World struct{}

// Enter returns ErrUnsupported.
func (*World) Enter(*exec.Cmd) error { return ErrUnsupported }

// Started does nothing.
func (*World) Started() {}

// PID returns 0.
func (*World) PID() int { return 0 }

// Err returns ErrUnsupported.
func (*World) Err() error { return ErrUnsupported }

// Lead does nothing.
func (*World) Lead(*Site) {}

// Look does nothing.
func (*World) Look() {}

// Files returns nil.
func (*World) Files() []WrittenFile { return nil }

// Traces returns nothing.
func (*World) Traces() ([]WrittenFile, bool) { return nil, false }

// Sockets returns nil.
func (*World) Sockets() []string { return nil }

// Attempts returns nil.
func (*World) Attempts() []Attempt { return nil }

// Close does nothing.
func (*World) Close() {}
