// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wahost/wahost/internal/suggest"
)

// NoArgs accepts no arguments. For a command that has commands of its own, an argument is an unknown command.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return unknownCommand(cmd, args[0])
	}
	return UsageError("%s takes no arguments, but got %q. Values belong to flags: %s --help lists them", cmd.CommandPath(), args[0], cmd.CommandPath())
}

// Args accepts one argument for each name. The names are those in the command's usage line.
func Args(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := MinArgs(names...)(cmd, args); err != nil {
			return err
		}
		return MaxArgs(len(names))(cmd, args)
	}
}

// MinArgs accepts one argument for each name, and any number after them.
func MinArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		for i, name := range names {
			if i >= len(args) {
				return UsageError("%s needs %s. Usage: %s", cmd.CommandPath(), name, cmd.UseLine())
			}
			if args[i] == "" {
				return UsageError("%s: the argument %s is empty. Usage: %s", cmd.CommandPath(), name, cmd.UseLine())
			}
		}
		return nil
	}
}

// MaxArgs accepts at most n arguments.
func MaxArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return UsageError("%s got one argument too many: %q. Usage: %s", cmd.CommandPath(), args[n], cmd.UseLine())
		}
		if i := slices.Index(args, ""); i >= 0 {
			return UsageError("%s: argument %d is empty. Usage: %s", cmd.CommandPath(), i+1, cmd.UseLine())
		}
		return nil
	}
}

// unknownCommand returns the error about a command that the parent does not have.
func unknownCommand(parent *cobra.Command, name string) error {
	var known []string
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		if slices.Contains(c.SuggestFor, name) {
			return UsageError("%s has no command %q. Did you mean %q?", parent.CommandPath(), name, c.Name())
		}
		known = append(known, c.Name())
	}
	return UsageError("unknown command %q for %s.%s", name, parent.CommandPath(),
		suggest.SentenceOr(name, known, fmt.Sprintf(" %s --help lists the commands", parent.CommandPath())))
}

// flagError returns an error of the flag parser in words that say what to do.
func flagError(cmd *cobra.Command, err error) error {
	var (
		missing *pflag.NotExistError
		bare    *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &missing):
		return unknownFlag(cmd, missing)
	case errors.As(err, &bare):
		return UsageError("--%s needs a value: %s", bare.GetFlag().Name, bare.GetFlag().Usage)
	case errors.As(err, &invalid):
		return UsageError("--%s %s: expected %s", invalid.GetFlag().Name, invalid.GetValue(), expected(invalid))
	case errors.As(err, &syntax):
		return UsageError("%s is not a flag: a flag is written --NAME VALUE or --NAME=VALUE. %s --help lists the flags", syntax.GetSpecifiedFlag(), cmd.CommandPath())
	}
	return UsageError("%v", err)
}

// expected returns what the value of a flag should be.
func expected(e *pflag.InvalidValueError) string {
	switch e.GetFlag().Value.Type() {
	case "bool":
		return "true or false"
	case "int", "int64", "uint":
		return "a whole number"
	case "duration":
		return "a duration such as 30s or 2m"
	}
	return fmt.Sprintf("another value: %v", e.Unwrap())
}

// unknownFlag returns the error about a flag that a command does not have.
func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	help := fmt.Sprintf(" %s --help lists the flags", cmd.CommandPath())
	letters := e.GetSpecifiedShortnames()
	if letters == "" {
		name := "--" + e.GetSpecifiedName()
		return UsageError("%s has no flag %s.%s", cmd.CommandPath(), name, suggestFlag(name, known, help))
	}
	// Programs that use Go's package flag write long names with one hyphen.
	name, _, _ := strings.Cut(letters, "=")
	if len(name) > 1 {
		help = " Long names begin with two hyphens." + help
		return UsageError("%s has no flag -%s.%s", cmd.CommandPath(), name, suggestFlag("--"+name, known, help))
	}
	return UsageError("%s has no flag -%s.%s", cmd.CommandPath(), name, help)
}

func suggestFlag(name string, known []string, otherwise string) string {
	if similar := suggest.Similar(name, known); len(similar) > 0 {
		return fmt.Sprintf(" Did you mean %s?", similar[0])
	}
	return otherwise
}

// The annotations in which cobra keeps the groups of flags. Their names are separated by spaces.
const (
	exclusiveAnnotation   = "cobra_annotation_mutually_exclusive"
	oneRequiredAnnotation = "cobra_annotation_one_required"
)

// checkGroups returns a usage error if flags are used together that exclude each other, or if none of a group is used of
// which one is needed. Cobra checks the same later, in its own words.
func checkGroups(cmd *cobra.Command) error {
	var bad error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		for _, group := range f.Annotations[exclusiveAnnotation] {
			if used, _ := usedOf(cmd, group); len(used) > 1 && bad == nil {
				bad = UsageError("%s cannot be used together: give only one of them", joined(used, "and"))
			}
		}
	})
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		for _, group := range f.Annotations[oneRequiredAnnotation] {
			if used, all := usedOf(cmd, group); len(used) == 0 && bad == nil {
				bad = UsageError("%s needs one of %s", cmd.CommandPath(), joined(all, "or"))
			}
		}
	})
	return bad
}

// usedOf returns the flags of a group that are used, and all of them.
func usedOf(cmd *cobra.Command, group string) (used, all []string) {
	for name := range strings.FieldsSeq(group) {
		all = append(all, "--"+name)
		if cmd.Flags().Changed(name) {
			used = append(used, "--"+name)
		}
	}
	return used, all
}

// joined returns words as "a, b and c".
func joined(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
