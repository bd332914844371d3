// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
)

// diffSide is what a report is about.
type diffSide struct {
	File          string `json:"file"`
	Provider      string `json:"provider"`
	Version       string `json:"version"`
	SHA256        string `json:"sha256"`
	Dialect       string `json:"dialect"`
	DialectDigest string `json:"dialect_digest"`
	Suite         string `json:"suite"`
	Seed          int64  `json:"seed"`
	Mode          string `json:"mode"`
	Verdict       string `json:"verdict"`
	// Started is the date of the run; empty if the report does not have it.
	Started string `json:"started"`
}

func sideOf(r *report.Report) diffSide {
	s := diffSide{
		Provider: r.Provider.Name, Version: r.Provider.Version, SHA256: r.Provider.SHA256,
		Dialect: strings.TrimSpace(r.Dialect.Name + " " + r.Dialect.Version), DialectDigest: r.Dialect.Digest,
		Suite: r.Suite.Version, Seed: r.Run.Seed, Mode: r.Run.Mode, Verdict: r.Verdict.Word,
	}
	if !r.Run.Started.IsZero() {
		s.Started = r.Run.Started.UTC().Format(time.DateTime)
	}
	return s
}

// String returns the side on one line.
func (s diffSide) String() string {
	date := s.Started
	if date == "" {
		date = "unknown date"
	}
	return fmt.Sprintf("%s %s %s, dialect %s %s, suite %s, seed %d, %s of %s, %s (%s)", s.Provider, s.Version,
		shortBytes(report.ProviderInfo{SHA256: s.SHA256}), s.Dialect, shortDigest(s.DialectDigest), s.Suite, s.Seed, s.Mode, date, s.Verdict, s.File)
}

// differences returns the inputs that are not the same on both sides.
func (s diffSide) differences(other diffSide) []string {
	var out []string
	for _, part := range []struct {
		name string
		same bool
	}{
		{"provider", s.Provider == other.Provider}, {"version", s.Version == other.Version}, {"binary", s.SHA256 == other.SHA256},
		{"dialect", s.DialectDigest == other.DialectDigest}, {"suite", s.Suite == other.Suite}, {"seed", s.Seed == other.Seed},
	} {
		if !part.same {
			out = append(out, part.name)
		}
	}
	return out
}

// readWhole reads the report of a run that was neither narrowed nor interrupted.
func readWhole(path string) (*report.Report, error) {
	r, err := readReport(path)
	switch {
	case err != nil:
		return nil, err
	case len(r.Run.Selectors) > 0:
		return nil, cli.UsageError("%s is of a narrowed run (%s): compare reports of whole runs", path, strings.Join(r.Run.Selectors, " "))
	case r.Run.Interrupted:
		return nil, cli.UsageError("%s is of a run that was interrupted: compare reports of whole runs", path)
	}
	return r, nil
}
