// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"slices"
	"sync"

	"github.com/wahost/wahost/internal/redact"
)

// keptTokens is the number of tokens that are still looked for in texts. A vendor may quote one that has ended since.
const keptTokens = 4

// secretSet holds the secrets of Options and the last tokens. A nil set is empty.
type secretSet struct {
	fixed *redact.Set

	mu     sync.RWMutex
	last   []string
	tokens *redact.Set // last; nil before the first token
}

func newSecretSet(secrets []string) *secretSet {
	return &secretSet{fixed: redact.New(secrets...)}
}

// addToken adds a token and forgets the oldest. A provider that runs for a year has many.
func (s *secretSet) addToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.last, token) {
		return
	}
	s.last = append(s.last[max(0, len(s.last)-keptTokens+1):], token)
	s.tokens = redact.New(s.last...)
}

// Redact returns the text with "***" in place of each secret.
func (s *secretSet) Redact(text string) string {
	if s == nil {
		return text
	}
	s.mu.RLock()
	tokens := s.tokens
	s.mu.RUnlock()
	return tokens.Redact(s.fixed.Redact(text))
}
