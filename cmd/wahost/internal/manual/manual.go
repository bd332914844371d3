// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package manual writes the help of all commands as a page of the documentation and as manual pages. Both depend on nothing
// but the commands, so that the same source makes the same files.
package manual

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Commands returns a command and all commands below it that are shown in help, in the order of their names.
func Commands(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, Commands(c)...)
		}
	}
	return all
}

// flag is a flag as it is shown.
type flag struct {
	name     string // such as "-x, --exclude"
	value    string // the kind of its value, empty for a switch
	fallback string // the default, or empty
	usage    string
}

// flagsOf returns the flags of a command itself, without those of all commands.
func flagsOf(cmd *cobra.Command) []flag {
	var all []flag
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		if word := valueWords[value]; word != "" {
			value = word
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		shown := flag{name: name, value: value, usage: usage}
		if !slices.Contains([]string{"", "[]", "0", "0s", "false"}, f.DefValue) {
			shown.fallback = f.DefValue
		}
		all = append(all, shown)
	})
	return all
}

// valueWords are the words for kinds of values, instead of those of Go.
var valueWords = map[string]string{
	"string": "TEXT", "strings": "LIST", "stringArray": "TEXT", "int": "NUMBER", "duration": "DURATION",
}

// paragraph is a part of a text: lines to be filled, or lines to be shown as they are.
type paragraph struct {
	lines    []string
	verbatim bool
}

// paragraphs splits the long help of a command. Lines that begin with a space are shown as they are.
func paragraphs(text string) []paragraph {
	var all []paragraph
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		verbatim := strings.HasPrefix(line, " ")
		last := len(all) - 1
		switch {
		case line == "" && last >= 0 && all[last].verbatim:
			all[last].lines = append(all[last].lines, "")
		case line == "":
			all = append(all, paragraph{})
		case last < 0 || len(all[last].lines) > 0 && all[last].verbatim != verbatim:
			all = append(all, paragraph{lines: []string{line}, verbatim: verbatim})
		default:
			all[last].lines, all[last].verbatim = append(all[last].lines, line), verbatim
		}
	}
	for i := range all {
		for n := len(all[i].lines); n > 0 && all[i].lines[n-1] == ""; n-- {
			all[i].lines = all[i].lines[:n-1]
		}
	}
	return slices.DeleteFunc(all, func(p paragraph) bool { return len(p.lines) == 0 })
}

// long returns the long help of a command, or the short one.
func long(cmd *cobra.Command) string { return cmp.Or(cmd.Long, cmd.Short+".") }
