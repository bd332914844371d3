// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

// completeChecks completes the arguments from first on with the ids of checks, up to most arguments, or any number if most is
// negative. The arguments before first are files.
func completeChecks(first, most int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if attach := cmd.Flags().Lookup("attach"); len(args) < first && (attach == nil || !attach.Changed) {
			return nil, cobra.ShellCompDirectiveDefault
		}
		if most >= 0 && len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return cli.Matching(slices.DeleteFunc(checkIDs(), func(id string) bool { return slices.Contains(args, id) }), begun)
	}
}

// checkIDs returns the ids of all checks.
func checkIDs() []string {
	_, _, list, err := fullCatalogue()
	if err != nil {
		return nil
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

// complete makes a shell complete the values of the flags.
func (r *runFlags) complete(cmd *cobra.Command) {
	cli.CompleteFiles(cmd, []string{"hcl"}, "dialect")
	cli.CompleteFiles(cmd, []string{"json"}, "failed-from", "countersign")
	cli.CompleteFiles(cmd, nil, "known-failing", "write-known-failing", "sign", "key")
	cli.CompleteFolders(cmd, "out")
	cli.Complete(cmd, "exclude", checkIDs)
	cli.CompleteList(cmd, "level", string(report.Core), string(report.Cap), string(report.Rec), string(report.Info))
	cli.CompleteList(cmd, "capability", suite.Kinds()...)
	cli.CompleteWords(cmd, "isolation", "namespaces", "none")
	cli.CompleteWords(cmd, "progress", "auto", "none", "json")
	for _, flag := range []string{"seed", "ticket", "attach", "env", "start-timeout"} {
		cli.CompleteWords(cmd, flag)
	}
	var formats []string
	for _, format := range report.Formats() {
		formats = append(formats, format+"=")
	}
	cli.CompleteList(cmd, "output", formats...)
}

// FaultWords returns the faults of an emulator, those with arguments up to the parenthesis.
func FaultWords() []string {
	var words []string
	for _, name := range emulator.FaultNames() {
		if before, _, found := strings.Cut(name, "("); found {
			name = before + "("
		}
		words = append(words, name)
	}
	return words
}
