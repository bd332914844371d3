// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/core/registry/verify/verifytest"
	"github.com/wahost/wahost/sdk/message"
)

// binary is the digest of the binary of most tests.
var binary = strings.Repeat("aa11", 16)

const validity = 365 * 24 * time.Hour

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

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

// statement returns a statement that satisfies a policy without demands.
func statement(*testing.T) *verify.Statement {
	s := verifytest.Statement("acme", binary, started, "template", "text")
	s.Predicate.Profiles = []string{"notify", "otp"}
	return s
}

// sign returns the statement as a certificate with one signature by each key.
func sign(t *testing.T, s *verify.Statement, keys ...*verify.Key) []byte {
	t.Helper()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	return signText(t, string(text), keys...)
}

// signText returns an envelope with good signatures around any text.
func signText(t *testing.T, text string, keys ...*verify.Key) []byte {
	t.Helper()
	var signers []dsse.Signer
	for _, k := range keys {
		signers = append(signers, k)
	}
	signer, err := dsse.NewEnvelopeSigner(signers...)
	require.NoError(t, err)
	envelope, err := signer.SignPayload(t.Context(), verify.PayloadType, []byte(text))
	require.NoError(t, err)
	data, err := json.Marshal(envelope)
	require.NoError(t, err)
	return data
}

// setup is what a test of Verify changes.
type setup struct {
	statement *verify.Statement
	keys      []*verify.Key
	policy    verify.Policy
	envelope  func([]byte) []byte
}

// bind returns a change of the policy: the first key vouches for these providers, and the provider is acme/acme.
func bind(providers ...string) func(*setup) {
	return func(s *setup) {
		s.policy.AnySource, s.policy.Source = false, "acme/acme"
		s.policy.Keys[0].Providers = providers
	}
}

// reseal returns a change of the statement whose digests fit.
func reseal(change func(*verify.Predicate)) func(*setup) {
	return func(s *setup) {
		change(&s.statement.Predicate)
		verifytest.Seal(s.statement)
	}
}

// recommendation is a check of the level "rec".
const recommendation = "schema/described"

// advise returns a change after which one recommendation is not met.
func advise(result string) func(*setup) {
	return reseal(func(p *verify.Predicate) {
		p.Result, p.Advice = result, []verify.Finding{{ID: recommendation, Status: "fail"}}
	})
}

