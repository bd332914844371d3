// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/conformance/certificate"

	"github.com/wahost/wahost/internal/boundfile"
)

type conformanceVerify struct {
	app          *app
	keys         []string
	threshold    int
	tier         string
	capabilities []string
	profiles     []string
	minimumSuite string
	revoked      string
	at           string
}

func newConformanceVerify(a *app) *cobra.Command {
	v := &conformanceVerify{app: a}
	cmd := &cobra.Command{
		Use:   "verify CERTIFICATE BINARY",
		Short: "Verify that a certificate holds for a binary",
		Long: `Verify that a certificate was signed with a trusted key, is about exactly these
bytes, covers what is asked for, and has not ended. The tier of a certificate
follows from whose key signed it: give each key its tier.`,
		Example: `  wahost conformance verify certificate.json bin/wahost-provider-acme --key vendor.pub
  wahost conformance verify certificate.json bin/wahost-provider-acme --key self=vendor.pub --key reproduced=project.pub --threshold 2
  wahost conformance verify certificate.json bin/wahost-provider-acme --key vendor.pub --capability template,webhooks`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args[0], args[1]) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&v.keys, "key", nil, "trusted public key, as [TIER=]FILE with tier self, reproduced or official; may be repeated (required)")
	f.IntVar(&v.threshold, "threshold", 1, "how many different trusted keys must have signed")
	f.StringVar(&v.tier, "tier", "", "the least tier: self, reproduced or official")
	f.StringSliceVar(&v.capabilities, "capability", nil, "what must be covered: kinds of message, webhooks, recipients")
	f.StringSliceVar(&v.profiles, "profile", nil, "profiles that must be covered")
	f.StringVar(&v.minimumSuite, "minimum-suite", "", "the oldest version of the suite that is accepted, such as 1.2")
	f.StringVar(&v.revoked, "revoked", "", "file of revoked sha256 digests, one on a line")
	f.StringVar(&v.at, "at", "", "verify as at this time, RFC 3339 (default now)")
	return cmd
}

func (v *conformanceVerify) run(ctx context.Context, certificatePath, binary string) error {
	policy := certificate.Policy{
		Threshold: v.threshold, Tier: certificate.Tier(v.tier), Capabilities: v.capabilities, Profiles: v.profiles,
		MinimumSuite: v.minimumSuite, Now: time.Now(),
	}
	if len(v.keys) == 0 {
		return usageError("no trusted key: give --key FILE with the public key of whoever should have signed")
	}
	if v.tier != "" && !slices.Contains(certificate.Tiers(), policy.Tier) {
		return usageError("--tier %s: expected self, reproduced or official", v.tier)
	}
	var err error
	if v.at != "" {
		if policy.Now, err = time.Parse(time.RFC3339, v.at); err != nil {
			return usageError("--at %s: expected RFC 3339, such as 2026-12-24T18:00:00Z", v.at)
		}
	}
	for _, text := range v.keys {
		tier, file, ok := strings.Cut(text, "=")
		if !ok || !slices.Contains(certificate.Tiers(), certificate.Tier(tier)) {
			tier, file = string(certificate.TierSelf), text
		}
		key, err := readPublicKey(file)
		if err != nil {
			return err
		}
		policy.Keys = append(policy.Keys, certificate.TrustedKey{Key: key, Name: filepath.Base(file), Tier: certificate.Tier(tier)})
	}
	if v.revoked != "" {
		if policy.Revoked, err = readDigests(v.revoked); err != nil {
			return usageError("--revoked: %v", err)
		}
	}
	data, err := boundfile.Read(certificatePath, maxSmallFile)
	if err != nil {
		return usageError("%v", err)
	}
	if policy.SHA256, err = fileSHA256(binary); err != nil {
		return usageError("%v", err)
	}
	return v.show(certificate.Verify(ctx, data, policy))
}

func (v *conformanceVerify) show(ok *certificate.Verified, err error) error {
	var problem *certificate.Error
	if errors.As(err, &problem) {
		if v.app.json {
			if err := v.app.printJSON(map[string]any{
				"format_version": "1.0", "valid": false, "step": problem.Step, "detail": problem.Detail, "next": problem.Next, "missing": append([]string{}, problem.Missing...),
			}); err != nil {
				return environmentError(err)
			}
		} else {
			fmt.Fprintf(v.app.stdout, "refused at step %s: %s.\n%s.\n", problem.Step, problem.Detail, problem.Next)
		}
		return said(exitBad)
	}
	if err != nil {
		return environmentError(err)
	}
	p := ok.Statement.Predicate
	if v.app.json {
		return v.app.printJSON(map[string]any{"format_version": "1.0", "valid": true, "tier": ok.Tier, "signers": ok.Signers, "predicate": p})
	}
	fmt.Fprintf(v.app.stdout, `valid: %s %s is %s
  tier          %s, signed by %s
  profiles      %s
  capabilities  %s
  suite         %s, %d checks, dialect %s %s
  ends          %s
`, p.Provider, p.ProviderVersion, p.Result, ok.Tier, strings.Join(ok.Signers, " and "), orDash(strings.Join(p.Profiles, ", ")),
		orDash(strings.Join(p.Capabilities, ", ")), p.Suite.Version, len(p.Evaluated), p.Dialect.Name, p.Dialect.Version,
		p.Validity.NotAfter.Format(time.DateOnly))
	return nil
}

// fileSHA256 hashes a file, in hex.
func fileSHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// readDigests reads a list of sha256 digests; "#" begins a comment.
func readDigests(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var out []string
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimPrefix(strings.TrimSpace(text), "sha256:"); text == "" {
			continue
		}
		if raw, err := hex.DecodeString(text); err != nil || len(raw) != sha256.Size {
			return nil, fmt.Errorf("%s:%d: not a sha256 in hex", path, n)
		}
		out = append(out, strings.ToLower(text))
	}
	return out, lines.Err()
}

func newConformanceKeygen(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "keygen",
		Short: "Make a key to sign certificates with",
		Long: `Make an ed25519 key: NAME.pem, which signs and must stay secret, and NAME.pub,
which verifies. A file that is there already is never overwritten.`,
		Example: "  wahost conformance keygen --out acme",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			private, public, err := certificate.Generate()
			if err != nil {
				return environmentError(err)
			}
			for _, file := range []struct {
				name string
				data []byte
				mode os.FileMode
			}{{out + ".pem", private, 0o600}, {out + ".pub", public, 0o644}} {
				if err := writeNew(file.name, file.data, file.mode); err != nil {
					return environmentError(err)
				}
			}
			key, err := certificate.ParsePublic(public)
			if err != nil {
				return environmentError(err)
			}
			_, err = fmt.Fprintf(a.stdout, "%s.pem signs: keep it secret. %s.pub verifies: give it to those who are to trust you.\nMessages about certificates name the key by its id: %s\n", out, out, key.ID())
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "wahost-conformance", "name of the two files, without their endings")
	return cmd
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, data []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
