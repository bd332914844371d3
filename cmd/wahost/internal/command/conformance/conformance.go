// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package conformance holds the commands about the conformance suite, one in each file.
package conformance

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/reference/evidence"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/boundfile"
)

// New returns the command `wahost conformance` with its commands.
func New(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "conformance",
		Short: "Test what a provider does, and certify it",
		Long: `Run the conformance suite against a provider's binary. The suite starts the
binary as the host does, emulates the vendor from its dialect, and checks what
the provider answers, what reaches the vendor and what the process does.

Exit codes: 0 conformant, 1 nonconformant, 2 usage error, 3 environment or suite
error (also an output that cannot be written), 4 incomplete.`,
		Example: `  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl
  wahost conformance list 'send/list/**'
  wahost conformance explain send/list/fidelity`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRun(a), newList(a), newExplain(a), newDiff(a),
		newSign(a), newVerify(a), newUpgradePlan(a), newSubmission(a), newKeygen(a), newEmulate(a), newDialect(a), newReport(a), newMutants(a))
	return cmd
}

// verdictError returns the error with the exit code of a verdict, or nil for a conformant provider.
func verdictError(v report.Verdict) error {
	switch v.Word {
	case report.Conformant, report.ConformantWithAdvice:
		return nil
	case report.Nonconformant:
		return cli.ExitWith(cli.ExitNegative)
	case report.Incomplete:
		return cli.ExitWith(cli.ExitIncomplete)
	default:
		return cli.ExitWith(cli.ExitEnvironment)
	}
}

// suiteError returns an error of the suite with its exit code.
func suiteError(err error) error {
	var wrong *runner.UsageError
	if errors.As(err, &wrong) {
		return cli.UsageError("%v", err)
	}
	return cli.EnvironmentError(err)
}

func loadDialect(path string) (*dialect.Dialect, error) {
	if path == "" {
		return nil, cli.UsageError("no dialect: use --dialect FILE, with the description of the vendor's API")
	}
	d, diags := dialect.Load(path)
	if diags.HasErrors() {
		return nil, cli.UsageError("the dialect cannot be used: %s", diagview.Lines(diags))
	}
	return d, nil
}

// maxSmallFile is the largest size of a certificate, a page or a list of known failures in bytes.
const maxSmallFile = 4 << 20

// maxReport is the largest size of a report in bytes. A report with all exchanges has some megabytes.
const maxReport = 256 << 20

func readReport(path string) (*report.Report, error) {
	data, err := boundfile.Read(path, maxReport)
	if err != nil {
		return nil, cli.UsageError("%v", err)
	}
	r, err := report.Read(data)
	if err != nil {
		return nil, cli.UsageError("%s: %v", path, err)
	}
	return r, nil
}

func readPublicKey(path string) (*verify.Key, error) {
	key, err := verify.ReadPublicKey(path)
	if err != nil {
		return nil, cli.UsageError("%v", err)
	}
	return key, nil
}

// fullCatalogue returns the checks of a provider that declares everything, and the facts about it. That provider is the
// reference provider. later are the facts for the later generations of its vendor's API, which have what the first
// generation lacks.
func fullCatalogue() (facts *suite.Facts, later []*suite.Facts, list []suite.Check, err error) {
	for _, file := range evidence.Dialects() {
		d, diags := dialect.LoadFS(reference.Dialect, file)
		if diags.HasErrors() {
			return nil, nil, nil, cli.EnvironmentError(fmt.Errorf("the reference dialect: %s", diagview.Lines(diags)))
		}
		p := reference.New(nil)
		later = append(later, &suite.Facts{Metadata: p.Metadata(), Schema: p.Schema(), SendStream: true, Capabilities: reference.Capabilities(), Dialect: d})
	}
	facts, later = later[0], later[1:]
	if list, err = suite.Catalogue(facts, checks.All()...); err != nil {
		return nil, nil, nil, cli.EnvironmentError(fmt.Errorf("the catalogue: %w", err))
	}
	return facts, later, list, nil
}
