// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/manual"
)

const commandsPage = "../../docs/operating/commands.md"

// TestCommandReference compares the page about the commands with the commands.
func TestCommandReference(t *testing.T) {
	t.Parallel()
	want := manual.Markdown(newCommands())
	if *update {
		require.NoError(t, os.WriteFile(commandsPage, []byte(want), 0o644))
	}
	page, err := os.ReadFile(commandsPage)
	require.NoError(t, err)
	require.Equal(t, string(page), want, "docs/operating/commands.md is stale: run make docs")
	require.Equal(t, want, manual.Markdown(newCommands()), "the page is not the same each time")
}

// TestManualPages checks that each command has a page that man can read, where man is installed.
func TestManualPages(t *testing.T) {
	t.Parallel()
	root := newCommands()
	pages := manual.Man(root)
	assert.Equal(t, pages, manual.Man(newCommands()), "the pages are not the same each time")
	assert.Len(t, pages, len(manual.Commands(root)))
	assert.Contains(t, pages, "wahost-conformance-run.1")
	for name, text := range pages {
		assert.Contains(t, text, ".SH EXAMPLES\n", name)
		groff, err := exec.LookPath("groff")
		if err != nil {
			continue // the text is checked in package manual
		}
		cmd := exec.Command(groff, "-man", "-Tutf8", "-ww")
		cmd.Stdin = strings.NewReader(text)
		var errs strings.Builder
		cmd.Stderr = &errs
		require.NoError(t, cmd.Run(), name)
		assert.Empty(t, errs.String(), name)
	}
}
