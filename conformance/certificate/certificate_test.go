// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
)

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const binary = "aa11"

func certified() *report.Report {
	r := &report.Report{
		FormatVersion: report.FormatVersion,
		Suite:         report.SuiteInfo{Version: "1.2.0", CatalogueDigest: "cc", Protocol: 1, Go: "go1.26.0"},
		Run:           report.RunInfo{Mode: report.ModeCertified, Seed: 7, Started: started, Duration: time.Minute, Platform: "linux/amd64"},
		Provider:      report.ProviderInfo{Name: "acme", Version: "1.0.0", File: "wahost-provider-acme", SHA256: binary, SHA256After: binary, Kinds: []string{"text", "template", "list"}, Protocol: 1},
		Dialect:       report.DialectInfo{Name: "acme", Version: "v1", Digest: "dd"},
	}
	for _, id := range []string{"proto/identity", "send/text/minimal", "send/template/minimal"} {
		r.Planned = append(r.Planned, id)
		r.Results = append(r.Results, report.Result{ID: id, Level: report.Core, Status: report.Pass})
	}
	r.Judge()
	return r
}

func newKey(t *testing.T) (signing, public *verify.Key) {
	t.Helper()
	private, pub, err := verify.Generate()
	require.NoError(t, err)
	signing, err = verify.ParsePrivate(private)
	require.NoError(t, err)
	public, err = verify.ParsePublic(pub)
	require.NoError(t, err)
	require.Equal(t, signing.ID(), public.ID())
	return signing, public
}

func statement(t *testing.T) *verify.Statement {
	t.Helper()
	s, err := certificate.New(certified(), certificate.DefaultValidity)
	require.NoError(t, err)
	return s
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*report.Report){
		"failed":         func(r *report.Report) { r.Results[0].Status = report.Fail },
		"open run":       func(r *report.Report) { r.Run.Mode = report.ModeOpen },
		"selectors":      func(r *report.Report) { r.Run.Selectors = []string{"send/**"} },
		"changed binary": func(r *report.Report) { r.Provider.SHA256After = "bb" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := certified()
			change(r)
			r.Judge()
			_, err := certificate.New(r, certificate.DefaultValidity)
			assert.ErrorContains(t, err, "no certificate")
		})
	}
}

func TestStatement(t *testing.T) {
	t.Parallel()
	p := statement(t).Predicate
	assert.Equal(t, []string{"template", "text"}, p.Capabilities, "list was declared and never exercised")
	assert.Equal(t, []string{"notify"}, p.Profiles)
	assert.Len(t, p.Evaluated, 3)
	assert.Equal(t, verify.Runner{ID: verify.RunnerID, Version: "go1.26.0"}, p.Runner)
	assert.Equal(t, started.Add(certificate.DefaultValidity), p.Validity.NotAfter)
}

func TestCountersign(t *testing.T) {
	t.Parallel()
	vendor, vendorPublic := newKey(t)
	project, projectPublic := newKey(t)
	data, err := certificate.Sign(t.Context(), statement(t), vendor)
	require.NoError(t, err)

	later := certified()
	later.Run.Started = started.Add(48 * time.Hour)
	both, err := certificate.Countersign(t.Context(), data, later, project, vendorPublic)
	require.NoError(t, err)
	v, err := verify.Verify(t.Context(), both, verify.Policy{
		Threshold: 2, SHA256: binary, Now: started, Tier: verify.TierReproduced,
		Keys: []verify.TrustedKey{{Key: vendorPublic, Name: "vendor", Tier: verify.TierSelf}, {Key: projectPublic, Name: "project", Tier: verify.TierReproduced}},
	})
	require.NoError(t, err)
	assert.Equal(t, verify.TierReproduced, v.Tier)
	assert.Equal(t, []string{"vendor", "project"}, v.Signers)

	_, err = certificate.Countersign(t.Context(), data, later, project, projectPublic)
	assert.ErrorContains(t, err, "is not trusted", "the first signature must be known")
	other := certified()
	other.Run.Seed = 8
	other.Judge()
	_, err = certificate.Countersign(t.Context(), data, other, project, vendorPublic)
	assert.ErrorContains(t, err, "not reproduced: the seed")
}
