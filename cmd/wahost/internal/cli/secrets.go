// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"sync"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// Secrets holds the values that must not appear in any output. All output of the program passes through it. It is
// safe for concurrent use.
type Secrets struct {
	mu       sync.Mutex
	values   []string
	redactor *vendorhttp.Redactor
}

// Add adds values, which are removed from everything that is written from now on.
func (s *Secrets) Add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values = append(s.values, values...)
	s.redactor = vendorhttp.NewRedactor(s.values...)
}

func (s *Secrets) redact(text string) string {
	s.mu.Lock()
	r := s.redactor
	s.mu.Unlock()
	return r.Redact(text)
}

// Writer returns a writer that removes the secrets from what is written to w.
func (s *Secrets) Writer(w io.Writer) io.Writer { return s.output(w) }

func (s *Secrets) output(w io.Writer) *Output { return &Output{w: w, secrets: s} }
