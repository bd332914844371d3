// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package lazyregexp compiles regular expressions when they are needed, so that a program does not wait at its start for those that it
// does not use.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns a function that returns a regular expression. The first call compiles it, and panics if the text is not one. The function is
// safe for concurrent use.
func New(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
