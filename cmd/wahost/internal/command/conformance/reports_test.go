// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/internal/buildinfo"
)

const reportsFolder = root + "/conformance/reports/1"

// reported is a provider whose report is committed. Paths are those of the repository.
type reported struct{ name, source, dialect string }

func (p reported) binary() string { return "bin/providers/wahost-provider-" + p.name }

func (p reported) folder() string { return filepath.Join(reportsFolder, p.name) }

var reportedProviders = []reported{
	{"acme", "./conformance/reference/wahost-provider-acme", "conformance/reference/dialect.hcl"},
	{"innopaas", "./plugins/innopaas/wahost-provider-innopaas", "plugins/innopaas/dialect.hcl"},
	{"innopaas-mmlite", "./plugins/innopaas-mmlite/wahost-provider-innopaas-mmlite", "plugins/innopaas-mmlite/dialect.hcl"},
	{"pushwoosh", "./plugins/pushwoosh/wahost-provider-pushwoosh", "plugins/pushwoosh/dialect.hcl"},
}

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

// TestBuildFlags compares buildFlags with the Makefile, so that reports are about the bytes of a release.
func TestBuildFlags(t *testing.T) {
	t.Parallel()
	for made, version := range map[string]string{"v1.2.3": "1.2.3", "abc1234": "0.1.0-dev"} {
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

// TestReports runs the suite again for each report that is committed. With -update it writes them anew.
func TestReports(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the whole suite on four providers")
	}
	require.Equal(t, filepath.Base(reportsFolder), strings.Split(suite.Version, ".")[0], "reports of another major version of the suite have a folder of their own")
	for _, p := range reportedProviders {
		t.Run(p.name, func(t *testing.T) {
			seed, version := int64(suite.DefaultSeed), buildinfo.Version("0.1.0-dev")
			var theirs *report.Report
			if !*update {
				data, err := os.ReadFile(filepath.Join(p.folder(), "report.json"))
				require.NoError(t, err)
				theirs, err = report.Read(data)
				require.NoError(t, err)
				seed, version = theirs.Run.Seed, theirs.Provider.Version
			}
			_, diags := readPluginFile(filepath.Join(p.folder(), "PLUGIN.hcl"))
			require.Empty(t, diagLines(diags), "it is written by hand, also with -update")
			ours := p.prove(t, seed, version)
			require.True(t, ours.Verdict.Certifiable, "%s: %v", ours.Verdict.Word, ours.Verdict.Reasons)
			if *update {
				p.write(t, ours)
				return
			}
			compareReports(t, theirs, ours)
			for name, want := range map[string]string{"README.md": p.readme(theirs), "summary.md": string(theirs.Markdown())} {
				got, err := os.ReadFile(filepath.Join(p.folder(), name))
				require.NoError(t, err)
				assert.Equal(t, want, string(got), "%s is not made from report.json", name)
			}
			_, problems := checkPublished(p.folder())
			assert.Empty(t, problems)
		})
	}
}

// TestPublishedFolders: the report of a provider that is built here is reproduced above; that of another one must come
// with what a submission needs. Each folder is complete and agrees with itself.
func TestPublishedFolders(t *testing.T) {
	t.Parallel()
	built := map[string]bool{}
	for _, p := range reportedProviders {
		built[p.name] = true
	}
	folders, err := os.ReadDir(reportsFolder)
	require.NoError(t, err)
	for _, f := range folders {
		dir := filepath.Join(reportsFolder, f.Name())
		if built[f.Name()] {
			delete(built, f.Name())
			_, problems := checkPublished(dir)
			assert.Empty(t, problems, dir)
			continue
		}
		assert.Empty(t, checkSubmission(t.Context(), dir), dir)
	}
	assert.Empty(t, built, "providers without a folder")
}

// prove builds the provider and runs the suite as a certificate needs it.
func (p reported) prove(t *testing.T, seed int64, version string) *report.Report {
	t.Helper()
	built := filepath.Join(t.TempDir(), filepath.Base(p.binary()))
	cmd := exec.CommandContext(t.Context(), "go", append(append([]string{"build"}, buildFlags(version)...), "-o", built, p.source)...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	d, diags := dialect.Load(filepath.Join(root, p.dialect))
	require.False(t, diags.HasErrors(), "%v", diags)
	rep, err := suite.Run(t.Context(), suite.Options{
		Command: built, Dialect: d, DialectPath: p.dialect, Groups: checks.All(), Seed: seed, Certify: true,
	})
	require.NoError(t, err)
	// What differs between two runs of the same thing is left out: when it was, how long it took, where it was built.
	rep.Run.Started, rep.Run.Duration = time.Time{}, 0
	for i := range rep.Results {
		res := &rep.Results[i]
		res.Duration, res.Reproduce = 0, strings.ReplaceAll(res.Reproduce, built, p.binary())
	}
	return rep
}

// compareReports wants a report to say what this run says. Bytes are compared where both were built alike.
func compareReports(t *testing.T, theirs, ours *report.Report) {
	t.Helper()
	assert.Equal(t, theirs.Verdict.Word, ours.Verdict.Word)
	assert.Equal(t, theirs.Verdict.Counts, ours.Verdict.Counts)
	assert.Equal(t, statusOf(theirs), statusOf(ours))
	assert.Equal(t, theirs.Profiles, ours.Profiles)
	assert.Equal(t, theirs.NotApplicable, ours.NotApplicable)
	assert.Equal(t, theirs.Suite.Version, ours.Suite.Version)
	assert.Equal(t, theirs.Suite.CatalogueDigest, ours.Suite.CatalogueDigest, "the checks are others now")
	assert.Equal(t, theirs.Dialect, ours.Dialect)
	assert.Equal(t, theirs.Provider.Capabilities, ours.Provider.Capabilities)
	if theirs.Suite.Go == ours.Suite.Go && theirs.Run.Platform == ours.Run.Platform {
		assert.Equal(t, theirs.Provider.SHA256, ours.Provider.SHA256, "the provider's source is another now")
		assert.Equal(t, theirs.ResultDigest, ours.ResultDigest)
	} else {
		t.Logf("the binaries are not compared: the report is of %s on %s, this run of %s on %s", theirs.Suite.Go, theirs.Run.Platform, ours.Suite.Go, ours.Run.Platform)
	}
	if t.Failed() {
		t.Log("where that is meant: go test ./cmd/wahost/internal/command/conformance -run TestReports -update")
	}
}

func statusOf(r *report.Report) map[string]report.Status {
	out := map[string]report.Status{}
	for _, res := range r.Results {
		out[res.ID] = res.Status
	}
	return out
}

func (p reported) write(t *testing.T, r *report.Report) {
	t.Helper()
	require.NoError(t, os.MkdirAll(p.folder(), 0o755))
	require.NoError(t, r.WriteFile("json", filepath.Join(p.folder(), "report.json")))
	require.NoError(t, r.WriteFile("md", filepath.Join(p.folder(), "summary.md")))
	require.NoError(t, os.WriteFile(filepath.Join(p.folder(), "README.md"), []byte(p.readme(r)), 0o644))
}

// readme begins with the commands that give the report again.
func (p reported) readme(r *report.Report) string {
	const text = `# Reproduce

~~~sh
make build
CGO_ENABLED=0 go build %[1]s -o %[2]s %[3]s
bin/wahost conformance run %[2]s --dialect %[4]s --certify --seed %[5]d --out again
bin/wahost conformance diff conformance/reports/1/%[6]s/report.json again/report.json
~~~

The result digest is the same where source, Go version and platform are; the status of each check is the same everywhere.

| what | of this report |
| --- | --- |
| provider | %[6]s %[7]s |
| verdict | %[8]s, %[9]d passed, %[10]d not applicable |
| binary | sha256:%[11]s |
| built with | %[12]s on %[13]s |
| suite | %[14]s, catalogue sha256:%[15]s |
| dialect | %[16]s %[17]s, sha256:%[18]s |
| seed | %[5]d |
| result digest | %[19]s |

[summary.md](summary.md) is for reading and [report.json](report.json) is the record, without times. The test
TestReports in cmd/wahost runs the suite again and compares; with -update it writes this folder.
`
	return fmt.Sprintf(text, quoted(buildFlags(r.Provider.Version)), p.binary(), p.source, p.dialect, r.Run.Seed, p.name, r.Provider.Version,
		strings.ReplaceAll(r.Verdict.Word, "_", " "), r.Verdict.Counts[report.Pass], r.Verdict.Counts[report.NA], r.Provider.SHA256,
		r.Suite.Go, r.Run.Platform, r.Suite.Version, r.Suite.CatalogueDigest, r.Dialect.Name, r.Dialect.Version, r.Dialect.Digest, r.ResultDigest)
}
