// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/printable"
)

// reportDiff is the difference between two reports.
type reportDiff struct {
	FormatVersion string `json:"format_version"`
	// Old and New say what is compared, and Inputs which inputs of the two runs differ.
	Old          diffSide       `json:"old"`
	New          diffSide       `json:"new"`
	Inputs       []string       `json:"different_inputs"`
	SameProvider bool           `json:"same_provider_bytes"`
	Regressions  []statusChange `json:"regressions"`
	Fixes        []statusChange `json:"fixes"`
	Other        []statusChange `json:"other"`
	Added        []string       `json:"added"`
	Removed      []string       `json:"removed"`
	// NotComparable counts the checks that at least one of the reports skipped.
	NotComparable int          `json:"not_comparable"`
	WireMap       []wireChange `json:"wire_map"`
}

type statusChange struct {
	ID  string        `json:"id"`
	Old report.Status `json:"old"`
	New report.Status `json:"new"`
}

type wireChange struct {
	Kind  string `json:"kind"`
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// newDiff returns the command `wahost conformance diff`.
func newDiff(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two reports: regressions, fixes, new checks, moved fields",
		Long: `Compare two report.json files of whole runs. The exit code is 1 if a check that
passed no longer passes, or no longer exists. Checks that one of the two runs
skipped are counted and not compared. Reports of runs that were narrowed or
interrupted are refused: what they left out would look like a difference.`,
		Example: "  wahost conformance diff reports/1/acme/report.json report.json",
		Args:    cli.Args("OLD", "NEW"),

		ValidArgsFunction: cli.ArgFiles("json"),
		RunE: func(_ *cobra.Command, args []string) error {
			before, err := readWhole(args[0])
			if err != nil {
				return err
			}
			after, err := readWhole(args[1])
			if err != nil {
				return err
			}
			d := diffReports(before, after)
			d.Old.File, d.New.File = args[0], args[1]
			if a.JSON {
				if err := a.PrintJSON(d); err != nil {
					return err
				}
			} else {
				d.print(a.Stdout)
			}
			if len(d.Regressions) > 0 {
				return cli.ExitWith(cli.ExitNegative)
			}
			return nil
		},
	}
}

func diffReports(before, after *report.Report) reportDiff {
	d := reportDiff{
		FormatVersion: "1.0", Old: sideOf(before), New: sideOf(after), Inputs: []string{}, SameProvider: before.Provider.SHA256 == after.Provider.SHA256,
		Regressions: []statusChange{}, Fixes: []statusChange{}, Other: []statusChange{}, Added: []string{}, Removed: []string{}, WireMap: []wireChange{},
	}
	d.Inputs = append(d.Inputs, d.Old.differences(d.New)...)
	was, is := statusesOf(before), statusesOf(after)
	for _, id := range slices.Sorted(maps.Keys(was)) {
		c := statusChange{ID: id, Old: was[id], New: is[id]}
		switch {
		case c.New == "":
			d.Removed = append(d.Removed, id)
			if c.Old == report.Pass {
				d.Regressions = append(d.Regressions, c)
			}
		case c.Old == report.Skipped || c.New == report.Skipped:
			d.NotComparable++
		case c.Old == c.New:
		case c.Old == report.Pass:
			d.Regressions = append(d.Regressions, c)
		case c.New == report.Pass:
			d.Fixes = append(d.Fixes, c)
		default:
			d.Other = append(d.Other, c)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(is)) {
		if was[id] == "" {
			d.Added = append(d.Added, id)
		}
	}
	kinds := slices.Concat(slices.Collect(maps.Keys(before.Dialect.WireMap)), slices.Collect(maps.Keys(after.Dialect.WireMap)))
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		was, is := before.Dialect.WireMap[kind], after.Dialect.WireMap[kind]
		fields := slices.Concat(slices.Collect(maps.Keys(was)), slices.Collect(maps.Keys(is)))
		slices.Sort(fields)
		for _, field := range slices.Compact(fields) {
			c := wireChange{Kind: kind, Field: field, Old: was[field], New: is[field]}
			if c.Old != c.New && !skippedIn(before, kind, c.Old) && !skippedIn(after, kind, c.New) {
				d.WireMap = append(d.WireMap, c)
			}
		}
	}
	return d
}

// skippedIn reports whether a report does not know where a field goes because it skipped checks of that kind of message.
func skippedIn(r *report.Report, kind, place string) bool {
	return place == "" && slices.ContainsFunc(r.Results, func(res report.Result) bool {
		return res.Status == report.Skipped && strings.HasPrefix(res.ID, "send/"+kind+"/")
	})
}

func statusesOf(r *report.Report) map[string]report.Status {
	out := map[string]report.Status{}
	for _, res := range r.Results {
		out[res.ID] = res.Status
	}
	return out
}

func (d reportDiff) print(w *cli.Output) {
	d = printable.Fields(d)
	fmt.Fprintf(w, "old  %s\nnew  %s\n", d.Old, d.New)
	if len(d.Inputs) > 0 {
		fmt.Fprintf(w, "not the same in both: %s\n", strings.Join(d.Inputs, ", "))
	}
	for _, part := range []struct {
		title   string
		changes []statusChange
	}{{"regressions", d.Regressions}, {"fixes", d.Fixes}, {"other changes", d.Other}} {
		if len(part.changes) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s\n", part.title)
		for _, c := range part.changes {
			now := string(c.New)
			if now == "" {
				now = "gone"
			}
			fmt.Fprintf(w, "  %s: %s, was %s\n", c.ID, now, c.Old)
		}
	}
	for _, id := range d.Added {
		fmt.Fprintf(w, "new check     %s\n", id)
	}
	for _, id := range d.Removed {
		fmt.Fprintf(w, "removed check %s\n", id)
	}
	for _, c := range d.WireMap {
		fmt.Fprintf(w, "%s %s moved from %s to %s\n", c.Kind, c.Field, cli.OrDash(c.Old), cli.OrDash(c.New))
	}
	if d.NotComparable > 0 {
		fmt.Fprintf(w, "not comparable: skipped in one of the reports or in both: %d\n", d.NotComparable)
	}
	if len(d.Regressions)+len(d.Fixes)+len(d.Other)+len(d.Added)+len(d.Removed)+len(d.WireMap) == 0 {
		fmt.Fprintln(w, "no differences")
	}
}
