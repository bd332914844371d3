// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"os"

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
		var trusted []*verify.Key
		for _, file := range r.trust {
			key, err := readPublicKey(file)
			if err != nil {
				return err
			}
			trusted = append(trusted, key)
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
