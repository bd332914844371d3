// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"

	"github.com/wahost/wahost/internal/redact"
)

// Secrets holds the values that must not appear in any output. All output of the program passes through it. It is
// safe for concurrent use.
type Secrets struct{ set redact.Set }

// Add adds values, which are removed from everything that is written from now on.
func (s *Secrets) Add(values ...string) { s.set.Add(values...) }

// Writer returns a writer that removes the secrets from what is written to w.
func (s *Secrets) Writer(w io.Writer) io.Writer { return s.output(w) }

func (s *Secrets) output(w io.Writer) *Output {
	return newOutput(w, &s.set)
}
