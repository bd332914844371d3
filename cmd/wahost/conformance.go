// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"

	"github.com/wahost/wahost/internal/boundfile"
)

func newConformance(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "conformance",
		Short: "Prove what a provider really does, and certify it",
		Long: `Run the conformance suite against a provider's binary. The suite starts the
binary as the host does, emulates the vendor from its dialect, and checks what
the provider answers, what reaches the vendor and what the process does.

Exit codes: 0 conformant, 1 nonconformant, 2 usage error, 3 environment or suite
error (also an output that cannot be written), 4 incomplete.`,
		Example: `  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl
  wahost conformance list 'send/list/**'
  wahost conformance explain send/list/fidelity`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConformanceRun(a), newConformanceList(a), newConformanceExplain(a), newConformanceDiff(a),
		newConformanceVerify(a), newConformanceSubmission(a), newConformanceKeygen(a), newConformanceEmulate(a), newConformanceDialect(a), newConformanceMutants(a))
	return cmd
}

// verdictError turns a verdict into its exit code; nil for a conformant provider.
func verdictError(v report.Verdict) error {
	switch v.Word {
	case report.Conformant, report.ConformantWithAdvice:
		return nil
	case report.Nonconformant:
		return said(exitBad)
	case report.Incomplete:
		return said(exitIncomplete)
	default:
		return said(exitEnvironment)
	}
}

// suiteError gives an error of the suite its exit code.
func suiteError(err error) error {
	var wrong *suite.UsageError
	if errors.As(err, &wrong) {
		return usageError("%v", err)
	}
	return environmentError(err)
}

func loadDialect(path string) (*dialect.Dialect, error) {
	if path == "" {
		return nil, usageError("no dialect: give --dialect FILE, the description of the vendor's API")
	}
	d, diags := dialect.Load(path)
	if diags.HasErrors() {
		return nil, usageError("the dialect cannot be used: %s", plainAll(diags))
	}
	return d, nil
}

// maxSmallFile bounds what is read as a key, a certificate or a page.
const maxSmallFile = 4 << 20

// maxReport bounds what is read as a report: one with all exchanges has some megabytes.
const maxReport = 256 << 20

func readReport(path string) (*report.Report, error) {
	data, err := boundfile.Read(path, maxReport)
	if err != nil {
		return nil, usageError("%v", err)
	}
	r, err := report.Read(data)
	if err != nil {
		return nil, usageError("%s: %v", path, err)
	}
	return r, nil
}

func readPrivateKey(path string) (*certificate.Key, error) {
	data, err := boundfile.Read(path, maxSmallFile)
	if err != nil {
		return nil, usageError("%v", err)
	}
	key, err := certificate.ParsePrivate(data)
	if err != nil {
		return nil, usageError("%s: %v", path, err)
	}
	return key, nil
}

func readPublicKey(path string) (*certificate.Key, error) {
	data, err := boundfile.Read(path, maxSmallFile)
	if err != nil {
		return nil, usageError("%v", err)
	}
	key, err := certificate.ParsePublic(data)
	if err != nil {
		return nil, usageError("%s: %v", path, err)
	}
	return key, nil
}

// fullCatalogue gives the checks of a provider that declares everything, and what is known of it: the reference
// provider. The second facts are those with the second generation of its vendor's API, which has what the first lacks.
func fullCatalogue() (facts, second *suite.Facts, list []suite.Check, err error) {
	for file, known := range map[string]**suite.Facts{"dialect.hcl": &facts, "dialect-v2.hcl": &second} {
		d, diags := dialect.LoadFS(reference.Dialect, file)
		if diags.HasErrors() {
			return nil, nil, nil, environmentError(fmt.Errorf("the reference dialect: %s", plainAll(diags)))
		}
		p := reference.New(nil)
		*known = &suite.Facts{Metadata: p.Metadata(), Schema: p.Schema(), Capabilities: reference.Capabilities(), Dialect: d}
	}
	if list, err = suite.Catalogue(facts, checks.All()...); err != nil {
		return nil, nil, nil, environmentError(fmt.Errorf("the catalogue: %w", err))
	}
	return facts, second, list, nil
}
