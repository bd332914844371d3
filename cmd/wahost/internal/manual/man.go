// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package manual

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Man returns a manual page for a command and for each command below it, by the names of their files.
func Man(root *cobra.Command) map[string]string {
	pages := map[string]string{}
	for _, cmd := range Commands(root) {
		pages[pageName(cmd)+".1"] = page(root, cmd)
	}
	return pages
}

// pageName returns the name of a command's page, such as "wahost-conformance-run".
func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// page returns the manual page of a command. It has no date: the page of a version is always the same.
func page(root, cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" wahost \"wahost manual\"\n", roff(strings.ToUpper(pageName(cmd))))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(pageName(cmd)), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n%s\n", roff(cmd.UseLine()))
	b.WriteString(".SH DESCRIPTION\n")
	for i, p := range paragraphs(long(cmd)) {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		if p.verbatim {
			fmt.Fprintf(&b, ".nf\n%s\n.fi\n", roff(strings.Join(p.lines, "\n")))
			continue
		}
		fmt.Fprintf(&b, "%s\n", roff(strings.Join(p.lines, "\n")))
	}
	options(&b, "OPTIONS", cmd)
	if cmd != root {
		options(&b, "OPTIONS OF ALL COMMANDS", root)
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(unindented(cmd.Example)))
	}
	var others []string
	if cmd.HasParent() {
		others = append(others, pageName(cmd.Parent()))
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			others = append(others, pageName(sub))
		}
	}
	for i, name := range others {
		others[i] = roff(name) + "(1)"
	}
	fmt.Fprintf(&b, ".SH \"SEE ALSO\"\n%s\n", strings.Join(others, ", "))
	return b.String()
}

// options writes a section with the flags of a command.
func options(b *strings.Builder, title string, cmd *cobra.Command) {
	flags := flagsOf(cmd)
	if len(flags) == 0 {
		return
	}
	fmt.Fprintf(b, ".SH %q\n", title)
	for _, f := range flags {
		usage := f.usage
		if f.fallback != "" {
			usage += " (default " + f.fallback + ")"
		}
		name := roff(f.name)
		if f.value != "" {
			name += " " + roff(f.value)
		}
		fmt.Fprintf(b, ".TP\n%s\n%s\n", name, roff(usage))
	}
}

// roff returns a text without what roff takes for its own.
func roff(text string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
