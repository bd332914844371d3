// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command"
)

// TestExamplesCanBePasted checks that each command has examples, and that a shell can parse them.
func TestExamplesCanBePasted(t *testing.T) {
	t.Parallel()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		assert.NotEmpty(t, cmd.Example, cmd.CommandPath())
		out, err := exec.Command("sh", "-n", "-c", cmd.Example).CombinedOutput()
		assert.NoError(t, err, "%s: %s", cmd.CommandPath(), out)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newCommands())
}

// newCommands returns the root command with all commands.
func newCommands() *cobra.Command {
	return command.New(cli.NewApp(strings.NewReader(""), &strings.Builder{}, &strings.Builder{}))
}
