// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package known reads and applies a list of known failures. A listed failure is reported as expected, but never as
// passed. Each entry has a ticket and an expiry date.
package known

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/selector"
	"github.com/wahost/wahost/internal/boundfile"
)

// maxList is the largest size of a list in bytes.
const maxList = 4 << 20

// maxWaived is the largest number of checks that one entry may waive. A wider pattern could hide failures that nobody
// has examined.
const maxWaived = 20

// List is a list of known failures.
type List struct {
	entries []entry
	digest  string
}

type entry struct {
	line            int
	pattern, prefix string
	ticket          string
	until           time.Time
}

// Load reads the list in a file.
func Load(path string) (*List, error) {
	data, err := boundfile.Read(path, maxList)
	if err != nil {
		return nil, fmt.Errorf("known failures: %w", err)
	}
	return Parse(path, data)
}

// Parse reads a list; name is used in errors. Each line has an id pattern, the beginning of the message in quotes, a
// ticket and a date. "#" begins a comment line.
func Parse(name string, data []byte) (*List, error) {
	k := &List{}
	sum := sha256.Sum256(data)
	k.digest = hex.EncodeToString(sum[:])
	for i, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		e, err := parseEntry(line)
		if err != nil {
			return nil, fmt.Errorf("known failures: %s:%d: %w", name, i+1, err)
		}
		e.line = i + 1
		k.entries = append(k.entries, e)
	}
	if len(k.entries) == 0 {
		return nil, fmt.Errorf("known failures: %s has no entry", name)
	}
	return k, nil
}

func parseEntry(line string) (e entry, err error) {
	const want = `expected: id-pattern "beginning of the message" ticket 2006-01-02`
	pattern, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return e, fmt.Errorf("the message is not in quotes; %s", want)
	}
	prefix, err := strconv.Unquote(quoted)
	if err != nil || prefix == "" {
		return e, fmt.Errorf("the message is empty; %s", want)
	}
	fields := strings.Fields(rest[len(quoted):])
	if len(fields) != 2 {
		return e, fmt.Errorf("a ticket and a date must follow the message; %s", want)
	}
	until, err := time.Parse(time.DateOnly, fields[1])
	if err != nil {
		return e, fmt.Errorf("%q is not a date; %s", fields[1], want)
	}
	return entry{pattern: pattern, prefix: prefix, ticket: fields[0], until: until}, nil
}

// expired reports whether the last day of an entry is over.
func (e entry) expired(now time.Time) bool { return !now.Before(e.until.AddDate(0, 0, 1)) }

// Digest returns the sha256 of the list in hex, or "" if k is nil.
func (k *List) Digest() string {
	if k == nil {
		return ""
	}
	return k.digest
}

// Waivers are the entries of a list by the id of the check that they waive.
type Waivers map[string]entry

// Waive checks the list against the ids of a plan: each entry must not have expired and must match one to twenty checks.
func (k *List) Waive(ids []string, now time.Time) (Waivers, error) {
	if k == nil {
		return nil, nil
	}
	w := Waivers{}
	for _, e := range k.entries {
		if e.expired(now) {
			return nil, fmt.Errorf("known failures, line %d: %s expired on %s (%s)", e.line, e.pattern, e.until.Format(time.DateOnly), e.ticket)
		}
		count := 0
		for _, id := range ids {
			if !selector.Match(e.pattern, id) {
				continue
			}
			if other, ok := w[id]; ok {
				return nil, fmt.Errorf("known failures, line %d: %s is already in line %d", e.line, id, other.line)
			}
			w[id] = e
			count++
		}
		switch {
		case count == 0:
			return nil, fmt.Errorf("known failures, line %d: %s matches no check%s", e.line, e.pattern, selector.Nearest(e.pattern, ids))
		case count > maxWaived:
			return nil, fmt.Errorf("known failures, line %d: %s matches %d checks, at most %d may be waived by one entry", e.line, e.pattern, count, maxWaived)
		}
	}
	return w, nil
}

// Apply changes the results of listed checks: an expected failure becomes xfail, and everything else that is listed
// fails the run.
func (w Waivers) Apply(results []report.Result) []report.Result {
	for i := range results {
		r := &results[i]
		e, ok := w[r.ID]
		if !ok || r.Note == report.NoteInterrupted {
			continue
		}
		failed := r.Status == report.Fail || r.Status == report.Crash || r.Status == report.Timeout
		switch {
		case failed && hasPrefix(r.Findings, e.prefix):
			r.Status, r.Note = report.XFail, "known failing: "+e.ticket+", until "+e.until.Format(time.DateOnly)
		case failed:
			r.Note = fmt.Sprintf("listed as known failing with another message: %q", e.prefix)
		default:
			r.Note = fmt.Sprintf("listed as known failing (%s), and is %s", e.ticket, r.Status)
			r.Status = report.XPass
		}
	}
	return results
}

// hasPrefix reports whether a finding begins with prefix, in either form in which reports show it: "actual" or
// "at: actual".
func hasPrefix(findings []report.Finding, prefix string) bool {
	for _, f := range findings {
		if strings.HasPrefix(f.Actual, prefix) || strings.HasPrefix(f.At+": "+f.Actual, prefix) {
			return true
		}
	}
	return false
}
