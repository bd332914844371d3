// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/reports"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/boundfile"
	"github.com/wahost/wahost/sdk/client"
)

// newSubmission returns the command `wahost conformance submission`.
func newSubmission(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "submission FOLDER",
		Short: "Check a folder of conformance/reports before it is submitted",
		Long: `Check that a folder named <major version of the suite>/<provider> is complete and
consistent: README.md that begins with the commands that reproduce the report,
PLUGIN.hcl, dialect.hcl, report.json of a certifiable run, certificate.json, and signer.pub,
the key that it was signed with. The folders of providers that are built from this source have
statuses.txt in place of report and certificate. Nothing is run again.`,
		Example: "  wahost conformance submission conformance/reports/1/acme",
		Args:    cli.Args("FOLDER"),

		ValidArgsFunction: cli.ArgFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return cli.UsageError("%s is not a folder", args[0])
			}
			problems := []string{}
			if _, err := os.Stat(filepath.Join(args[0], "statuses.txt")); err == nil {
				problems = append(problems, checkBuiltHere(args[0])...)
			} else {
				problems = append(problems, checkSubmission(cmd.Context(), args[0])...)
			}
			switch {
			case a.JSON:
				if err := a.PrintJSON(map[string]any{"format_version": "1.0", "valid": len(problems) == 0, "problems": problems}); err != nil {
					return err
				}
			case len(problems) == 0:
				fmt.Fprintf(a.Stdout, "%s is complete and consistent.\n", args[0])
			default:
				for _, p := range problems {
					fmt.Fprintln(a.Stdout, p)
				}
			}
			if len(problems) > 0 {
				return cli.ExitWith(cli.ExitNegative)
			}
			return nil
		},
	}
}

// checkSubmission returns the problems of the folder of a provider that the project does not build itself.
func checkSubmission(ctx context.Context, dir string) []string {
	r, problems := checkPublished(dir)
	if r == nil {
		return problems
	}
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	d, diags := dialect.Load(filepath.Join(dir, "dialect.hcl"))
	switch {
	case diags.HasErrors():
		problems = append(problems, diagLines(diags)...)
	case d.Digest != r.Dialect.Digest:
		add("dialect.hcl has the sha256 %s, and report.json is about %s: submit the files that the run used", d.Digest, r.Dialect.Digest)
	}
	key, err := readPublicKey(filepath.Join(dir, "signer.pub"))
	if err != nil {
		add("%v", err)
		return problems
	}
	data, err := boundfile.ReadRegular(filepath.Join(dir, "certificate.json"), maxSmallFile)
	if err != nil {
		add("%v", err)
		return problems
	}
	// The time is that of the run: a submission remains valid after its certificate has ended.
	v, err := verify.Verify(ctx, data, verify.Policy{
		Keys: []verify.TrustedKey{{Key: key, Name: "signer.pub", Tier: verify.TierSelf}}, SHA256: r.Provider.SHA256, AnySource: true,
		Platform: r.Run.Platform, Protocol: client.ProtocolVersion, Name: r.Provider.Name, File: r.Provider.File, Now: r.Run.Started.Add(r.Run.Duration),
	})
	switch {
	case err != nil:
		add("certificate.json: %v", err)
	case v.Statement.Predicate.ResultDigest != r.ResultDigest:
		add("certificate.json is about the result %s, and report.json about %s: submit both from the same run", v.Statement.Predicate.ResultDigest, r.ResultDigest)
	}
	return problems
}

// checkBuiltHere returns the problems of the folder of a provider that the project builds itself. The tests of the project write it and
// run the suite again, so it has the status of each check in place of a report and a certificate.
func checkBuiltHere(dir string) []string {
	_, diags := readPluginFile(filepath.Join(dir, "PLUGIN.hcl"))
	problems := diagLines(diags)
	if err := checkReproduce(filepath.Join(dir, "README.md")); err != nil {
		problems = append(problems, err.Error())
	}
	p, err := reports.Read(os.DirFS(dir))
	switch {
	case err != nil:
		problems = append(problems, err.Error())
	case p.Name != filepath.Base(dir):
		problems = append(problems, fmt.Sprintf("the folder is %s, and README.md is about %s", filepath.Base(dir), p.Name))
	}
	return problems
}

// checkPublished returns the problems of the files that the folder of every provider has. The report is nil if it
// cannot be read.
func checkPublished(dir string) (r *report.Report, problems []string) {
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	_, diags := readPluginFile(filepath.Join(dir, "PLUGIN.hcl"))
	problems = append(problems, diagLines(diags)...)
	if err := checkReproduce(filepath.Join(dir, "README.md")); err != nil {
		add("%v", err)
	}
	r, err := readReport(filepath.Join(dir, "report.json"))
	if err != nil {
		add("%v", err)
		return nil, problems
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		add("%v", err)
		return r, problems
	}
	if major, _, _ := strings.Cut(r.Suite.Version, "."); filepath.Base(path) != r.Provider.Name || filepath.Base(filepath.Dir(path)) != major {
		add("the folder is %s/%s, and report.json is about %s with suite %s: name it %s/%s",
			filepath.Base(filepath.Dir(path)), filepath.Base(path), r.Provider.Name, r.Suite.Version, major, r.Provider.Name)
	}
	if !r.Verdict.Certifiable {
		add("report.json does not prove conformance: its verdict is %s and its mode %s; use `wahost conformance run --certify`", r.Verdict.Word, r.Run.Mode)
	}
	return r, problems
}

// checkReproduce checks that a README begins with the command that reproduces the report.
func checkReproduce(path string) error {
	data, err := boundfile.ReadRegular(path, maxSmallFile)
	if err != nil {
		return err
	}
	rest, found := strings.CutPrefix(string(data), "# Reproduce\n")
	commands, _, _ := strings.Cut(rest, "\n#")
	if !found || !strings.Contains(commands, "wahost conformance run ") {
		return errors.New(path + ` must begin with "# Reproduce" and the command "wahost conformance run ..." that reproduces the report`)
	}
	return nil
}