func TestVerifySteps(t *testing.T) {
	t.Parallel()
	own, ownPublic := newKey(t)
	project, projectPublic := newKey(t)
	_, strangerPublic := newKey(t)
	trusted := []verify.TrustedKey{
		{Key: ownPublic, Name: "vendor", Tier: verify.TierSelf}, {Key: projectPublic, Name: "project", Tier: verify.TierReproduced},
	}
	other := strings.Repeat("bb22", 16)
	tests := map[string]struct {
		change func(*setup)
		step   verify.Step
		want   string
	}{
		"good":                   {func(*setup) {}, "", ""},
		"not an envelope":        {func(s *setup) { s.envelope = func([]byte) []byte { return []byte("{]") } }, verify.StepEnvelope, "not a DSSE envelope"},
		"unknown envelope field": {func(s *setup) { s.envelope = replace(`"payloadType"`, `"x": 1, "payloadType"`) }, verify.StepEnvelope, "not a DSSE envelope"},
		"second envelope":        {func(s *setup) { s.envelope = func(b []byte) []byte { return append(b, b...) } }, verify.StepEnvelope, "after top-level value"},
		"other payload type":     {func(s *setup) { s.envelope = replace(verify.PayloadType, "text/plain") }, verify.StepEnvelope, "payload type"},
		"one byte of the payload changed": {func(s *setup) {
			s.envelope = payload(t, func(text string) string { return strings.Replace(text, "CONFORMANT", "CONFORMANU", 1) })
		}, verify.StepSignature, "the certificate was changed after it was signed"},
		"other key": {func(s *setup) {
			s.policy.Keys = []verify.TrustedKey{{Key: strangerPublic, Name: "stranger", Tier: verify.TierOfficial}}
		}, verify.StepSignature, "which is not trusted"},
		"no key":             {func(s *setup) { s.policy.Keys = nil }, verify.StepSignature, "no key is trusted"},
		"threshold":          {func(s *setup) { s.policy.Threshold = 2 }, verify.StepThreshold, "1 trusted keys signed, 2 are required"},
		"threshold with two": {func(s *setup) { s.policy.Threshold, s.keys = 2, append(s.keys, project) }, "", ""},
		"one key twice": {func(s *setup) {
			s.policy.Threshold = 2
			s.policy.Keys = append(s.policy.Keys, verify.TrustedKey{Key: ownPublic, Name: "alias", Tier: verify.TierOfficial})
		}, verify.StepThreshold, "1 trusted keys signed"},
		"tier": {func(s *setup) { s.policy.Tier = verify.TierReproduced }, verify.StepTier, `"reproduced" is required`},
		"tier with the project's key": {func(s *setup) {
			s.policy.Tier, s.keys = verify.TierReproduced, append(s.keys, project)
		}, "", ""},
		"no statement": {func(s *setup) {
			s.envelope = func([]byte) []byte { return signText(t, `["CONFORMANT"]`, own) }
		}, verify.StepStatement, "the statement cannot be read"},
		"statement that is cut off": {func(s *setup) {
			s.envelope = func([]byte) []byte { return signText(t, `{"_type": "`+verify.StatementType, own) }
		}, verify.StepStatement, "the statement cannot be read"},
		"statement type":          {func(s *setup) { s.statement.Type = "https://in-toto.io/Statement/v0.1" }, verify.StepStatementType, "v0.1"},
		"predicate type":          {func(s *setup) { s.statement.PredicateType = "https://slsa.dev/provenance/v1" }, verify.StepPredicateType, "slsa"},
		"another binary":          {func(s *setup) { s.policy.SHA256 = other }, verify.StepDigest, "another binary"},
		"no digest of the binary": {func(s *setup) { s.policy.SHA256 = "" }, verify.StepPolicy, "the sha256 of the binary is not known"},
		"two digest algorithms":   {func(s *setup) { s.statement.Subject[0].Digest["md5"] = "x" }, verify.StepDigest, "exactly one digest"},
		"two binaries": {func(s *setup) {
			s.statement.Subject = append(s.statement.Subject, verify.Subject{Name: "wahost-provider-acme", Digest: map[string]string{"sha256": other}})
		}, verify.StepDigest, "is about 2 binaries"},
		"no binary": {func(s *setup) { s.statement.Subject = nil }, verify.StepDigest, "is about 0 binaries"},

		"foreign name of the file": {func(s *setup) { s.statement.Subject[0].Name = "wahost-provider-other" }, verify.StepName, `about a file with the name "wahost-provider-other"`},
		"longer name":              {func(s *setup) { s.statement.Subject[0].Name = "wahost-provider-acme-evil" }, verify.StepName, `"wahost-provider-acme-evil"`},
		"name with platform":       {func(s *setup) { s.statement.Subject[0].Name = "wahost-provider-acme_1.0.0_linux_amd64" }, "", ""},
		"foreign name":             {func(s *setup) { s.policy.Name = "other" }, verify.StepName, `and this provider is "other"`},
		"foreign file":             {func(s *setup) { s.policy.File = "wahost-provider-other" }, verify.StepName, `the file of this provider is "wahost-provider-other"`},
		"file without a name":      {func(s *setup) { s.policy.File = "download" }, "", ""},
		"foreign source":           {func(s *setup) { s.policy.Source = "acme/other" }, verify.StepName, `the source address is "acme/other"`},
		"no name":                  {func(s *setup) { s.statement.Predicate.ProviderVersion = "" }, verify.StepName, "does not name a provider"},

		"foreign key": {bind("globex/*"), verify.StepKeyScope, "vouches only for globex/*"},
		"unbound key": {bind(), verify.StepKeyScope, "has no providers, so it vouches for nothing"},
		"bound key":   {bind("acme/*"), "", ""},
		"other host":  {bind("registry.example.com/acme/*"), verify.StepKeyScope, "vouches only for registry.example.com/acme/*"},
		"threshold with a foreign key": {func(s *setup) {
			bind("acme/*")(s)
			s.policy.Threshold, s.keys = 2, append(s.keys, project)
			s.policy.Keys[1].Providers = nil
		}, verify.StepThreshold, "1 trusted keys signed, 2 are required; not counted: key project"},
		"stolen key": {func(s *setup) { s.policy.Revoked = []string{own.ID()} }, verify.StepRevocation, "the key that signed is revoked: vendor"},
		"stolen key beside a good one": {func(s *setup) {
			s.policy.Revoked, s.keys = []string{own.ID()}, append(s.keys, project)
		}, "", ""},

		"other platform": {func(s *setup) { s.policy.Platform = "darwin/arm64" }, verify.StepPlatform, `for the platform "linux/amd64", and this is darwin/arm64`},
		"other protocol": {func(s *setup) { s.policy.Protocol = 2 }, verify.StepProtocol, "this host speaks version 2"},

		"older suite":          {func(s *setup) { s.policy.MinimumSuite = "1.3" }, verify.StepSuite, "1.3 is the oldest accepted"},
		"same suite":           {func(s *setup) { s.policy.MinimumSuite = "1.0" }, "", ""},
		"suite 1.10":           {func(s *setup) { s.statement.Predicate.Suite.Version, s.policy.MinimumSuite = "1.10.0", "1.9" }, "", ""},
		"suite in words":       {func(s *setup) { s.policy.MinimumSuite = "one" }, verify.StepPolicy, `"one" is not a version of the suite`},
		"suite without number": {func(s *setup) { s.statement.Predicate.Suite.Version = "new" }, verify.StepSuite, "is not a semantic version"},
		"unknown major": {func(s *setup) {
			s.statement.Predicate.Suite.Version, s.statement.Predicate.Validity.SuiteMajor = "7.0.0", 7
		}, verify.StepSuite, "knows only the checks of suite 1"},
		"other major":                {func(s *setup) { s.policy.SuiteMajor = 2 }, verify.StepSuite, "suite 2 is required"},
		"two majors":                 {func(s *setup) { s.statement.Predicate.Validity.SuiteMajor = 2 }, verify.StepSuite, "valid for suite 2"},
		"no runner":                  {func(s *setup) { s.statement.Predicate.Runner.SHA256 = "" }, verify.StepSuite, "which program ran the suite"},
		"no digest of the catalogue": {func(s *setup) { s.statement.Predicate.Suite.CatalogueDigest = "cc" }, verify.StepSuite, "which checks were run"},

		"ended":                 {func(s *setup) { s.policy.Now = started.Add(validity + time.Second) }, verify.StepValidity, "ended on 2027-03-01"},
		"last moment":           {func(s *setup) { s.policy.Now = started.Add(validity) }, "", ""},
		"no end":                {func(s *setup) { s.statement.Predicate.Validity.NotAfter = time.Time{} }, verify.StepValidity, "does not say when it ends"},
		"no start":              {func(s *setup) { s.statement.Predicate.StartedOn = time.Time{} }, verify.StepValidity, "when the suite ran"},
		"future run":            {func(s *setup) { s.policy.Now = started.Add(-time.Hour) }, verify.StepValidity, "from the future: the run ended on 2026-03-01"},
		"clock a little behind": {func(s *setup) { s.policy.Now = started.Add(-time.Minute) }, "", ""},
		"ended before it began": {func(s *setup) { s.statement.Predicate.FinishedOn = started.Add(-time.Second) }, verify.StepValidity, "not in order"},
		"valid before the run":  {func(s *setup) { s.statement.Predicate.Validity.NotBefore = started.Add(-time.Hour) }, verify.StepValidity, "not in order"},
		"valid for ever":        {func(s *setup) { s.statement.Predicate.Validity.NotAfter = started.AddDate(50, 0, 0) }, verify.StepValidity, "more than a year"},

		"empty run":                 {reseal(func(p *verify.Predicate) { p.Evaluated, p.NotApplicable = nil, nil }), verify.StepChecks, "a run without checks"},
		"check that does not exist": {reseal(func(p *verify.Predicate) { p.Evaluated = append(p.Evaluated, "zz/unknown") }), verify.StepChecks, "has no check zz/unknown"},
		"check of a newer suite": {reseal(func(p *verify.Predicate) {
			p.Evaluated, p.Suite.Version = append(p.Evaluated, "zz/unknown"), "1.99.0"
		}), "", ""},
		"row of a dialect": {reseal(func(p *verify.Predicate) {
			p.Evaluated = append(p.Evaluated, "error/dialect-table/busy")
			slices.Sort(p.Evaluated)
		}), "", ""},
		"required check left out": {reseal(func(p *verify.Predicate) {
			p.Evaluated = slices.DeleteFunc(p.Evaluated, func(id string) bool { return id == "retry/reset-after-request" })
		}), verify.StepChecks, "left out checks that suite 1.0.0 requires: retry/reset-after-request"},
		"check twice": {reseal(func(p *verify.Predicate) { p.Evaluated = append(p.Evaluated, p.Evaluated[len(p.Evaluated)-1]) }), verify.StepChecks, "name a check twice"},
		"check in both lists": {reseal(func(p *verify.Predicate) {
			p.NotApplicable = append(p.NotApplicable, p.Evaluated[0])
			slices.Sort(p.NotApplicable)
		}), verify.StepChecks, "both evaluated and not applicable"},
		"failed required check": {reseal(func(p *verify.Predicate) {
			p.Uncounted = []verify.Finding{{ID: "retry/reset-after-request", Status: "fail"}}
		}), verify.StepChecks, "did not pass, and it is not without effect"},
		"forged result digest":  {func(s *setup) { s.statement.Predicate.ResultDigest = other }, verify.StepChecks, "the result digest does not follow"},
		"forged seed":           {func(s *setup) { s.statement.Predicate.Seed++ }, verify.StepChecks, "the result digest does not follow"},
		"forged catalogue":      {func(s *setup) { s.statement.Predicate.Suite.CatalogueDigest = other }, verify.StepChecks, "the digest of the catalogue"},
		"forged required":       {func(s *setup) { s.statement.Predicate.Suite.RequiredIDsDigest = other }, verify.StepChecks, "the digest of the required checks"},
		"capability not tested": {func(s *setup) { s.statement.Predicate.Capabilities = []string{"list", "template", "text"} }, verify.StepChecks, `says to cover "list", and no check`},
		"feature not tested":    {func(s *setup) { s.statement.Predicate.Features = []string{"list/header/text"} }, verify.StepChecks, `the feature "list/header/text"`},
		"profile not covered":   {func(s *setup) { s.statement.Predicate.Profiles = []string{"media"} }, verify.StepChecks, "the profile media, and does not cover image"},
		"limit that is not one": {func(s *setup) { s.statement.Predicate.LimitsDeclared = []message.Limit{{Path: "..", Maximum: -1}} }, verify.StepChecks, "a limit that is not one"},

		"result":                {func(s *setup) { s.statement.Predicate.Result = "NONCONFORMANT" }, verify.StepResult, "certifies nothing"},
		"advice without a word": {advise(verify.ResultConformant), verify.StepResult, "lists 1 recommendations"},
		"advice":                {advise(verify.ResultConformantWithAdvice), "", ""},
		"advice that counts": {func(s *setup) {
			advise(verify.ResultConformantWithAdvice)(s)
			s.policy.MinimumResult = verify.ResultConformant
		}, verify.StepResult, "CONFORMANT is required: these recommendations were not met: " + recommendation},
		"unknown minimum result": {func(s *setup) { s.policy.MinimumResult = "GOOD" }, verify.StepPolicy, `the result "GOOD" does not exist`},

		"profile":         {func(s *setup) { s.policy.Profiles = []string{"media"} }, verify.StepProfiles, "media"},
		"profile covered": {func(s *setup) { s.policy.Profiles = []string{"notify"} }, "", ""},
		"unknown profile": {func(s *setup) { s.policy.Profiles = []string{"codes"} }, verify.StepPolicy, "there is no profile codes: the profiles are notify, otp"},
		"capability":      {func(s *setup) { s.policy.Capabilities = []string{"text", "list"} }, verify.StepCapabilities, "does not cover list"},
		"capabilities":    {func(s *setup) { s.policy.Capabilities = []string{"text", "template"} }, "", ""},
		"feature":         {func(s *setup) { s.policy.Features = []string{"template/button/url"} }, verify.StepFeatures, "does not cover the features template/button/url"},
		"feature covered": {func(s *setup) { s.policy.Features = []string{"category/authentication"} }, "", ""},
		"unknown feature": {func(s *setup) { s.policy.Features = []string{"URL buttons"} }, verify.StepPolicy, `"URL buttons" is not a feature`},

		"dialect":                 {func(s *setup) { s.policy.Dialects = []string{other} }, verify.StepDialect, "not among those that are accepted"},
		"dialect covered":         {func(s *setup) { s.policy.Dialects = []string{s.statement.Predicate.Dialect.Digest} }, "", ""},
		"no dialect":              {reseal(func(p *verify.Predicate) { p.Dialect.Digest = "" }), verify.StepDialect, "with which dialect"},
		"dialect digest in words": {func(s *setup) { s.policy.Dialects = []string{"mine"} }, verify.StepPolicy, "not a sha256 in hex"},
		"isolation":               {func(s *setup) { s.policy.Isolation = verify.IsolationNamespaces }, verify.StepIsolation, `"namespaces" is required`},
		"isolated": {func(s *setup) {
			s.policy.Isolation, s.statement.Predicate.Isolation = verify.IsolationNone, verify.IsolationNamespaces
		}, "", ""},
		"unknown isolation":             {func(s *setup) { s.statement.Predicate.Isolation = "" }, verify.StepIsolation, "how the provider was isolated"},
		"isolation that does not exist": {func(s *setup) { s.policy.Isolation = "vm" }, verify.StepPolicy, `the isolation "vm" does not exist`},
		"real vendor":                   {func(s *setup) { s.statement.Predicate.Basis.Vendor = "real" }, verify.StepBasis, "only emulates vendors"},
		"assumptions": {func(s *setup) {
			none := 0
			s.policy.MaxAssumed, s.statement.Predicate.Basis.Assumed = &none, []verify.Assumption{{Where: `error "x"`, Source: "not documented"}}
		}, verify.StepBasis, `1 assumptions about the vendor, and at most 0 are accepted: error "x"`},

		"binary revoked":        {func(s *setup) { s.policy.Revoked = []string{strings.ToUpper(binary)} }, verify.StepRevocation, "the binary " + binary},
		"result revoked":        {func(s *setup) { s.policy.Revoked = []string{s.statement.Predicate.ResultDigest} }, verify.StepRevocation, "the result"},
		"dialect revoked":       {func(s *setup) { s.policy.Revoked = []string{s.statement.Predicate.Dialect.Digest} }, verify.StepRevocation, "the dialect"},
		"no time":               {func(s *setup) { s.policy.Now = time.Time{} }, verify.StepPolicy, "the time is not known"},
		"no platform":           {func(s *setup) { s.policy.Platform = "" }, verify.StepPolicy, "the platform is not known"},
		"no protocol":           {func(s *setup) { s.policy.Protocol = 0 }, verify.StepPolicy, "protocol is not known"},
		"no source":             {func(s *setup) { s.policy.AnySource = false }, verify.StepPolicy, "the source address of the provider is not known"},
		"unknown tier":          {func(s *setup) { s.policy.Tier = "best" }, verify.StepPolicy, `the tier "best" does not exist`},
		"pattern of everything": {bind("*"), verify.StepPolicy, `"*" is not a pattern of source addresses`},
		"unknown field": {func(s *setup) {
			s.envelope = func([]byte) []byte {
				text, err := json.Marshal(s.statement)
				require.NoError(t, err)
				return signText(t, strings.Replace(string(text), `"result":`, `"guaranteed":true,"result":`, 1), own)
			}
		}, verify.StepStatement, `unknown field "guaranteed"`},
		"first step first": {func(s *setup) { s.statement.Type, s.policy.SHA256 = "x", other }, verify.StepStatementType, "x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &setup{statement: statement(t), keys: []*verify.Key{own}, policy: verifytest.Policy(statement(t), slices.Clone(trusted)...)}
			tt.change(s)
			data := sign(t, s.statement, s.keys...)
			if s.envelope != nil {
				data = s.envelope(data)
			}
			v, err := verify.Verify(t.Context(), data, s.policy)
			if tt.step == "" {
				require.NoError(t, err)
				assert.NotEmpty(t, v.Signers)
				return
			}
			var refusal *verify.Error
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, tt.step, refusal.Step, refusal.Detail)
			assert.Contains(t, refusal.Detail, tt.want)
			assert.NotEmpty(t, refusal.Next)
			assert.Nil(t, v)
		})
	}
}

func replace(old, with string) func([]byte) []byte {
	return func(b []byte) []byte { return []byte(strings.Replace(string(b), old, with, 1)) }
}

// payload changes the signed text and leaves the signatures.
func payload(t *testing.T, change func(string) string) func([]byte) []byte {
	return func(data []byte) []byte {
		var envelope map[string]any
		require.NoError(t, json.Unmarshal(data, &envelope))
		text, err := base64.StdEncoding.DecodeString(envelope["payload"].(string))
		require.NoError(t, err)
		changed := change(string(text))
		require.NotEqual(t, string(text), changed)
		envelope["payload"] = base64.StdEncoding.EncodeToString([]byte(changed))
		out, err := json.Marshal(envelope)
		require.NoError(t, err)
		return out
	}
}
