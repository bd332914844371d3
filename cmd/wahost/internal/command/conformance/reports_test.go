// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/internal/buildinfo"
	"github.com/wahost/wahost/internal/testbin"
)

const reportsFolder = root + "/conformance/reports/1"

// reported is a provider whose report is committed. Paths are those of the repository.
type reported struct{ name, source, dialect string }

func (p reported) binary() string { return "bin/providers/wahost-provider-" + p.name }

func (p reported) folder() string { return filepath.Join(reportsFolder, p.name) }

var reportedProviders = []reported{
	{"acme", "./conformance/reference/wahost-provider-acme", "conformance/reference/dialect.hcl"},
	{"cloudapi", "./plugins/cloudapi/wahost-provider-cloudapi", "plugins/cloudapi/dialect.hcl"},
	{"innopaas", "./plugins/innopaas/wahost-provider-innopaas", "plugins/innopaas/dialect.hcl"},
	{"innopaas-mmlite", "./plugins/innopaas-mmlite/wahost-provider-innopaas-mmlite", "plugins/innopaas-mmlite/dialect.hcl"},
	{"pushwoosh", "./plugins/pushwoosh/wahost-provider-pushwoosh", "plugins/pushwoosh/dialect.hcl"},
	{"twilio", "./plugins/twilio/wahost-provider-twilio", "plugins/twilio/dialect.hcl"},
}

// devVersion is the version of a provider that is not built for a release.
const devVersion = "0.1.0-dev"

// versionFlag sets the version of a release. Other builds do not set it.
const versionFlag = "-X github.com/wahost/wahost/internal/buildinfo.version="

// buildFlags returns the flags with which `make build` builds a provider: the same source and toolchain give the same
// bytes, wherever and from whatever commit they are built.
func buildFlags(version string) []string {
	ldflags := "-s -w"
	if !strings.HasSuffix(version, "-dev") {
		ldflags += " " + versionFlag + version
	}
	return []string{"-trimpath", "-buildvcs=false", "-ldflags", ldflags}
}

// flags returns the flags with which a version of the provider is built. The reference provider has a version of its own,
// which no flag sets.
func (p reported) flags(version string) []string {
	if p.name == "acme" {
		version = devVersion
	}
	return buildFlags(version)
}

// TestBuildFlags compares buildFlags with the Makefile, so that reports are about the bytes of a release.
func TestBuildFlags(t *testing.T) {
	t.Parallel()
	for made, version := range map[string]string{"v1.2.3": "1.2.3", "abc1234": devVersion} {
		out, err := exec.CommandContext(t.Context(), "make", "-s", "-C", root, "provider-flags", "VERSION="+made).Output()
		require.NoError(t, err)
		assert.Equal(t, quoted(buildFlags(version)), strings.TrimSpace(string(out)))
	}
}

// quoted returns flags for a shell.
func quoted(flags []string) string {
	last := len(flags) - 1
	return strings.Join(flags[:last], " ") + " '" + flags[last] + "'"
}

// TestReports runs the suite again for each published report and compares. With -update it writes the reports.
func TestReports(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the whole suite on every provider with a report")
	}
	require.Equal(t, filepath.Base(reportsFolder), strings.Split(suite.Version, ".")[0], "each major version of the suite has a folder of its own")
	for _, p := range reportedProviders {
		t.Run(p.name, func(t *testing.T) {
			p.checkWritten(t)
			if *update {
				ours := p.prove(t, runner.DefaultSeed, buildinfo.Version(devVersion))
				requireCertifiable(t, ours)
				p.write(t, ours)
				return
			}
			theirs := p.published(t)
			ours := p.prove(t, theirs.seed, theirs.version)
			requireCertifiable(t, ours)
			if theirs.builtWith != builtWith(ours) {
				t.Logf("the binaries are not compared: the report's was built with %s, this one with %s", theirs.builtWith, builtWith(ours))
				theirs.lend(ours)
			}
			for name, want := range p.files(t, ours, theirs.date) {
				assert.Equal(t, string(want), p.read(t, name), "%s is out of date", name)
			}
			if t.Failed() {
				t.Log("if the change is intended: go test ./cmd/wahost/internal/command/conformance -run TestReports -update")
			}
		})
	}
}

