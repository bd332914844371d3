// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/wahost/wahost/conformance/report"
)

const (
	// knownFor is how long a new entry holds.
	knownFor = 30 * 24 * time.Hour
	// maxPrefix bounds the message of a new entry, in bytes.
	maxPrefix = 60
)

const knownHeader = `# id pattern  "beginning of the message"  ticket  until
`

// CheckTicket wants the http or https address of a ticket, as it can stand in an entry.
func CheckTicket(ticket string) error {
	u, err := url.Parse(ticket)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsFunc(ticket, unicode.IsSpace):
		return usage("the ticket is not the address of one: expected something like https://tracker.example/123")
	case u.User != nil:
		return usage("the ticket's address must not hold credentials: the list is for others to read")
	}
	return nil
}

// RewriteKnownFailing gives the text of a list of known failures that fits a report, from the text of an earlier one; it may be
// empty. Comments stay, and so do entries that still hold, with their tickets; those that only are out of date get a new
// date, and the others go. What fails and is in none gets an entry with the ticket, and as few patterns as waive nothing
// else. The ids that are given beside it fail without a message, so that no entry can name them.
func RewriteKnownFailing(old string, r *report.Report, ticket string, now time.Time) (text string, unlisted []string, err error) {
	if err := CheckTicket(ticket); err != nil {
		return "", nil, err
	}
	if len(r.Run.Selectors) > 0 || r.Run.Interrupted || r.Verdict.Counts[report.Skipped] > 0 {
		return "", nil, usage("known failures are written from full runs only: what was left out of this one may fail as well")
	}
	results := map[string]report.Result{}
	for _, res := range r.Results {
		results[res.ID] = res
	}
	if old == "" {
		old = knownHeader
	}
	var b strings.Builder
	covered := map[string]bool{}
	until := now.Add(knownFor).UTC().Format(time.DateOnly)
	for i, line := range strings.Split(strings.TrimRight(old, "\n"), "\n") {
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' {
			e, err := parseKnown(text)
			if err != nil {
				return "", nil, usage("known failures, line %d: %w", i+1, err)
			}
			ids := e.holds(results, covered)
			if len(ids) == 0 {
				continue
			}
			for _, id := range ids {
				covered[id] = true
			}
			if e.expired(now) {
				line = entryLine(e.pattern, e.prefix, e.ticket, until)
			}
		}
		b.WriteString(line + "\n")
	}
	byPrefix := map[string]map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(results)) {
		res := results[id]
		if covered[id] || !expectable(res.Status) || res.Provisional || res.Level == report.Rec || res.Level == report.Info {
			continue
		}
		prefix := stablePrefix(res.Findings)
		if prefix == "" {
			unlisted = append(unlisted, id)
			continue
		}
		if byPrefix[prefix] == nil {
			byPrefix[prefix] = map[string]bool{}
		}
		byPrefix[prefix][id] = true
	}
	for _, prefix := range slices.Sorted(maps.Keys(byPrefix)) {
		for _, pattern := range fewest(byPrefix[prefix], results) {
			b.WriteString(entryLine(pattern, prefix, ticket, until) + "\n")
		}
	}
	return b.String(), unlisted, nil
}

func entryLine(pattern, prefix, ticket, until string) string {
	return fmt.Sprintf("%s %s %s %s", pattern, strconv.Quote(prefix), ticket, until)
}

// holds gives the ids of an entry, or none where it would fail a run whatever its date: it is too wide, or names
// something that does not fail in this way, or that another entry has.
func (e knownEntry) holds(results map[string]report.Result, covered map[string]bool) []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(results)) {
		if !matches(e.pattern, id) {
			continue
		}
		if res := results[id]; covered[id] || !expectable(res.Status) || !hasPrefix(res.Findings, e.prefix) {
			return nil
		}
		ids = append(ids, id)
	}
	if len(ids) > maxWaived {
		return nil
	}
	return ids
}

// expectable are the statuses that an entry can name. A check that fails now and then is not one of them.
func expectable(s report.Status) bool {
	return s == report.Fail || s == report.Crash || s == report.Timeout || s == report.XFail
}

// stablePrefix gives the beginning of the first message up to what differs between runs: ports, durations, numbers.
func stablePrefix(findings []report.Finding) string {
	for _, f := range findings {
		text, _, _ := strings.Cut(f.Actual, "\n")
		if i := strings.IndexAny(text, "0123456789"); i >= 8 {
			text = text[:i]
		}
		if len(text) > maxPrefix {
			text = strings.ToValidUTF8(text[:maxPrefix], "")
		}
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}

// fewest gives patterns that match all of the ids, and of the others none: at each step the one with the most matches.
func fewest(ids map[string]bool, all map[string]report.Result) []string {
	open := maps.Clone(ids)
	var out []string
	for len(open) > 0 {
		best, most := "", []string(nil)
		for _, id := range slices.Sorted(maps.Keys(open)) {
			for _, pattern := range generalised(id) {
				hit := matched(pattern, open, all)
				if c := cmp.Compare(len(hit), len(most)); c > 0 || c == 0 && strings.Count(pattern, "*") < strings.Count(best, "*") {
					best, most = pattern, hit
				}
			}
		}
		out = append(out, best)
		for _, id := range most {
			delete(open, id)
		}
	}
	slices.Sort(out)
	return out
}

// matched gives what a pattern matches, or nothing where that is too much, or more than what is open.
func matched(pattern string, open map[string]bool, all map[string]report.Result) []string {
	var hit []string
	for id := range all {
		if !matches(pattern, id) {
			continue
		}
		if !open[id] || len(hit) == maxWaived {
			return nil
		}
		hit = append(hit, id)
	}
	return hit
}

// generalised gives the id itself, and the patterns that have "*" in place of some of its parts.
func generalised(id string) []string {
	parts := strings.Split(id, "/")
	var out []string
	for mask := range 1 << len(parts) {
		changed := slices.Clone(parts)
		for i := range parts {
			if mask&(1<<i) != 0 {
				changed[i] = "*"
			}
		}
		out = append(out, strings.Join(changed, "/"))
	}
	return out
}
