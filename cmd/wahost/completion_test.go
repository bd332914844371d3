// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// completedConfig has a variable without a value, so that it cannot be loaded unless the value is given.
const completedConfig = `
wahost {
  required_providers {
    nobody = { source = "example/nobody" }
  }
}

variable "token" { type = string }

provider "nobody" {
  token = var.token
}

channel "nobody" "a" {}
channel "nobody" "b" {}

template "order_shipped" {
  category   = "utility"
  parameters = ["customer", "order_no"]

  binding {
    channels  = [channel.nobody.a]
    name      = "order_shipped_v3"
    languages = ["en", "de"]
  }
}

route "orders" {
  channels = [channel.nobody.a, channel.nobody.b]
}

route "rest" {
  channels = [channel.nobody.b]
}
`

// TestCompletion asks for words as the scripts of the shells do. No provider of the configuration is installed, so that one
// that was started would be an error.
func TestCompletion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(completedConfig), 0o600))
	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "main.wahost.hcl"), []byte("route \"one\" {}\nroute \"two\" {\n  x = = 1\n}\n"), 0o600))
	tests := map[string]struct {
		args []string
		want string // lines, separated by spaces
	}{
		"commands":                 {[]string{"ex"}, "explain :4"},
		"init":                     {[]string{"ini"}, "init :4"},
		"flags":                    {[]string{"send", "--to-"}, "--to-file :4"},
		"channels":                 {[]string{"send", "--channel", ""}, "nobody.a nobody.b :4"},
		"routes":                   {[]string{"explain", "--route", "o"}, "orders :4"},
		"templates":                {[]string{"send", "--template", ""}, "order_shipped :4"},
		"templates with values":    {[]string{"--var", "token=x", "send", "--template", ""}, "order_shipped :4"},
		"languages":                {[]string{"--var", "token=x", "send", "--template", "order_shipped", "--language", ""}, "de en :4"},
		"languages of no template": {[]string{"--var", "token=x", "send", "--template", "other", "--language", ""}, ":4"},
		"parameters":               {[]string{"--var", "token=x", "send", "--template", "order_shipped", "--param", ""}, "customer= order_no= :6"},
		"variables":                {[]string{"validate", "--var", ""}, "token= :6"},
		"categories":               {[]string{"send", "--category", "m"}, "marketing :4"},
		"texts":                    {[]string{"send", "--text", ""}, ":4"},
		"messages":                 {[]string{"send", "--message", ""}, "json yaml yml :8"},
		"recipients":               {[]string{"send", "--to-file", ""}, "csv tsv txt :8"},
		"folders":                  {[]string{"--config", ""}, ":16"},
		"folder to validate":       {[]string{"validate", ""}, ":16"},
		"graph":                    {[]string{"graph", "--format", ""}, "dot mermaid :4"},
		"checks":                   {[]string{"conformance", "explain", "send/list/dup"}, "send/list/dup-ids :4"},
		"one check":                {[]string{"conformance", "explain", "a", ""}, ":4"},
		"selectors":                {[]string{"conformance", "run", "binary", "send/list/dup"}, "send/list/dup-ids :4"},
		"binary":                   {[]string{"conformance", "run", ""}, ":0"},
		"selectors when attached":  {[]string{"conformance", "run", "--attach", "x", "send/list/dup"}, "send/list/dup-ids :4"},
		"levels":                   {[]string{"conformance", "run", "x", "--level", "core,c"}, "core,cap :4"},
		"kinds":                    {[]string{"conformance", "run", "x", "--capability", "temp"}, "template :4"},
		"formats":                  {[]string{"conformance", "run", "x", "--output", "j"}, "json= junit= :6"},
		"dialects":                 {[]string{"conformance", "emulate", ""}, "hcl :8"},
		"tiers":                    {[]string{"conformance", "verify", "--tier", ""}, "self reproduced official :4"},
		"faults":                   {[]string{"sandbox", "--fault", "pushwoosh=ref"}, "pushwoosh=refuse :4"},
		"faults with arguments":    {[]string{"conformance", "emulate", "x", "--fault", "html"}, "html( :6"},
		"help":                     {[]string{"help", "conformance", "ver"}, "verify :4"},
		"of a broken file":         {[]string{"--config", broken, "send", "--route", ""}, "one two :4"},
		"without a folder":         {[]string{"--config", filepath.Join(dir, "nowhere"), "send", "--route", ""}, ":4"},
		"after a mistake":          {[]string{"send", "--text", "a", "--text", "b", "--category", "u"}, "utility :4"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{cobra.ShellCompNoDescRequestCmd}, tt.args...)
			if !slices.Contains(tt.args, "--config") {
				args = slices.Insert(args, 1, "--config", dir)
			}
			code, stdout, stderr := program(t.Context(), args...)
			assert.Zero(t, code)
			assert.Equal(t, tt.want, strings.Join(strings.Fields(stdout), " "))
			for line := range strings.Lines(stderr) {
				assert.True(t, strings.HasPrefix(line, "Completion ended with directive"), line) // not shown by the scripts
			}
		})
	}
}

// TestEveryFlagIsCompleted checks that a shell does not offer files for the value of a flag that is not a file.
func TestEveryFlagIsCompleted(t *testing.T) {
	t.Parallel()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		check := func(f *pflag.Flag) {
			_, registered := cmd.GetFlagCompletionFunc(f.Name)
			_, isFile := f.Annotations[cobra.BashCompFilenameExt]
			_, isFolder := f.Annotations[cobra.BashCompSubdirsInDir]
			assert.True(t, f.NoOptDefVal != "" || registered || isFile || isFolder, "%s --%s", cmd.CommandPath(), f.Name)
		}
		cmd.LocalNonPersistentFlags().VisitAll(check)
		cmd.PersistentFlags().VisitAll(check)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newCommands())
}
