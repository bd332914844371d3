// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// newSign returns the command `wahost conformance sign`.
func newSign(a *cli.App) *cobra.Command {
	r := &runFlags{app: a, certify: true}
	cmd := &cobra.Command{
		Use:   "sign FOLDER",
		Short: "Sign a certificate for the report of a certified run",
		Long: `Sign a certificate for FOLDER/report.json, which "wahost conformance run
--certify" wrote.
No provider is started, and the binary need not be there: run strangers' binaries
on one machine, and keep the key on another. The verdict and the digests are
computed again from the results in the report.

With --countersign, the certificate of somebody else gets a second signature, if
its whole statement follows from your report. Everything that differs is named.`,
		Example: `  wahost conformance run bin/wahost-provider-acme --dialect acme.hcl --certify --out cert/
  wahost conformance sign cert/ --key project.pem
  wahost conformance sign reproduced/ --key project.pem --countersign vendor/certificate.json --trust vendor.pub`,
		Args:              cli.Args("FOLDER"),
		ValidArgsFunction: cli.ArgFolder,
		RunE:              func(cmd *cobra.Command, args []string) error { return r.signFolder(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&r.sign, "key", nil, "private key to sign with; may be repeated (required)")
	f.StringVar(&r.countersign, "countersign", "", "somebody else's certificate to sign as well; needs one --key, and --trust")
	f.StringArrayVar(&r.trust, "trust", nil, "public key that signed the certificate of --countersign; may be repeated")
	f.StringVar(&r.out, "out", "", "folder for certificate.json (default FOLDER)")
	cli.CompleteFiles(cmd, nil, "key", "countersign", "trust")
	cli.CompleteFolders(cmd, "out")
	return cmd
}

// signFolder signs a certificate for the report in a folder.
func (r *runFlags) signFolder(ctx context.Context, dir string) error {
	switch {
	case len(r.sign) == 0:
		return cli.UsageError("no key: use --key FILE, with the private key to sign with")
	case r.countersign != "" && (len(r.sign) != 1 || len(r.trust) == 0):
		return cli.UsageError("--countersign needs one --key, and --trust with the public key of the first signer")
	case r.countersign == "" && len(r.trust) > 0:
		return cli.UsageError("--trust is used with --countersign only")
	}
	if r.out == "" {
		r.out = dir
	}
	rep, err := readReport(filepath.Join(dir, "report.json"))
	if err != nil {
		return err
	}
	keys, err := r.keys()
	if err != nil {
		return err
	}
	if !rep.Verdict.Certifiable {
		r.app.Note("No certificate was written: the verdict is %s, and the run was %s.", rep.Verdict.Word, rep.Run.Mode)
		for _, reason := range rep.Verdict.Reasons {
			r.app.Note("  %s", reason)
		}
		return cli.ExitWith(cli.ExitNegative)
	}
	return r.writeCertificate(ctx, rep, keys)
}
