// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/sdk/client"
)

// verifyFlags holds the flags of `conformance verify`.
type verifyFlags struct {
	app          *cli.App
	keys         []string
	threshold    int
	tier         string
	capabilities []string
	profiles     []string
	features     []string
	dialects     []string
	minimumSuite string
	minimum      string
	isolation    string
	maxAssumed   int
	platform     string
	source       string
	revoked      string
	at           string
}

// newVerify returns the command `wahost conformance verify`.
func newVerify(a *cli.App) *cobra.Command {
	v := &verifyFlags{app: a}
	cmd := &cobra.Command{
		Use:   "verify CERTIFICATE BINARY",
		Short: "Verify that a certificate holds for a binary",
		Long: `Verify that a certificate was signed with a trusted key, is about exactly these
bytes, covers what is asked for, and has not ended. The tier of a certificate is
that of the keys that signed it: name the tier of each key.

CERTIFICATE is a file, a bundle with the ending .jsonl, or a folder of them. Every
recommendation that the provider does not meet is listed, and what the result
rests on. With --minimum-result CONFORMANT a certificate with advice is refused.`,
		Example: `  wahost conformance verify certificate.json bin/wahost-provider-acme --key vendor.pub
  wahost conformance verify certificate.json bin/wahost-provider-acme --key self=vendor.pub --key reproduced=project.pub --threshold 2
  wahost conformance verify certificate.json bin/wahost-provider-acme --key vendor.pub --capability template,webhooks
  wahost conformance verify certificates/ wahost-provider-acme --key vendor.pub --profile otp --minimum-result CONFORMANT --isolation namespaces`,
		Args: cli.Args("CERTIFICATE", "BINARY"),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args[0], args[1]) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&v.keys, "key", nil, "trusted public key, as [TIER=]FILE with tier self, reproduced or official; may be repeated (required)")
	f.IntVar(&v.threshold, "threshold", 1, "number of different trusted keys that must have signed")
	f.StringVar(&v.tier, "tier", "", "the lowest tier that is accepted: self, reproduced or official")
	f.StringSliceVar(&v.capabilities, "capability", nil, "capabilities that must be covered: kinds of message, webhooks, recipients")
	f.StringSliceVar(&v.profiles, "profile", nil, "profiles that must be covered: "+strings.Join(verify.ProfileNames(), ", "))
	f.StringSliceVar(&v.features, "feature", nil, "features that must be covered, such as category/authentication or template/button/url")
	f.StringSliceVar(&v.dialects, "accept-dialect", nil, "sha256 of a dialect that is accepted; without it, any is")
	f.StringVar(&v.minimum, "minimum-result", "", "the lowest result that is accepted: "+strings.Join(verify.Results(), " or "))
	f.StringVar(&v.isolation, "isolation", "", "the weakest isolation of the run that is accepted: "+strings.Join(verify.Isolations(), " or "))
	f.IntVar(&v.maxAssumed, "maximum-assumed", -1, "on how many assumptions about the vendor the result may rest; -1 for any number")
	f.StringVar(&v.platform, "platform", runtime.GOOS+"/"+runtime.GOARCH, "platform that the binary is for")
	f.StringVar(&v.source, "source", "", "source address of the provider, such as acme/acme, to compare its name with")
	f.StringVar(&v.minimumSuite, "minimum-suite", "", "the oldest version of the suite that is accepted, such as 1.2")
	f.StringVar(&v.revoked, "revoked", "", "file of revoked sha256 digests of binaries, results, dialects and keys, one on a line")
	f.StringVar(&v.at, "at", "", "verify as at this time, RFC 3339 (default now)")
	cli.CompleteWords(cmd, "threshold")
	cli.CompleteWords(cmd, "tier", tierWords()...)
	cli.CompleteList(cmd, "capability", suite.Kinds()...)
	cli.CompleteList(cmd, "profile", verify.ProfileNames()...)
	cli.CompleteWords(cmd, "minimum-result", verify.Results()...)
	cli.CompleteWords(cmd, "isolation", verify.Isolations()...)
	for _, name := range []string{"feature", "accept-dialect", "maximum-assumed", "platform", "source"} {
		cli.CompleteWords(cmd, name)
	}
	cli.CompleteWords(cmd, "minimum-suite", suite.Version)
	cli.CompleteWords(cmd, "at")
	cli.CompleteFiles(cmd, nil, "key", "revoked")
	return cmd
}

