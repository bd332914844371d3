// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/wahost/wahost/internal/trust"
)

// Isolation makes the worlds of one run. All methods are safe for concurrent use.
type Isolation struct {
	options Options
	bundle  *os.File

	mu      sync.Mutex
	rand    *rand.Rand
	sites   []*Site
	taken   map[string]bool // host names and addresses
	worlds  map[*World]bool
	history []Attempt
}

// New returns what makes the worlds of one run. It makes one world and ends it, so that the error, a *RefusedError, says what a
// system refuses. Close must be called.
func New(o Options) (*Isolation, error) {
	i := &Isolation{
		options: o, rand: rand.New(rand.NewPCG(uint64(o.Seed), 0x6f1d)), //nolint:gosec // the values need not be unpredictable
		taken: map[string]bool{}, worlds: map[*World]bool{},
	}
	var err error
	if i.bundle, err = bundle(o.Authority); err != nil {
		return nil, err
	}
	if err := i.try(); err != nil {
		return nil, errors.Join(err, i.Close())
	}
	return i, nil
}

// Close ends all worlds.
func (i *Isolation) Close() error {
	i.mu.Lock()
	worlds := i.worlds
	i.worlds = map[*World]bool{}
	i.mu.Unlock()
	for w := range worlds {
		w.Close()
	}
	return i.bundle.Close()
}

// bundle returns a file in memory with the authorities of the system and one more, which is somewhere in the middle.
func bundle(authority []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate("bundle", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "bundle")
	// A system without authorities leads to worlds that trust the given one alone.
	system, _ := os.ReadFile(trust.System())
	const end = "-----END CERTIFICATE-----\n"
	certificates := strings.SplitAfter(string(system), end)
	certificates = slices.Insert(certificates, len(certificates)/2, string(authority))
	if _, err := f.WriteString(strings.Join(certificates, "")); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Site returns a place in the internet of the worlds. The endpoint is that of the vendor's API. The first site of an endpoint
// that leads to another one in each world (WorldOptions.Vendor) has its host name; the others have names of their own, which
// lead to the same place in all worlds.
func (i *Isolation) Site(endpoint string, vendor bool) (*Site, error) {
	// The package net/url would delay the start of each world, see TestFirstProcessStartsEarly in cmd/wahost.
	rest, encrypted := strings.CutPrefix(endpoint, "https://")
	host, path, _ := strings.Cut(rest, "/")
	if !encrypted || host == "" || strings.ContainsAny(endpoint, "@?#") || strings.Contains(host, ":") {
		return nil, fmt.Errorf("the endpoint %q is not an https URL without a user, a port and a query", endpoint)
	}
	host = strings.ToLower(host)
	i.mu.Lock()
	defer i.mu.Unlock()
	s := &Site{of: i, vendor: vendor, name: host}
	if !vendor {
		s.name = i.sibling(host)
	}
	s.base = strings.TrimSuffix("https://"+s.name+"/"+path, "/")
	s.other = i.sibling(host)
	s.address, s.otherAddress = i.newAddress(), i.newAddress()
	i.sites = append(i.sites, s)
	return s, nil
}

// regions are what vendors put before or into the names of their hosts.
var regions = []string{"eu", "us", "ap", "in", "sg", "de", "br", "uk", "jp", "east", "west", "edge", "gw", "live"}

// sibling returns a new name beside a host name.
func (i *Isolation) sibling(name string) string {
	for {
		first, rest, _ := strings.Cut(name, ".")
		sibling := fmt.Sprintf("%s-%s%d.%s", first, regions[i.rand.IntN(len(regions))], 1+i.rand.IntN(9)+len(i.sites), rest)
		if !i.taken[sibling] {
			i.taken[sibling] = true
			return sibling
		}
	}
}

func (i *Isolation) newAddress() netip.Addr {
	for {
		a := publicAddress(i.rand)
		if !i.taken[a.String()] {
			i.taken[a.String()] = true
			return a
		}
	}
}

// find returns the site of a host name, and its address.
func (i *Isolation) find(w *World, name string) (*Site, netip.Addr, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if v := w.options.Vendor; v != nil && name == v.name {
		return v, v.address, true
	}
	for _, s := range i.sites {
		switch name {
		case s.name:
			if !s.vendor {
				return s, s.address, true
			}
		case s.other:
			return s, s.otherAddress, true
		}
	}
	return nil, netip.Addr{}, false
}

// Attempts returns what processes sent and looked up that does not belong to the vendor, in all worlds.
func (i *Isolation) Attempts() []Attempt {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.history)
}

// maxAttempts bounds how many attempts are kept.
const maxAttempts = 1000

func (i *Isolation) record(a Attempt) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.history) < maxAttempts {
		i.history = append(i.history, a)
	}
}

func (i *Isolation) program() string {
	return "/opt/wahost/providers/" + filepath.Base(i.options.Binary)
}
