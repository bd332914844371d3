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

// writeCertificate signs a certificate for a report, or countersigns one that the report reproduces, and writes it.
func (r *runFlags) writeCertificate(ctx context.Context, rep *report.Report, keys []*verify.Key) error {
	path := r.path("certificate.json")
	data, err := r.certificate(ctx, rep, keys)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return cli.EnvironmentError(fmt.Errorf("the certificate cannot be written: %w", err))
	}
	if r.app.JSON {
		return nil
	}
	fmt.Fprintf(r.app.Stdout, "Certificate written to %s.\n", path)
	return nil
}

// certificate returns a signed or countersigned certificate for a report. It returns an error with exit code 1 if the
// certificate to countersign is not reproduced or was not signed by a key that is trusted.
func (r *runFlags) certificate(ctx context.Context, rep *report.Report, keys []*verify.Key) ([]byte, error) {
	if r.countersign == "" {
		statement, err := certificate.New(rep, certificate.DefaultValidity)
		if err != nil {
			return nil, cli.NegativeError(err)
		}
		return certificate.Sign(ctx, statement, keys...)
	}
	theirs, err := boundfile.Read(r.countersign, maxSmallFile)
	if err != nil {
		return nil, cli.UsageError("%v", err)
	}
	trusted, err := r.trusted()
	if err != nil {
		return nil, err
	}
	data, err := certificate.Countersign(ctx, theirs, rep, keys[0], trusted...)
	if err != nil {
		return nil, cli.NegativeError(err)
	}
	return data, nil
}

// trusted returns the public keys that may have signed the certificate of --countersign.
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