// tierWords returns the tiers of certificates.
func tierWords() []string {
	var words []string
	for _, tier := range verify.Tiers() {
		words = append(words, string(tier))
	}
	return words
}

func (v *verifyFlags) run(ctx context.Context, certificatePath, binary string) error {
	policy := verify.Policy{
		Threshold: v.threshold, Tier: verify.Tier(v.tier), Capabilities: v.capabilities, Profiles: v.profiles, Features: v.features, Dialects: v.dialects,
		MinimumSuite: v.minimumSuite, MinimumResult: v.minimum, Isolation: v.isolation, Platform: v.platform, Protocol: client.ProtocolVersion,
		File: filepath.Base(binary), Source: v.source, Now: time.Now(),
		// Whoever names a key here names it for this binary.
		AnySource: true,
	}
	if v.maxAssumed >= 0 {
		policy.MaxAssumed = &v.maxAssumed
	}
	if len(v.keys) == 0 {
		return cli.UsageError("no trusted key: use --key FILE, with the public key of the expected signer")
	}
	if v.threshold < 1 {
		return cli.UsageError("--threshold %d: expected a number of keys, at least 1", v.threshold)
	}
	if v.tier != "" && !slices.Contains(verify.Tiers(), policy.Tier) {
		return cli.UsageError("--tier %s: expected self, reproduced or official", v.tier)
	}
	var err error
	if v.at != "" {
		if policy.Now, err = time.Parse(time.RFC3339, v.at); err != nil {
			return cli.UsageError("--at %s: expected RFC 3339, such as 2026-12-24T18:00:00Z", v.at)
		}
	}
	for _, text := range v.keys {
		tier, file, ok := strings.Cut(text, "=")
		if !ok || !slices.Contains(verify.Tiers(), verify.Tier(tier)) {
			tier, file = string(verify.TierSelf), text
		}
		key, err := readPublicKey(file)
		if err != nil {
			return err
		}
		policy.Keys = append(policy.Keys, verify.TrustedKey{Key: key, Name: filepath.Base(file), Tier: verify.Tier(tier)})
	}
	if v.revoked != "" {
		if policy.Revoked, err = verify.ReadRevoked(v.revoked); err != nil {
			return cli.UsageError("--revoked: %v", err)
		}
	}
	certificates, err := verify.ReadCertificates(certificatePath)
	if err != nil {
		return cli.UsageError("%v", err)
	}
	if policy.SHA256, err = verify.FileSHA256(binary); err != nil {
		return cli.UsageError("%v", err)
	}
	found, err := verify.VerifyAny(ctx, certificates, policy)
	var problem *verify.Error
	if errors.As(err, &problem) && problem.Step == verify.StepPolicy {
		return cli.UsageError("%s", printable.Line(problem.Detail))
	}
	return v.show(found, err)
}

func (v *verifyFlags) show(ok *verify.Verified, err error) error {
	var problem *verify.Error
	if errors.As(err, &problem) {
		if v.app.JSON {
			if err := v.app.PrintJSON(map[string]any{
				"format_version": "1.0", "valid": false, "step": problem.Step, "detail": problem.Detail, "next": problem.Next, "missing": append([]string{}, problem.Missing...),
			}); err != nil {
				return cli.EnvironmentError(err)
			}
		} else {
			fmt.Fprintf(v.app.Stdout, "refused at step %s: %s.\n%s.\n", problem.Step, printable.Line(problem.Detail), printable.Line(problem.Next))
		}
		return cli.ExitWith(cli.ExitNegative)
	}
	if err != nil {
		return cli.EnvironmentError(err)
	}
	p := ok.Statement.Predicate
	if v.app.JSON {
		return v.app.PrintJSON(map[string]any{"format_version": "1.1", "valid": true, "file": ok.File, "tier": ok.Tier, "signers": ok.Signers, "predicate": p})
	}
	return writeVerified(v.app.Stdout, ok)
}
