// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package testbrowser

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestProblems: a page with mistakes has problems, so that a page without problems means something.
func TestProblems(t *testing.T) {
	t.Parallel()
	page := Start(t).Open(t, []byte(`<!doctype html><title>x</title><style>@media (prefers-color-scheme: dark) { p { color: #777; background: #555 } }</style>
<div style="width: 500px; height: 20px; background: #eee"></div><p>text</p><img src="data:,">`))
	found := strings.Join(page.Problems(), "\n")
	for _, rule := range []string{"html-has-lang", "image-alt", "landmark-one-main"} {
		assert.Contains(t, found, rule)
	}
	assert.NotContains(t, found, "color-contrast")
	assert.Contains(t, page.Overflow(), "in a window of 390 px")
	page.Look(View{1280, true})
	assert.Contains(t, strings.Join(page.Problems(), "\n"), "color-contrast")
	assert.Empty(t, page.Overflow())
}
