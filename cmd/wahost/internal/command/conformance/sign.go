// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/boundfile"
)

// certificate signs a certificate for the run, or countersigns one that the run reproduces.
func (r *runFlags) certificate(ctx context.Context, rep *report.Report, keys []*verify.Key) error {
	path := r.path("certificate.json")
	if !rep.Verdict.Certifiable {
		r.app.Note("No certificate was written: the verdict is %s.", rep.Verdict.Word)
		return nil
	}
	var data []byte
	if r.countersign != "" {
		theirs, err := boundfile.Read(r.countersign, maxSmallFile)
		if err != nil {
			return err
		}
		trusted, err := r.trusted()
		if err != nil {
			return err
		}
		if data, err = certificate.Countersign(ctx, theirs, rep, keys[0], trusted...); err != nil {
			return err
		}
	} else {
		statement, err := certificate.New(rep, certificate.DefaultValidity)
		if err != nil {
			return err
		}
		if data, err = certificate.Sign(ctx, statement, keys...); err != nil {
			return err
		}
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("the certificate cannot be written: %w", err)
	}
	if !r.app.JSON {
		fmt.Fprintf(r.app.Stdout, "Certificate written to %s.\n", path)
	}
	return nil
}

// trusted returns the keys of --key.
func (r *runFlags) trusted() (keys []*verify.Key, err error) {
	for _, file := range r.trust {
		key, err := readPublicKey(file)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// theirSeed returns the seed of the certificate of --countersign, with which the run must reproduce it.
func (r *runFlags) theirSeed(ctx context.Context) (int64, error) {
	data, err := boundfile.Read(r.countersign, maxSmallFile)
	if err != nil {
		return 0, cli.UsageError("%v", err)
	}
	keys, err := r.trusted()
	if err != nil {
		return 0, err
	}
	var trusted []verify.TrustedKey
	for _, key := range keys {
		trusted = append(trusted, verify.TrustedKey{Key: key})
	}
	signed, err := verify.Open(ctx, data, trusted)
	if err != nil {
		return 0, cli.UsageError("--countersign %s: %v", r.countersign, err)
	}
	var statement verify.Statement
	if err := json.Unmarshal(signed.Payload, &statement); err != nil {
		return 0, cli.UsageError("--countersign %s: the statement cannot be read: %v", r.countersign, err)
	}
	return statement.Predicate.Seed, nil
}
