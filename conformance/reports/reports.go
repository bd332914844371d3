// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package reports reads the published reports of providers, which are in the folders beside it, and makes the public matrix
// of providers from them.
package reports

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/report"
)

//go:embed 1
var published embed.FS

// Published is what is known of a provider from its folder.
type Published struct {
	// Folder is the path of the folder below conformance/reports.
	Folder         string
	Name, Version  string
	Verdict, Suite string
	Dialect        string
	// Tier is who stands for the result: TierProject, or TierSelf.
	Tier string
	// Isolation and Date are empty if the folder does not say them.
	Isolation, Date string
	Seed            string
	Digest          string
	Statuses        map[string]report.Status
	Profiles        []report.ProfileVerdict
}

// The values of Published.Tier.
const (
	// TierProject: the tests of this project run the suite again and compare. There is no signed certificate.
	TierProject = "reproduced here"
	// TierSelf: the vendor signed the certificate in the folder.
	TierSelf = "self"
)

// All returns the published reports, sorted by folder.
func All() ([]Published, error) {
	majors, err := published.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var out []Published
	for _, major := range majors {
		folders, err := published.ReadDir(major.Name())
		if err != nil {
			return nil, err
		}
		for _, f := range folders {
			folder := path.Join(major.Name(), f.Name())
			dir, err := fs.Sub(published, folder)
			if err != nil {
				return nil, err
			}
			p, err := Read(dir)
			if err != nil {
				return nil, fmt.Errorf("conformance/reports/%s: %w", folder, err)
			}
			p.Folder = folder
			out = append(out, *p)
		}
	}
	return out, nil
}

// Read reads the folder of a provider: its report.json if it has one, and otherwise what the tests of this project write.
func Read(dir fs.FS) (*Published, error) {
	data, err := fs.ReadFile(dir, "report.json")
	if errors.Is(err, fs.ErrNotExist) {
		return readWritten(dir)
	}
	if err != nil {
		return nil, err
	}
	r, err := report.Read(data)
	if err != nil {
		return nil, err
	}
	p := &Published{
		Name: r.Provider.Name, Version: r.Provider.Version, Verdict: r.Verdict.Word, Suite: r.Suite.Version, Tier: TierSelf,
		Dialect: strings.TrimSpace(r.Dialect.Name + " " + r.Dialect.Version), Isolation: r.Run.Isolation, Date: r.Run.Started.UTC().Format("2006-01-02"),
		Seed: fmt.Sprint(r.Run.Seed), Digest: r.ResultDigest, Statuses: map[string]report.Status{}, Profiles: r.Profiles,
	}
	for _, res := range r.Results {
		p.Statuses[res.ID] = res.Status
	}
	return p, nil
}

// Kinds returns the kinds of message that the provider declares, sorted. They are those whose plainest message was sent.
func (p Published) Kinds() []string {
	var out []string
	for id, status := range p.Statuses {
		parts := strings.Split(id, "/")
		if len(parts) == 3 && parts[0] == "send" && parts[2] == "minimal" && status != report.NA {
			out = append(out, parts[1])
		}
	}
	slices.Sort(out)
	return out
}

// Kind returns how a kind of message did: report.Pass if every check of it passed or does not apply, report.NA if it is not
// declared, and otherwise the status of a check that did not pass.
func (p Published) Kind(kind string) report.Status {
	if !slices.Contains(p.Kinds(), kind) {
		return report.NA
	}
	for id, status := range p.Statuses {
		if strings.HasPrefix(id, "send/"+kind+"/") && status != report.Pass && status != report.NA {
			return status
		}
	}
	return report.Pass
}

// Count returns how many checks have a status.
func (p Published) Count(status report.Status) int {
	n := 0
	for _, s := range p.Statuses {
		if s == status {
			n++
		}
	}
	return n
}
