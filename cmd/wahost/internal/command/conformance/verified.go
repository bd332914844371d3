// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/printable"
)

// writeVerified writes what a valid certificate says: what it covers, on what it rests, and each recommendation that is not met.
func writeVerified(w io.Writer, v *verify.Verified) error {
	p := printable.Fields(v.Statement.Predicate)
	var b strings.Builder
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-13s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "valid: %s %s is %s\n", p.Provider, p.ProviderVersion, p.Result)
	row("tier", "%s, signed by %s", v.Tier, strings.Join(v.Signers, " and "))
	row("platform", "%s, isolation %s", p.Platform, p.Isolation)
	row("profiles", "%s", cli.OrDash(strings.Join(p.Profiles, ", ")))
	row("capabilities", "%s", cli.OrDash(strings.Join(p.Capabilities, ", ")))
	row("features", "%s", cli.OrDash(strings.Join(p.Features, ", ")))
	row("suite", "%s, %d checks, run by wahost %s (%s, sha256:%s)", p.Suite.Version, len(p.Evaluated), p.Runner.Version,
		cli.OrDash(p.Runner.Revision), p.Runner.SHA256)
	row("dialect", "%s %s, sha256:%s; the vendor was %s", p.Dialect.Name, p.Dialect.Version, p.Dialect.Digest, p.Basis.Vendor)
	row("valid", "from %s to %s", p.Validity.NotBefore.Format(time.DateOnly), p.Validity.NotAfter.Format(time.DateOnly))
	if len(p.Basis.VendorLacks) > 0 {
		row("not tested", "the vendor has no %s", strings.Join(p.Basis.VendorLacks, ", no "))
	}
	for _, l := range p.Libraries {
		row("library", "%s, sha256:%s", l.Name, l.SHA256)
	}
	if n := len(p.Basis.Assumed); n > 0 {
		fmt.Fprintf(&b, "\nThe result rests on %d assumptions about the vendor, which no document confirms:\n", n)
		for _, a := range p.Basis.Assumed {
			fmt.Fprintf(&b, "  %s: %s\n", a.Where, a.Source)
		}
	}
	if n := len(p.Advice); n > 0 {
		fmt.Fprintf(&b, "\nThe provider does not meet %d recommendations:\n", n)
		wordings := requirements()
		for _, a := range p.Advice {
			fmt.Fprintf(&b, "  %s: %s%s\n", a.ID, a.Status, wordings(a.ID))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// requirements returns a function that returns the requirement of a check after ". It should: ", or "" if this suite has no such
// check.
func requirements() func(id string) string {
	words := map[string]string{}
	if _, _, list, err := fullCatalogue(); err == nil {
		for _, c := range list {
			words[c.ID] = c.Requirement
		}
	}
	return func(id string) string {
		if words[id] == "" {
			return ""
		}
		return ". Recommended: " + words[id]
	}
}