// requireCertifiable fails with what the suite found if a report cannot lead to a certificate.
func requireCertifiable(t *testing.T, r *report.Report) {
	t.Helper()
	if r.Verdict.Certifiable {
		return
	}
	for _, res := range r.Results {
		if res.Status != report.Pass && res.Status != report.NA {
			t.Logf("%s: %s %+v %s", res.ID, res.Status, res.Findings, res.Note)
		}
	}
	require.Failf(t, "not certifiable", "%s: %v", r.Verdict.Word, r.Verdict.Reasons)
}

// TestPublishedFolders checks the folders without running a provider. TestReports reproduces the reports of the providers
// that are built here. The folder of any other provider must be a complete submission.
func TestPublishedFolders(t *testing.T) {
	t.Parallel()
	built := map[string]reported{}
	for _, p := range reportedProviders {
		built[p.name] = p
	}
	folders, err := os.ReadDir(reportsFolder)
	require.NoError(t, err)
	for _, f := range folders {
		if p, ok := built[f.Name()]; ok {
			delete(built, f.Name())
			p.checkWritten(t)
			assert.NoError(t, checkReproduce(filepath.Join(p.folder(), "README.md")))
			continue
		}
		dir := filepath.Join(reportsFolder, f.Name())
		assert.Empty(t, checkSubmission(t.Context(), dir), dir)
	}
	assert.Empty(t, built, "providers without a folder")
}

// checkWritten checks the file that is written by hand, which -update does not change.
func (p reported) checkWritten(t *testing.T) {
	t.Helper()
	_, diags := readPluginFile(filepath.Join(p.folder(), "PLUGIN.hcl"))
	require.Empty(t, diagLines(diags))
}

// prove builds the provider and runs the suite with the settings that a certificate needs.
func (p reported) prove(t *testing.T, seed int64, version string) *report.Report {
	t.Helper()
	dir, name := t.TempDir(), filepath.Base(p.binary())
	built := filepath.Join(dir, name)
	require.NoError(t, testbin.Into(t.Context(), dir, p.flags(version), map[string]string{path.Join("github.com/wahost/wahost", p.source): name}))
	d, diags := dialect.Load(filepath.Join(root, p.dialect))
	require.False(t, diags.HasErrors(), "%v", diags)
	rep, err := runner.Run(t.Context(), runner.Options{
		Command: built, Dialect: d, DialectPath: p.dialect, Groups: checks.All(), Seed: seed, Certify: true,
	})
	require.NoError(t, err)
	// Values that differ between two runs of the same provider are removed: the time, the durations, and the path of the binary.
	rep.Run.Started, rep.Run.Duration = time.Time{}, 0
	for i := range rep.Results {
		res := &rep.Results[i]
		res.Duration, res.Reproduce = 0, strings.ReplaceAll(res.Reproduce, built, p.binary())
	}
	return rep
}

// published holds the values of a committed README that this run cannot know, or needs if its binary differs.
type published struct {
	seed                      int64
	version                   string
	binary, builtWith, result string
	// date is the day on which the report was written.
	date string
}

