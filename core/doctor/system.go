// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
)

const (
	// socketName is about how long the name of a provider's socket is, and socketPath how long its path may be on the systems that allow least.
	socketName = 20
	socketPath = 104
	// fewFiles is what a process needs beside one connection for each request.
	fewFiles = 64
)

// sockets looks at the folder for the sockets of providers. A host that could not make it is not open.
func (e *Exam) sockets() {
	const check = "sockets"
	dir := e.Host.Paths().Sockets
	if runtimeDir := e.variable("XDG_RUNTIME_DIR"); runtimeDir != "" && !strings.HasPrefix(dir, filepath.Clean(runtimeDir)+string(filepath.Separator)) {
		e.add(check, Warning, "XDG_RUNTIME_DIR", "Let it name a private folder of this user with a short path, or unset it.",
			"The folder %s cannot be used for sockets: it does not exist, cannot be written to, or its path is too long. %s is used.", runtimeDir, dir)
		return
	}
	if longest := len(dir) + 1 + socketName; longest > socketPath {
		e.add(check, Error, dir, "Set XDG_RUNTIME_DIR or TMPDIR to a folder with a shorter path.", "The paths of sockets have about %d bytes, and some systems allow %d.", longest, socketPath)
		return
	}
	e.ok(check, filepath.Dir(dir), "The folder for sockets can be written to, and its path is short enough.")
}

// temporary looks at the temporary folder.
func (e *Exam) temporary() {
	const check = "temporary"
	dir := os.TempDir()
	file, err := os.CreateTemp(dir, "wahost-doctor-*")
	if err != nil {
		e.add(check, Error, dir, "Set TMPDIR to a folder that you can write to.", "The temporary folder cannot be written to: %v.", reason(err))
		return
	}
	_, err = file.WriteString("x")
	_ = file.Close()
	_ = os.Remove(file.Name())
	demands, _ := e.Host.DemandsCertificates()
	switch {
	case err != nil:
		e.add(check, Error, dir, "Make room in it, or set TMPDIR to another folder.", "The temporary folder cannot be written to: %v.", reason(err))
	case launch.Noexec(dir) && demands:
		e.add(check, Error, dir, "Set TMPDIR to a folder that allows programs.", "It is mounted noexec, and certified providers start from a private copy in it.")
	case launch.Noexec(dir):
		e.add(check, Warning, dir, "Set TMPDIR to a folder that allows programs before you demand certificates or run the conformance suite.", "It is mounted noexec.")
	default:
		e.ok(check, dir, "The temporary folder can be written to.")
	}
}

// clock looks for a time that cannot be right. Certificates, tokens and service windows depend on it.
func (e *Exam) clock() {
	const check = "clock"
	const do = "Set the clock, and let a time service such as chrony or systemd-timesyncd keep it."
	now := e.Now.UTC().Format(time.RFC3339)
	if built, err := time.Parse(time.DateOnly, e.Build.Date); err == nil && e.Now.Before(built.Add(-24*time.Hour)) {
		e.add(check, Error, "", do, "It is %s, and this wahost was made on %s.", now, e.Build.Date)
		return
	}
	paths := e.Host.Paths()
	for _, path := range append(paths.Configuration, paths.Lock) {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(e.Now.Add(time.Hour)) {
			e.add(check, Warning, path, do, "It is %s, and the file was changed at %s, which is later: the clock is slow, or the one of the machine that wrote the file was fast.",
				now, info.ModTime().UTC().Format(time.RFC3339))
			return
		}
	}
	e.ok(check, "", "It is %s, which is plausible.", now)
}

// limits compares how many files a process may open with how many requests the channels of a provider may have under way.
func (e *Exam) limits(ctx context.Context) {
	const check = "limits"
	limit, known := openFiles()
	if !known {
		e.ok(check, "", "The number of files that a process may open is not known on this system.")
		return
	}
	if !e.usable {
		e.ok(check, "RLIMIT_NOFILE", "A process may open %d files.", limit)
		return
	}
	requests := map[string]int{}
	for _, ch := range e.Host.Config().Channels {
		most := capability.DefaultMaxConcurrency
		if caps, err := e.Host.DefaultCapabilities(ctx, ch.Addr.Provider); err == nil && caps != nil && caps.MaxConcurrency > 0 {
			most = caps.MaxConcurrency
		}
		if ch.MaxConcurrency > 0 {
			most = min(most, ch.MaxConcurrency)
		}
		requests[ch.Addr.Provider] += most
	}
	short := false
	for _, name := range e.required() {
		if need := uint64(requests[name] + fewFiles); requests[name] > 0 && need > limit { //nolint:gosec // it is not negative
			short = true
			e.add(check, Warning, name, fmt.Sprintf("Raise the limit to %d (LimitNOFILE of a systemd unit, or ulimit -n), or set max_concurrency in the channel blocks.", need),
				"A process may open %d files, and the channels of this provider may have %d requests under way.", limit, requests[name])
		}
	}
	if !short {
		e.ok(check, "RLIMIT_NOFILE", "A process may open %d files, which is enough for all channels.", limit)
	}
}

// cache looks at the folder of packages that configurations share.
func (e *Exam) cache() {
	const check = "cache"
	dir := e.Host.Paths().Cache
	if dir == "" {
		e.ok(check, "", "No cache of packages is set (WAHOST_PLUGIN_CACHE_DIR).")
		return
	}
	info, err := os.Stat(dir)
	switch {
	case os.IsNotExist(err):
		if err := creatable(filepath.Dir(dir)); err != nil {
			e.add(check, Error, dir, "Make the folder, or let WAHOST_PLUGIN_CACHE_DIR name another one.", "It does not exist, and cannot be made: %v.", reason(err))
			return
		}
		e.ok(check, dir, "The cache of packages does not exist yet. The first `wahost init` makes it.")
	case err != nil:
		e.add(check, Error, dir, "Let WAHOST_PLUGIN_CACHE_DIR name a folder of yours.", "The cache of packages cannot be used: %v.", reason(err))
	case !info.IsDir():
		e.add(check, Error, dir, "Let WAHOST_PLUGIN_CACHE_DIR name a folder.", "It is not a folder.")
	default:
		if err := creatable(dir); err != nil {
			e.add(check, Error, dir, "Let WAHOST_PLUGIN_CACHE_DIR name a folder that you can write to.", "The cache of packages cannot be written to: %v.", reason(err))
			return
		}
		e.ok(check, dir, "The cache of packages can be written to.")
	}
}

// creatable returns an error if no file can be made in the nearest folder that exists.
func creatable(dir string) error {
	for {
		file, err := os.CreateTemp(dir, ".wahost-doctor-*")
		if err == nil {
			_ = file.Close()
			return os.Remove(file.Name())
		}
		if above := filepath.Dir(dir); os.IsNotExist(err) && above != dir {
			dir = above
			continue
		}
		return err
	}
}
