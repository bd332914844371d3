// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"fmt"

	"github.com/wahost/wahost/core/registry/verify"
)

// certificateOf returns which program a certificate is about. The error says what is wrong with the certificate, or that it is about none of
// the programs.
func (r *Release) certificateOf(c verify.Certificate) (*Program, error) {
	s, err := verify.Claim(c.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.File, err)
	}
	for _, subject := range s.Subject {
		for _, p := range r.Programs {
			if subject.Digest["sha256"] != p.SHA256 {
				continue
			}
			if s.Predicate.ProviderVersion != r.Version.String() {
				return nil, fmt.Errorf("%s is about version %s of %s, and the release is %s: certify the programs that are released", c.File,
					s.Predicate.ProviderVersion, p.Path, r.Version)
			}
			return p, nil
		}
	}
	what := "no program"
	if len(s.Subject) > 0 {
		what = fmt.Sprintf("the program %s with the sha256 %s", s.Subject[0].Name, s.Subject[0].Digest["sha256"])
	}
	return nil, fmt.Errorf("%s is about %s, which is not released: a certificate is about the bytes of one program, so certify the programs that are released", c.File, what)
}

// certificates returns the certificates of each program.
func (r *Release) certificates() (map[*Program][][]byte, error) {
	out := map[*Program][][]byte{}
	for _, c := range r.Certificates {
		p, err := r.certificateOf(c)
		if err != nil {
			return nil, err
		}
		out[p] = append(out[p], c.Data)
	}
	return out, nil
}

// certificateFile returns the certificates of a program as a file of its package, which init looks for there.
func certificateFile(certificates [][]byte) (*File, error) {
	switch len(certificates) {
	case 0:
		return nil, nil
	case 1:
		return &File{Name: "certificate.json", Data: certificates[0]}, nil
	}
	bundle, err := verify.Bundle(certificates...)
	return &File{Name: "certificate.jsonl", Data: bundle}, err
}
