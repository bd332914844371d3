// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import "github.com/wahost/wahost/internal/redact"

// leastSecret is the length in bytes below which a value is too common to be searched for.
const leastSecret = 8

// secrets are the credentials that were invented for the run. A provider must not disclose any of them. Make them
// with newSecrets.
type secrets struct{ set redact.Set }

// newSecrets returns an empty set. Invented secrets share their beginning, so the second half of one counts as a leak.
func newSecrets() *secrets { return &secrets{redact.Set{MinLength: leastSecret, Parts: true}} }

func (s *secrets) add(values ...string) { s.set.Add(values...) }

// find returns a description of the secret that a text contains, with its spelling, or "" if there is none.
func (s *secrets) find(text string) string {
	if spelling := s.set.Find(text); spelling != "" {
		return "a secret (" + spelling + ")"
	}
	return ""
}

// mask returns a text that the suite itself shows, without secrets.
func (s *secrets) mask(text string) string { return s.set.Redact(text) }

func (s *secrets) all() []string { return s.set.Values() }
