// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"context"
	"fmt"
	"strings"
)

// SignatureError is the error of a signature of checksums that no trusted key made.
type SignatureError struct {
	Source string
	// Keys are the trusted keys that vouch for the source address.
	Keys []string
}

// Error names the keys that were tried.
func (e *SignatureError) Error() string {
	return fmt.Sprintf("the checksums of %s are signed, and not by a key that vouches for it (%s): they were changed, or somebody else signed them",
		e.Source, strings.Join(e.Keys, ", "))
}

// SumsSigners returns the names of the trusted keys that vouch for a source address and made the signature, which is 64 bytes of ed25519
// over the bytes of a file of checksums. It returns nil without an error if no key vouches for the address, or if there is no signature.
// The error is a *SignatureError if none of the keys made the signature.
func (p *Policy) SumsSigners(ctx context.Context, source string, sums, signature []byte) ([]string, error) {
	wrong := &SignatureError{Source: source}
	var signers []string
	for _, k := range p.Keys {
		if !k.vouches(source) || p.isRevoked(k.Key.id) {
			continue
		}
		wrong.Keys = append(wrong.Keys, k.Name)
		if k.Key.Verify(ctx, sums, signature) == nil {
			signers = append(signers, k.Name)
		}
	}
	if len(wrong.Keys) == 0 || len(signature) == 0 || len(signers) > 0 {
		return signers, nil
	}
	return nil, wrong
}
