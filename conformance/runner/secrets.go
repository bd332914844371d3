// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// secrets are the credentials that were invented for the run. It implements suite.Secrets.
type secrets struct {
	mu      sync.RWMutex
	values  []string
	needles []needle
}

type needle struct{ text, form string }

// leastSecret is the length below which a value is too common to be searched for.
const leastSecret = 8

// Add makes values secret.
func (s *secrets) Add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if len(v) < leastSecret || slices.Contains(s.values, v) {
			continue
		}
		s.values = append(s.values, v)
		for _, n := range formsOf(v) {
			if !slices.ContainsFunc(s.needles, func(o needle) bool { return o.text == n.text }) {
				s.needles = append(s.needles, n)
			}
		}
	}
}

// formsOf lists the spellings in which a secret may leak. Of a quotation the last half is enough: what invented
// secrets begin with is the same for all of them.
func formsOf(v string) []needle {
	quoted, _ := json.Marshal(v)
	return []needle{
		{v, "raw"},
		{strings.Trim(string(quoted), `"`), "JSON-escaped"},
		{url.QueryEscape(v), "URL-encoded"},
		{url.PathEscape(v), "URL-encoded"},
		{base64.StdEncoding.EncodeToString([]byte(v)), "base64"},
		{base64.RawStdEncoding.EncodeToString([]byte(v)), "base64"},
		{base64.RawURLEncoding.EncodeToString([]byte(v)), "base64"},
		{hex.EncodeToString([]byte(v)), "hexadecimal"},
		{v[len(v)-max(leastSecret, len(v)/2):], "a part"},
	}
}

// Find returns the form in which a text contains a secret, or "".
func (s *secrets) Find(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, n := range s.needles {
		if strings.Contains(text, n.text) {
			return "a secret (" + n.form + ")"
		}
	}
	return ""
}

// Mask replaces the secrets in a text of the suite's own.
func (s *secrets) Mask(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, n := range s.needles {
		text = strings.ReplaceAll(text, n.text, "***")
	}
	return text
}

// All returns the secrets.
func (s *secrets) All() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.values)
}
