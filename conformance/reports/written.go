// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/report"
)

var (
	tableRow   = regexp.MustCompile(`(?m)^\| ([a-z ]+) \| (.*) \|$`)
	profileRow = regexp.MustCompile(`^([a-z_ ]+?)(?: \((.*)\))?$`)
	hexDigest  = regexp.MustCompile(`sha256:([0-9a-f]{64})`)
)

// readWritten reads the files that the tests of this project write: README.md, statuses.txt and summary.md. The statuses must
// have the result digest in the README.
func readWritten(dir fs.FS) (*Published, error) {
	text := map[string]string{}
	for _, name := range []string{"README.md", "statuses.txt", "summary.md"} {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		text[name] = string(data)
	}
	rows := map[string]string{}
	for _, row := range tableRow.FindAllStringSubmatch(text["README.md"], -1) {
		rows[row[1]] = row[2]
	}
	for _, name := range []string{"provider", "verdict", "binary", "suite", "dialect", "seed", "result digest"} {
		if rows[name] == "" {
			return nil, fmt.Errorf("README.md has no row %q", name)
		}
	}
	p := &Published{Seed: rows["seed"], Digest: rows["result digest"], Isolation: rows["isolation"], Date: rows["date"], Tier: TierProject}
	p.Name, p.Version, _ = strings.Cut(rows["provider"], " ")
	p.Verdict, _, _ = strings.Cut(rows["verdict"], ",")
	p.Suite, _, _ = strings.Cut(rows["suite"], ",")
	p.Dialect, _, _ = strings.Cut(rows["dialect"], ",")
	var err error
	if p.Statuses, err = readStatuses(text["statuses.txt"]); err != nil {
		return nil, err
	}
	if p.Profiles, err = readProfiles(text["summary.md"]); err != nil {
		return nil, err
	}
	if err := p.agrees(rows); err != nil {
		return nil, err
	}
	return p, nil
}

// readStatuses reads lines of an id and a status.
func readStatuses(text string) (map[string]report.Status, error) {
	out := map[string]report.Status{}
	for line := range strings.Lines(text) {
		id, status, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found || !slices.Contains(report.Statuses(), report.Status(status)) {
			return nil, fmt.Errorf("statuses.txt has the line %q: expected the id of a check and its status", line)
		}
		if _, twice := out[id]; twice {
			return nil, fmt.Errorf("statuses.txt has %s twice", id)
		}
		out[id] = report.Status(status)
	}
	return out, nil
}

// readProfiles reads the table of profiles of a summary.
func readProfiles(text string) ([]report.ProfileVerdict, error) {
	_, table, found := strings.Cut(text, "| profile | verdict |\n| --- | --- |\n")
	if !found {
		return nil, errors.New("summary.md has no table of profiles")
	}
	var out []report.ProfileVerdict
	for line := range strings.Lines(table) {
		row := tableRow.FindStringSubmatch(strings.TrimSpace(line))
		if row == nil {
			break
		}
		word := profileRow.FindStringSubmatch(row[2])
		if word == nil {
			return nil, fmt.Errorf("summary.md has the verdict %q of a profile", row[2])
		}
		v := report.ProfileVerdict{Name: row[1], Word: strings.ReplaceAll(word[1], " ", "_")}
		if word[2] != "" {
			v.Missing = strings.Split(word[2], ", ")
		}
		out = append(out, v)
	}
	return out, nil
}

// agrees returns an error if the statuses do not have the result digest that the README claims for its inputs.
func (p *Published) agrees(rows map[string]string) error {
	inputs := map[string]string{}
	for _, name := range []string{"binary", "suite", "dialect"} {
		found := hexDigest.FindStringSubmatch(rows[name])
		if found == nil {
			return fmt.Errorf("README.md has no sha256 in the row %q", name)
		}
		inputs[name] = found[1]
	}
	lines := make([]string, 0, len(p.Statuses))
	for id, status := range p.Statuses {
		lines = append(lines, id+" "+string(status))
	}
	slices.Sort(lines)
	sum := sha256.Sum256(fmt.Appendf(nil, "provider %s\nsuite %s\ndialect %s\nseed %s\n%s",
		inputs["binary"], inputs["suite"], inputs["dialect"], p.Seed, strings.Join(lines, "\n")))
	if digest := hex.EncodeToString(sum[:]); digest != p.Digest {
		return fmt.Errorf("the statuses have the result digest %s, and README.md says %s", digest, p.Digest)
	}
	return nil
}
