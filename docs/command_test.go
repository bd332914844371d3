// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	// inlineCommand finds commands of wahost in the text of a page.
	inlineCommand = regexp.MustCompile("`(wahost [a-z-][^`\n]*)`")
	// beginning is how a command line of wahost begins.
	beginning = regexp.MustCompile(`^([A-Z_]+=\S+ )*(\./)?(bin/)?wahost `)
)

// choice finds arguments of which one is given.
var choice = regexp.MustCompile(` \([^)]*\|[^)]*\)`)

// shellOperator finds where a command line ends.
var shellOperator = regexp.MustCompile(` (#|\||>|<|&|\\).*`)

// TestCommands checks that each command of wahost that a page names exists and has the flags with which it is named: also in
// the blocks that are not run, and in the text. Nothing is run but the help.
func TestCommands(t *testing.T) {
	t.Parallel()
	found := map[string]string{}
	for _, page := range pages(t) {
		for _, f := range fences(t, page) {
			if f.has("output") || f.lang == "sh" && !f.has("norun") || f.lang != "sh" && f.lang != "text" {
				continue
			}
			for line := range strings.SplitSeq(strings.ReplaceAll(f.text, "\\\n", " "), "\n") {
				if beginning.MatchString(line) {
					_, arguments, _ := strings.Cut(line, "wahost ")
					found["wahost "+arguments] = f.String()
				}
			}
		}
		src, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range inlineCommand.FindAllStringSubmatch(fenced.ReplaceAllString(string(src), ""), -1) {
			found[m[1]] = page
		}
	}
	require.Greater(t, len(found), 20)
	dir := t.TempDir()
	root, err := wahost(t.Context(), dir, nil, "--help")
	require.NoError(t, err)
	checked := map[string]bool{}
	for command, where := range found {
		// A choice, as in (FILE | --all), is left out: each of its parts is in another line.
		text := strings.NewReplacer("[", "", "]", "", "...", "").Replace(shellOperator.ReplaceAllString(choice.ReplaceAllString(command, ""), ""))
		if checked[text] || text == "wahost flags" {
			continue
		}
		checked[text] = true
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			// The word before --help is the value of a flag that the text names without one.
			cmd := exec.CommandContext(t.Context(), "bash", "-c", text+" x --help")
			cmd.Dir, cmd.Env = dir, environment(dir)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s: %s\n%s", where, command, out)
			require.NotEqual(t, root, string(out), "%s: there is no command %s", where, command)
		})
	}
}
