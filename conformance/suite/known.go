// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/report"

	"github.com/wahost/wahost/internal/boundfile"
)

// maxWaived bounds what one entry may waive: a wider pattern hides failures that nobody has looked at.
const maxWaived = 20

// KnownFailing is a list of failures that are expected for now. It changes what a run says of them, never to a pass.
type KnownFailing struct {
	entries []knownEntry
	digest  string
}

type knownEntry struct {
	line            int
	pattern, prefix string
	ticket          string
	until           time.Time
}

// maxKnown bounds a list in bytes.
const maxKnown = 4 << 20

// LoadKnownFailing reads a list. Each line has an id pattern, the beginning of the message in quotes, a ticket and a
// date; "#" begins a comment.
func LoadKnownFailing(path string) (*KnownFailing, error) {
	data, err := boundfile.Read(path, maxKnown)
	if err != nil {
		return nil, usage("known failures: %w", err)
	}
	k := &KnownFailing{}
	sum := sha256.Sum256(data)
	k.digest = hex.EncodeToString(sum[:])
	for i, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		e, err := parseKnown(line)
		if err != nil {
			return nil, usage("known failures: %s:%d: %w", path, i+1, err)
		}
		e.line = i + 1
		k.entries = append(k.entries, e)
	}
	if len(k.entries) == 0 {
		return nil, usage("known failures: %s has no entry", path)
	}
	return k, nil
}

func parseKnown(line string) (e knownEntry, err error) {
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
		return e, fmt.Errorf("%q is no date; %s", fields[1], want)
	}
	return knownEntry{pattern: pattern, prefix: prefix, ticket: fields[0], until: until}, nil
}

// expired reports whether the last day of an entry is over.
func (e knownEntry) expired(now time.Time) bool { return !now.Before(e.until.AddDate(0, 0, 1)) }

// Digest identifies the list; "" for none.
func (k *KnownFailing) Digest() string {
	if k == nil {
		return ""
	}
	return k.digest
}

// waivers are the entries by the id that they waive.
type waivers map[string]knownEntry

// plan checks the list against the plan: each entry is in time and matches one to twenty checks.
func (k *KnownFailing) plan(plan []planned, now time.Time) (waivers, error) {
	if k == nil {
		return nil, nil
	}
	w := waivers{}
	var ids []string
	for _, p := range plan {
		ids = append(ids, p.check.ID)
	}
	for _, e := range k.entries {
		if e.expired(now) {
			return nil, usage("known failures, line %d: %s expired on %s (%s)", e.line, e.pattern, e.until.Format(time.DateOnly), e.ticket)
		}
		count := 0
		for _, id := range ids {
			if !matches(e.pattern, id) {
				continue
			}
			if other, ok := w[id]; ok {
				return nil, usage("known failures, line %d: %s is in line %d already", e.line, id, other.line)
			}
			w[id] = e
			count++
		}
		switch {
		case count == 0:
			return nil, usage("known failures, line %d: %s matches no check%s", e.line, e.pattern, nearest(e.pattern, ids))
		case count > maxWaived:
			return nil, usage("known failures, line %d: %s matches %d checks, at most %d may be waived by one entry", e.line, e.pattern, count, maxWaived)
		}
	}
	return w, nil
}

// apply turns expected failures into xfail, and everything else that is listed into a failure of the run.
func (w waivers) apply(results []report.Result) []report.Result {
	for i := range results {
		r := &results[i]
		e, ok := w[r.ID]
		if !ok || r.Note == interruptedNote {
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

// hasPrefix compares with the findings as outputs show them: what happened, or where and what happened.
func hasPrefix(findings []report.Finding, prefix string) bool {
	for _, f := range findings {
		if strings.HasPrefix(f.Actual, prefix) || strings.HasPrefix(f.At+": "+f.Actual, prefix) {
			return true
		}
	}
	return false
}
