// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package known

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
	"github.com/wahost/wahost/conformance/selector"
)

const (
	// entryValidity is how long a new entry is valid.
	entryValidity = 30 * 24 * time.Hour
	// maxPrefix is the length limit of the message in a new entry, in bytes.
	maxPrefix = 60
)

const knownHeader = `# id pattern  "beginning of the message"  ticket  until
`

// CheckTicket returns an error unless the ticket is an http or https URL that can be written into an entry.
func CheckTicket(ticket string) error {
	u, err := url.Parse(ticket)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsFunc(ticket, unicode.IsSpace):
		return fmt.Errorf("the ticket is not a URL: expected something like https://tracker.example/123")
	case u.User != nil:
		return fmt.Errorf("the URL of the ticket must not contain credentials: other people read the list")
	}
	return nil
}

// Rewrite returns the text of a list that matches a report, made from the text of an earlier list, which may be empty.
// It keeps comments and the entries that still apply, extends entries that have only expired, and removes the others.
// Failures that are not listed get new entries with the ticket, in as few patterns as match no other check. The ids in
// unlisted failed without a message, so no entry can match them.
func Rewrite(old string, r *report.Report, ticket string, now time.Time) (text string, unlisted []string, err error) {
	if err := CheckTicket(ticket); err != nil {
		return "", nil, err
	}
	if len(r.Run.Selectors) > 0 || r.Run.Interrupted || r.Verdict.Counts[report.Skipped] > 0 {
		return "", nil, fmt.Errorf("known failures can only be written from a full run: checks that this run left out may fail as well")
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
	until := now.Add(entryValidity).UTC().Format(time.DateOnly)
	for i, line := range strings.Split(strings.TrimRight(old, "\n"), "\n") {
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' {
			e, err := parseEntry(text)
			if err != nil {
				return "", nil, fmt.Errorf("known failures, line %d: %w", i+1, err)
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

// holds returns the ids that an entry matches. It returns nil if the entry would fail a run whatever its date, because
// it is too wide, or matches a check that does not fail in this way or that another entry matches.
func (e entry) holds(results map[string]report.Result, covered map[string]bool) []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(results)) {
		if !selector.Match(e.pattern, id) {
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

// expectable reports whether an entry can expect a status. It cannot expect a flaky check.
func expectable(s report.Status) bool {
	return s == report.Fail || s == report.Crash || s == report.Timeout || s == report.XFail
}

// stablePrefix returns the beginning of the first message, up to the first number: ports, durations and counts differ
// between runs.
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

// fewest returns patterns that match all of the ids and no other id. It is greedy: each step takes the pattern with the
// most matches.
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

// matched returns the ids that a pattern matches, or nil if they are too many or not all of them are open.
func matched(pattern string, open map[string]bool, all map[string]report.Result) []string {
	var hit []string
	for id := range all {
		if !selector.Match(pattern, id) {
			continue
		}
		if !open[id] || len(hit) == maxWaived {
			return nil
		}
		hit = append(hit, id)
	}
	return hit
}

// generalised returns the id itself and the patterns with "*" in place of some of its parts.
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
