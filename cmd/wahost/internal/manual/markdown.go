// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package manual

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

const markdownHead = `# Commands

Written by ` + "`make docs`" + ` from the commands themselves; a test compares it with the code. ` + "`wahost COMMAND --help`" + ` shows the same
texts, and ` + "`make man`" + ` makes manual pages of them.

`

// Markdown returns the help of a command and all commands below it as one page.
func Markdown(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString(markdownHead)
	all := Commands(root)
	for _, cmd := range all[1:] {
		fmt.Fprintf(&b, "- [`%s`](#%s): %s\n", cmd.CommandPath(), strings.ReplaceAll(cmd.CommandPath(), " ", "-"), escape(cmd.Short))
	}
	for _, cmd := range all {
		fmt.Fprintf(&b, "\n## %s\n\n```text\n%s\n```\n\n", cmd.CommandPath(), cmd.UseLine())
		for _, p := range paragraphs(long(cmd)) {
			if p.verbatim {
				fmt.Fprintf(&b, "```text\n%s\n```\n\n", strings.Join(p.lines, "\n"))
				continue
			}
			fmt.Fprintf(&b, "%s\n\n", escape(strings.Join(p.lines, "\n")))
		}
		if flags := flagsOf(cmd); len(flags) > 0 {
			if cmd == root {
				b.WriteString("These flags are for all commands, except `--version`.\n\n")
			}
			b.WriteString("| flag | value | default | |\n|---|---|---|---|\n")
			for _, f := range flags {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.name, escape(f.value), code(f.fallback), escape(f.usage))
			}
			b.WriteString("\n")
		}
		if cmd.Example != "" {
			fmt.Fprintf(&b, "```text\n%s\n```\n", unindented(cmd.Example))
		}
	}
	return b.String()
}

// escape returns a text without what Markdown takes for its own.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`").Replace(text)
	return strings.ReplaceAll(text, "[", `\[`)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// unindented returns examples without the two spaces before each line.
func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}
