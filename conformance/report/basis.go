// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"

	"github.com/wahost/wahost/core/registry/verify"
)

// Basis is what the verdict rests on besides the run, for people.
type Basis struct {
	// Lines say it in sentences, the most important first.
	Lines []string
	// Assumed are the parts of the dialect that no document of the vendor confirms.
	Assumed []verify.Assumption
	// VendorLacks is what the vendor does not offer.
	VendorLacks []string
}

// Basis returns what the verdict rests on. Every verdict rests on an emulated vendor.
func (r *Report) Basis() Basis {
	b := Basis{Assumed: r.Dialect.Assumed, VendorLacks: r.Dialect.VendorLacks}
	b.Lines = append(b.Lines, "The vendor was emulated from its dialect: no request reached the vendor.")
	switch n := len(b.Assumed); n {
	case 0:
		b.Lines = append(b.Lines, "Every answer and limit of the dialect names a document of the vendor.")
	case 1:
		b.Lines = append(b.Lines, "1 part of the dialect is assumed: no document of the vendor confirms it.")
	default:
		b.Lines = append(b.Lines, fmt.Sprintf("%d parts of the dialect are assumed: no document of the vendor confirms them.", n))
	}
	for _, lack := range b.VendorLacks {
		b.Lines = append(b.Lines, "The vendor lacks: "+lack+".")
	}
	switch r.Run.Isolation {
	case verify.IsolationNamespaces:
		b.Lines = append(b.Lines, "The provider ran in namespaces of its own, where everything that it did was seen.")
	case verify.IsolationNone:
		b.Lines = append(b.Lines, "The provider was not isolated: it could tell the run from production.")
	}
	return b
}
