// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import "github.com/wahost/wahost/conformance/canary"

// secrets holds the credentials that were generated for the run. A provider must not disclose any of them. newSecrets
// returns an empty set. It implements suite.Secrets.
type secrets struct{ set *canary.Set }

// newSecrets returns an empty set.
func newSecrets() *secrets { return &secrets{canary.New()} }

// Add makes values secret.
func (s *secrets) Add(values ...string) { s.set.Add(values...) }

// Find returns a description of the secret that a text contains, with its form, or "" if the text contains no secret.
func (s *secrets) Find(text string) string { return describe(s.set.Find(text)) }

func describe(form string) string {
	if form == "" {
		return ""
	}
	return "a secret (" + form + ")"
}

// Mask returns a text that the suite itself shows, without secrets.
func (s *secrets) Mask(text string) string { return s.set.Mask(text) }

// All returns the secrets.
func (s *secrets) All() []string { return s.set.Values() }
