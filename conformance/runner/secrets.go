// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import "github.com/wahost/wahost/internal/redact"

// leastSecret is the length in bytes below which a value is too common to be searched for.
const leastSecret = 8

// secrets holds the credentials that were generated for the run. A provider must not disclose any of them. newSecrets
// returns an empty set. It implements suite.Secrets.
type secrets struct{ set redact.Set }

// newSecrets returns an empty set. Generated secrets have a common prefix, so the second half of a secret alone counts
// as a leak.
func newSecrets() *secrets { return &secrets{redact.Set{MinLength: leastSecret, Parts: true}} }

// Add makes values secret.
func (s *secrets) Add(values ...string) { s.set.Add(values...) }

// Find returns a description of the secret that a text contains, with its spelling, or "" if the text contains no
// secret.
func (s *secrets) Find(text string) string {
	if spelling := s.set.Find(text); spelling != "" {
		return "a secret (" + spelling + ")"
	}
	return ""
}

// Mask returns a text that the suite itself shows, without secrets.
func (s *secrets) Mask(text string) string { return s.set.Redact(text) }

// All returns the secrets.
func (s *secrets) All() []string { return s.set.Values() }
