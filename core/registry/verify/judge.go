// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
)

// clockSkew is how far the clock of the machine that ran the suite may be ahead of the clock of this one.
const clockSkew = 5 * time.Minute

// judge runs the steps that examine the statement.
func (p *Policy) judge(s *Statement) error {
	q := &s.Predicate
	for _, step := range []func() error{
		func() error { return p.digest(s) },
		func() error { return p.names(s) },
		func() error { return p.platform(q) },
		func() error { return p.suite(q) },
		func() error { return p.validity(q) },
		func() error { return p.checks(s) },
		func() error { return p.result(q) },
		func() error { return p.coverage(q) },
		func() error { return p.basis(q) },
		func() error { return p.revocation(q) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Policy) digest(s *Statement) error {
	if p.subject(s) != nil {
		return nil
	}
	if n := len(s.Subject); n != 1 {
		// One run is about one binary: of the others the statement would say what nobody tested.
		return refuse(StepDigest, askForOther, "the certificate is about %d binaries, and a run tests one", n)
	}
	subject := s.Subject[0]
	if !isDigest(subject.Digest["sha256"]) || len(subject.Digest) != 1 {
		return refuse(StepDigest, askForOther, "the subject %q does not have exactly one digest, of sha256", bounded(subject.Name))
	}
	return refuse(StepDigest, "Install the binary that was certified, or certify this one",
		"the certificate is for another binary: this one is sha256:%s, the certified one sha256:%s", p.SHA256, subject.Digest["sha256"])
}

// subject returns the only subject of a statement if it is the binary, and nil otherwise.
func (p *Policy) subject(s *Statement) *Subject {
	if len(s.Subject) != 1 {
		return nil
	}
	subject := &s.Subject[0]
	if len(subject.Digest) == 1 && isDigest(subject.Digest["sha256"]) && strings.EqualFold(subject.Digest["sha256"], p.SHA256) {
		return subject
	}
	return nil
}

// names compares the provider's name in the statement with those of the files, of the configuration and of its source address.
func (p *Policy) names(s *Statement) error {
	fail := func(format string, args ...any) error {
		return refuse(StepName, "Use the certificate of this provider, and install the provider under its own name", format, args...)
	}
	q := &s.Predicate
	name, subject := bounded(q.Provider), p.subject(s)
	switch {
	case q.Provider == "" || q.ProviderVersion == "":
		return fail("the certificate does not name a provider and its version")
	case !names(subject.Name, q.Provider):
		return fail("the certificate is about the provider %q, and about a file with the name %q", name, bounded(subject.Name))
	case p.Name != "" && p.Name != q.Provider:
		return fail("the certificate is about the provider %q, and this provider is %q", name, p.Name)
	case p.Source != "" && typeOf(p.Source) != q.Provider:
		return fail("the certificate is about the provider %q, and the source address is %q", name, p.Source)
	case strings.HasPrefix(p.File, FilePrefix) && !names(p.File, q.Provider):
		return fail("the certificate is about the provider %q, and the file of this provider is %q", name, p.File)
	}
	return nil
}

func (p *Policy) platform(q *Predicate) error {
	switch {
	case q.Platform != p.Platform:
		return refuse(StepPlatform, "Use the certificate for this platform, or certify the binary on it",
			"the certificate is for the platform %q, and this is %s", bounded(q.Platform), p.Platform)
	case q.Contract.ProtocolVersion != p.Protocol:
		return refuse(StepProtocol, "Use a version of the provider, or of wahost, that fits",
			"the certificate is for version %d of the provider protocol, and this host speaks version %d", q.Contract.ProtocolVersion, p.Protocol)
	}
	return nil
}

func (p *Policy) suite(q *Predicate) error {
	fail := func(next, format string, args ...any) error { return refuse(StepSuite, next, format, args...) }
	text := bounded(q.Suite.Version)
	major, err := q.Suite.Major()
	if err == nil {
		err = CheckSuiteVersion(q.Suite.Version)
	}
	switch {
	case err != nil:
		return fail(askForOther, "the suite's version %q is not a semantic version", text)
	case major != q.Validity.SuiteMajor:
		return fail(askForOther, "the certificate is valid for suite %d and was made with %s", q.Validity.SuiteMajor, text)
	case p.SuiteMajor != 0 && major != p.SuiteMajor:
		return fail(certifyAgain, "the certificate was made with suite %s, and suite %d is required", text, p.SuiteMajor)
	case CatalogueOf(major) == nil:
		return fail("Use a version of wahost that knows this suite, or certify the binary again", "the certificate was made with suite %s, and this program knows only the checks of suite %s", text, strings.Join(Majors(), " and "))
	case p.MinimumSuite != "" && older(q.Suite.Version, p.MinimumSuite):
		return fail(certifyAgain, "the certificate was made with suite %s, and %s is the oldest accepted", text, p.MinimumSuite)
	case q.Runner.ID != RunnerID || q.Runner.Version == "" || q.Runner.Go == "" || !isDigest(q.Runner.SHA256):
		return fail(askForOther, "the certificate does not say which program ran the suite")
	case !isDigest(q.Suite.CatalogueDigest) || !isDigest(q.Suite.RequiredIDsDigest):
		return fail(askForOther, "the certificate does not say which checks were run")
	}
	return nil
}

// older compares versions of a suite. Both are valid.
func older(text, than string) bool {
	a, b := version.Must(version.NewVersion(text)), version.Must(version.NewVersion(than))
	return a.LessThan(b)
}

func (p *Policy) validity(q *Predicate) error {
	fail := func(next, format string, args ...any) error { return refuse(StepValidity, next, format, args...) }
	show := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	begin, end := q.Validity.NotBefore, q.Validity.NotAfter
	switch {
	case end.IsZero():
		return fail(askForOther, "the certificate does not say when it ends")
	case begin.IsZero() || q.StartedOn.IsZero() || q.FinishedOn.IsZero():
		return fail(askForOther, "the certificate does not say when the suite ran")
	case q.FinishedOn.Before(q.StartedOn) || begin.Before(q.StartedOn) || end.Before(begin):
		return fail(askForOther, "the times of the certificate are not in order: the run began on %s and ended on %s, the certificate begins on %s and ends on %s",
			show(q.StartedOn), show(q.FinishedOn), show(begin), show(end))
	case end.Sub(begin) > MaxValidity:
		return fail(askForOther, "the certificate is valid for more than a year: from %s to %s", show(begin), show(end))
	case p.Now.Add(clockSkew).Before(q.FinishedOn) || p.Now.Add(clockSkew).Before(begin):
		return fail("Set the clock of this machine, or ask for a certificate of a run that has taken place",
			"the certificate is from the future: the run ended on %s, and the clock shows %s", show(q.FinishedOn), show(p.Now))
	case p.Now.After(end):
		return fail(certifyAgain, "the certificate ended on %s, and the clock shows %s", show(end), show(p.Now))
	}
	return nil
}

func (p *Policy) result(q *Predicate) error {
	switch {
	case !slices.Contains(Results(), q.Result):
		return refuse(StepResult, "Use a provider that is conformant, or have this one fixed and certified",
			"the result is %q, which certifies nothing", bounded(q.Result))
	case q.Result == ResultConformant && len(q.Advice) > 0 || q.Result == ResultConformantWithAdvice && len(q.Advice) == 0:
		return refuse(StepResult, askForOther, "the result is %s, and the certificate lists %d recommendations that were not met", q.Result, len(q.Advice))
	case p.MinimumResult != "" && slices.Index(Results(), q.Result) > slices.Index(Results(), p.MinimumResult):
		err := refuse(StepResult, "Use a provider that meets the recommendations, or accept the result "+q.Result,
			"the result is %s, and %s is required: these recommendations were not met: %s", q.Result, p.MinimumResult, some(ids(q.Advice)))
		err.Missing = ids(q.Advice)
		return err
	}
	return nil
}

func (p *Policy) coverage(q *Predicate) error {
	for _, c := range []struct {
		step         Step
		what, advice string
		want, have   []string
	}{
		{StepProfiles, "the profiles ", "Use a provider that passed them whole, or demand only ", p.Profiles, q.Profiles},
		{StepCapabilities, "", "Use a provider that is certified for it, or only what this one is certified for: ", p.Capabilities, q.Capabilities},
		{StepFeatures, "the features ", "Use a provider that is certified for them, or demand only ", p.Features, q.Features},
	} {
		if missing := without(c.want, c.have); len(missing) > 0 {
			err := refuse(c.step, c.advice+orNothing(c.have), "the certificate does not cover %s%s", c.what, strings.Join(missing, ", "))
			err.Missing = missing
			return err
		}
	}
	return nil
}

// basis runs the steps about what the result rests on.
func (p *Policy) basis(q *Predicate) error {
	switch {
	case q.Dialect.Name == "" || !isDigest(q.Dialect.Digest):
		return refuse(StepDialect, askForOther, "the certificate does not say with which dialect the vendor was emulated")
	case len(p.Dialects) > 0 && !slices.ContainsFunc(p.Dialects, func(d string) bool { return strings.EqualFold(d, q.Dialect.Digest) }):
		return refuse(StepDialect, "Review the dialect and add its digest to the policy, or ask for a certificate with a dialect that you accept",
			"the dialect %s has the digest %s, which is not among those that are accepted", bounded(q.Dialect.Name), q.Dialect.Digest)
	case !slices.Contains(Isolations(), q.Isolation):
		return refuse(StepIsolation, askForOther, "the certificate does not say how the provider was isolated: %q is not %s", bounded(q.Isolation), strings.Join(Isolations(), " or "))
	case p.Isolation != "" && slices.Index(Isolations(), q.Isolation) > slices.Index(Isolations(), p.Isolation):
		return refuse(StepIsolation, "Ask for a certificate of a run on Linux with isolation, or accept any isolation",
			"the provider was run with the isolation %q, and %q is required", q.Isolation, p.Isolation)
	case q.Basis.Vendor != VendorEmulated:
		return refuse(StepBasis, askForOther, "the certificate says that the vendor was %q, and the suite only emulates vendors", bounded(q.Basis.Vendor))
	case p.MaxAssumed != nil && len(q.Basis.Assumed) > *p.MaxAssumed:
		return refuse(StepBasis, "Ask the vendor to document them and the author to cite that, or accept more assumptions",
			"the result rests on %d assumptions about the vendor, and at most %d are accepted: %s", len(q.Basis.Assumed), *p.MaxAssumed, some(wheres(q.Basis.Assumed)))
	}
	return nil
}

func (p *Policy) revocation(q *Predicate) error {
	for what, digest := range map[string]string{"binary": p.SHA256, "result": q.ResultDigest, "dialect": q.Dialect.Digest} {
		if p.isRevoked(digest) {
			return refuse(StepRevocation, "Install a build that is not revoked, with a certificate of its own",
				"the certificate is revoked: the %s %s is on the list", what, digest)
		}
	}
	return nil
}

func ids(findings []Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.ID)
	}
	return out
}

func wheres(list []Assumption) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Where)
	}
	return out
}
