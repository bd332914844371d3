// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// wantsJSON reports whether a command line asks for JSON. It is asked before the flags are parsed, so that mistakes in
// them are reported as JSON too.
func wantsJSON(args []string) bool {
	wants := false
	for _, arg := range args {
		if arg == "--" {
			break
		}
		if name, value, ok := strings.Cut(arg, "="); name == "--json" {
			on, err := strconv.ParseBool(value)
			wants = !ok || on && err == nil || wants && err != nil
		}
	}
	return wants
}

// checkWritten finds mistakes that can only be seen in the command line as it was written: a flag without its value, which
// takes the next flag for it, and a flag that is given twice, of which the first would silently have no effect.
func checkWritten(root *cobra.Command, args []string) error {
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		return nil // the rest is a line that is not complete yet
	}
	cmd, _, err := root.Find(args)
	if err != nil || cmd.DisableFlagParsing {
		return nil
	}
	seen := map[string]bool{}
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return nil
		}
		f, hasValue := flagOf(cmd, args[i])
		if f == nil {
			continue
		}
		if onlyOnce(root, f) && seen[f.Name] {
			return UsageError("--%s is given twice: give it once", f.Name)
		}
		seen[f.Name] = true
		if hasValue || f.NoOptDefVal != "" || i+1 == len(args) {
			continue
		}
		i++
		if next, _ := flagOf(cmd, args[i]); next != nil {
			return UsageError("--%s needs a value, but the flag --%s follows. If that is the value, write --%s=%s", f.Name, next.Name, f.Name, args[i])
		}
	}
	return nil
}

// flagOf returns the flag that an argument names, or nil. It is true if the argument has the value too.
func flagOf(cmd *cobra.Command, arg string) (f *pflag.Flag, hasValue bool) {
	name, long := strings.CutPrefix(arg, "--")
	if !long {
		return nil, false
	}
	name, _, hasValue = strings.Cut(name, "=")
	return cmd.Flag(name), hasValue
}

// onlyOnce reports whether a second use of a flag would replace the first. Of the flags of all commands the last one counts,
// so that a shell's alias can have a default.
func onlyOnce(root *cobra.Command, f *pflag.Flag) bool {
	_, list := f.Value.(pflag.SliceValue)
	return !list && f.NoOptDefVal == "" && root.PersistentFlags().Lookup(f.Name) == nil
}

// mayBeEmpty are the flags for which an empty value has a meaning, or which have an error of their own for it.
var mayBeEmpty = []string{"attach", "param", "text", "var"}

// checkEmpty returns a usage error for the first flag with an empty value, as from a variable of a script that is not set. It
// would be the same as no flag, and a message would be routed that was meant for one channel.
func checkEmpty(cmd *cobra.Command) error {
	var bad error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if bad != nil || slices.Contains(mayBeEmpty, f.Name) {
			return
		}
		empty := f.Value.String() == ""
		if list, ok := f.Value.(pflag.SliceValue); ok {
			empty = len(list.GetSlice()) == 0 || slices.Contains(list.GetSlice(), "")
		}
		if empty {
			bad = UsageError("--%s is empty: give it a value, or leave it out", f.Name)
		}
	})
	return bad
}
