// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package canary

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
)

// FuzzWords compares with a regular expression, which is slower.
func FuzzWords(f *testing.F) {
	pattern := regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}={0,2}`)
	for _, text := range []string{"", "ZW11bGF0ZWQtYXBp", "ZW11bGF0ZWQtYXBp==ZW11bGF0ZWQtYXBp=", "k=ZW11bGF0ZWQtYXBp===x short ZW11bGF0ZWQtYXBp", "=ABCDEFGHIJKL\xffABCDEFGHIJKLM"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		assert.Equal(t, pattern.FindAllString(text, maxWords), words(text))
	})
}
