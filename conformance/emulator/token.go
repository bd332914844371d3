// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"strings"
	"sync"
)

// anyToken stands for the tokens of a name in the value of an auth block. No credential contains it.
func anyToken(name string) string { return "\x00token " + name + "\x00" }

// tokens are the access tokens that the vendor issued. Their methods are safe for concurrent use.
type tokens struct {
	mu     sync.Mutex
	issued map[string]string // the names by the tokens
	order  []string
}

// maxTokens bounds the tokens that a vendor remembers, so that a long run of a sandbox needs bounded memory.
const maxTokens = 10_000

// issue returns a new token.
func (s *Server) issueToken(name string) string {
	t := &s.tokens
	t.mu.Lock()
	defer t.mu.Unlock()
	token := Credential(s.options.Seed, fmt.Sprintf("token %s %d", name, len(t.order)))
	if t.issued == nil {
		t.issued = map[string]string{}
	}
	t.issued[token], t.order = name, append(t.order, token)
	if excess := len(t.order) - maxTokens; excess >= 0 {
		delete(t.issued, t.order[excess])
	}
	if s.options.OnToken != nil {
		s.options.OnToken(token)
	}
	return token
}

// accepts reports whether a request has the credential that an auth block wants: the value, or the value with any of the tokens
// that were issued.
func (s *Server) accepts(want credential, got string) bool {
	if want.Token == "" {
		return got == want.want
	}
	before, after, ok := strings.Cut(want.want, anyToken(want.Token))
	if !ok || !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) || len(got) < len(before)+len(after) {
		return false
	}
	token := got[len(before) : len(got)-len(after)]
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	name, issued := s.tokens.issued[token]
	return issued && name == want.Token
}
