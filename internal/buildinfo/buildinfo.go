// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package buildinfo identifies a build of wahost or of one of its providers.
//
// The Makefile sets the variables with the linker. A build without them takes what the Go tool recorded, so that
// `go install github.com/wahost/wahost/cmd/wahost@v0.1.0` knows its version and `go build` in a clone its commit.
package buildinfo

import (
	"runtime/debug"
	"strings"
)

// base is the version of builds that are not made from a tag.
const base = "0.1.0-dev"

// Set by the linker, with -X github.com/wahost/wahost/internal/buildinfo.version=1.2.3 and so on.
var version, commit, date string

// Info identifies a build.
type Info struct {
	// Version is a semantic version, such as "0.1.0" for a release or "0.1.0-dev" for any other build.
	Version string `json:"version"`
	// Commit is the commit of the source, or "" if it is not known.
	Commit string `json:"commit,omitempty"`
	// Date is the date of the commit, such as "2026-11-25", or "" if it is not known.
	Date string `json:"date,omitempty"`
	// Modified reports whether the source differs from the commit.
	Modified bool `json:"modified,omitempty"`
}

// Read returns the identity of the running program.
func Read() Info {
	build, _ := debug.ReadBuildInfo()
	return read(Info{Version: version, Commit: commit, Date: date}, build)
}

// Version returns the version of the running program, or dev if it was not built from a tag.
func Version(dev string) string {
	if v := Read().Version; v != base {
		return v
	}
	return dev
}

// read completes what the linker set from what the Go tool recorded, which may be nil.
func read(linked Info, build *debug.BuildInfo) Info {
	info := linked
	info.Commit, info.Modified = strings.CutSuffix(info.Commit, "-dirty")
	if build != nil {
		recorded := map[string]string{}
		for _, s := range build.Settings {
			recorded[s.Key] = s.Value
		}
		if info.Commit == "" {
			info.Commit, info.Modified = recorded["vcs.revision"], recorded["vcs.modified"] == "true"
			info.Date, _, _ = strings.Cut(recorded["vcs.time"], "T")
		}
		if info.Version == "" {
			info.Version = release(build.Main.Version)
		}
	}
	if info.Version == "" {
		info.Version = base
	}
	return info
}

// release returns the version of a tagged module version, or "" for a build of anything else.
func release(module string) string {
	v, ok := strings.CutPrefix(module, "v")
	// A pseudo-version and a modified clone of a tag are not releases.
	if !ok || strings.Contains(v, "-0.") || strings.Contains(v, "+") || strings.HasPrefix(v, "0.0.0-") {
		return ""
	}
	return v
}

// String returns the version, followed by what else is known, such as "0.1.0-dev (commit abc1234, 2026-11-25, modified)".
func (i Info) String() string {
	var known []string
	if i.Commit != "" {
		known = append(known, "commit "+i.Commit[:min(7, len(i.Commit))])
	}
	if i.Date != "" {
		known = append(known, i.Date)
	}
	if i.Modified {
		known = append(known, "modified")
	}
	if len(known) == 0 {
		return i.Version
	}
	return i.Version + " (" + strings.Join(known, ", ") + ")"
}