// published reads the table of the committed README.
func (p reported) published(t *testing.T) published {
	t.Helper()
	rows := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z ]+) \| (.*) \|$`).FindAllStringSubmatch(p.read(t, "README.md"), -1) {
		rows[row[1]] = row[2]
	}
	seed, err := strconv.ParseInt(rows["seed"], 10, 64)
	require.NoError(t, err, "README.md has no seed")
	_, version, _ := strings.Cut(rows["provider"], " ")
	return published{seed: seed, version: version, binary: strings.TrimPrefix(rows["binary"], "sha256:"), builtWith: rows["built with"], result: rows["result digest"], date: rows["date"]}
}

// lend puts the published binary's facts into a report about the same source, built by another Go version or for another
// platform. The result digest is computed again, so it still proves that every status is the published one.
func (p published) lend(r *report.Report) {
	r.Provider.SHA256, r.Provider.SHA256After = p.binary, p.binary
	r.Suite.Go, r.Run.Platform, _ = strings.Cut(p.builtWith, " on ")
	r.ResultDigest = r.Digest()
}

func builtWith(r *report.Report) string { return r.Suite.Go + " on " + r.Run.Platform }

func (p reported) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(p.folder(), name))
	require.NoError(t, err)
	return string(data)
}

func (p reported) write(t *testing.T, r *report.Report) {
	t.Helper()
	for name, data := range p.files(t, r, time.Now().UTC().Format(time.DateOnly)) {
		require.NoError(t, os.WriteFile(filepath.Join(p.folder(), name), data, 0o644))
	}
}

// files returns the generated files of the folder.
func (p reported) files(t *testing.T, r *report.Report, date string) map[string][]byte {
	t.Helper()
	return map[string][]byte{"README.md": []byte(p.readme(t, r, date)), "summary.md": r.Markdown(), "statuses.txt": statuses(r)}
}

// statuses returns one line for each check, so that a review shows every status that a commit changes.
func statuses(r *report.Report) []byte {
	var b bytes.Buffer
	for _, res := range r.Results {
		fmt.Fprintln(&b, res.ID, res.Status)
	}
	return b.Bytes()
}

func statusOf(r *report.Report) map[string]report.Status {
	out := map[string]report.Status{}
	for _, res := range r.Results {
		out[res.ID] = res.Status
	}
	return out
}

// recordDigest returns the sha256 of the parts of a report that are the same on every platform and are not in the other
// files: the declared capabilities, and the reason why each check that is not applicable does not apply.
func recordDigest(t *testing.T, r *report.Report) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"counts": r.Verdict.Counts, "profiles": r.Profiles, "not_applicable": r.NotApplicable,
		"dialect": r.Dialect, "capabilities": r.Provider.Capabilities, "statuses": string(statuses(r)),
	})
	require.NoError(t, err)
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// readme returns the README.md of the folder, which begins with the commands that reproduce the report.
func (p reported) readme(t *testing.T, r *report.Report, date string) string {
	t.Helper()
	const text = `# Reproduce

~~~sh
make build
CGO_ENABLED=0 go build %[1]s -o %[2]s %[3]s
bin/wahost conformance run %[2]s --dialect %[4]s --certify --seed %[5]d --out again
~~~

The run prints a result digest. It equals the one below if the source, the Go version and the platform are the same. The
status of each check is the same on every platform. again/report.json records everything that the run found.

| what | of this report |
| --- | --- |
| provider | %[6]s %[7]s |
| verdict | %[8]s, %[9]d passed, %[10]d not applicable |
| binary | sha256:%[11]s |
| built with | %[12]s |
| suite | %[13]s, catalogue sha256:%[14]s |
| dialect | %[15]s %[16]s, sha256:%[17]s |
| seed | %[5]d |
| isolation | %[20]s |
| date | %[21]s |
| record | sha256:%[18]s |
| result digest | %[19]s |

[summary.md](summary.md) is the short form and [statuses.txt](statuses.txt) has the status of each check. The record is the
digest of the statuses, the capabilities, the profiles and the reasons why checks do not apply. The test TestReports runs
the suite again and compares; with -update it writes this folder.
`
	return fmt.Sprintf(text, quoted(p.flags(r.Provider.Version)), p.binary(), p.source, p.dialect, r.Run.Seed, p.name, r.Provider.Version,
		strings.ReplaceAll(r.Verdict.Word, "_", " "), r.Verdict.Counts[report.Pass], r.Verdict.Counts[report.NA], r.Provider.SHA256,
		builtWith(r), r.Suite.Version, r.Suite.CatalogueDigest, r.Dialect.Name, r.Dialect.Version, r.Dialect.Digest,
		recordDigest(t, r), r.ResultDigest, cmp.Or(r.Run.Isolation, "none"), date)
}
