// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package docs_test checks the documents of the repository.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fenced  = regexp.MustCompile("(?ms)^(```|~~~).*?^(```|~~~)")
	inline  = regexp.MustCompile("`[^`\n]*`")
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// TestLinks follows each link from a page to a file of the repository, and to a heading if the link names one.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		checkLinks(t, page)
	}
}

func checkLinks(t *testing.T, page string) {
	t.Helper()
	data, err := os.ReadFile(page)
	require.NoError(t, err)
	for _, found := range link.FindAllStringSubmatch(inline.ReplaceAllString(fenced.ReplaceAllString(string(data), ""), ""), -1) {
		if strings.Contains(found[1], "://") || strings.HasPrefix(found[1], "mailto:") {
			continue
		}
		file, anchor, _ := strings.Cut(found[1], "#")
		target := page
		if file != "" {
			target = filepath.Join(filepath.Dir(page), file)
		}
		if _, err := os.Stat(target); err != nil {
			t.Errorf("%s links to %s, which does not exist", page, found[1])
			continue
		}
		if anchor != "" && !slices.Contains(anchors(t, target), anchor) {
			t.Errorf("%s links to %s, and there is no such heading", page, found[1])
		}
	}
}

// anchors returns the names by which the headings of a page are linked to.
func anchors(t *testing.T, page string) []string {
	t.Helper()
	data, err := os.ReadFile(page)
	require.NoError(t, err)
	var all []string
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(string(data), ""), -1) {
		all = append(all, strings.ReplaceAll(strings.ToLower(dropped.ReplaceAllString(found[1], "")), " ", "-"))
	}
	return all
}
