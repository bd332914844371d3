// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/boundfile"
	"github.com/wahost/wahost/internal/printable"
)

// earlierRun is what an earlier run was about.
type earlierRun struct {
	provider, version string
	// plan has the status of each check of the run.
	plan         map[string]string
	capabilities []string
}

// upgradeRow is a check in the output of `conformance upgrade-plan --json`.
type upgradeRow struct {
	ID          string `json:"id"`
	Level       string `json:"level"`
	Provisional bool   `json:"provisional"`
	Capability  string `json:"capability,omitempty"`
	Requirement string `json:"requirement"`
	// Was is the status in the earlier run, if the run had the check.
	Was string `json:"was,omitempty"`
}

// upgradePlan is what this suite would ask of a provider that was tested with another one.
type upgradePlan struct {
	FormatVersion string `json:"format_version"`
	Provider      string `json:"provider"`
	From          string `json:"from"`
	To            string `json:"to"`
	// Demanded are new checks that a provider must pass, Recommended and Provisional are new ones that it should pass, and Failing
	// are checks that did not pass in the earlier run and count now.
	Demanded    []upgradeRow `json:"demanded"`
	Recommended []upgradeRow `json:"recommended"`
	Provisional []upgradeRow `json:"provisional"`
	Failing     []upgradeRow `json:"failing"`
	Removed     []string     `json:"removed"`
}

// newUpgradePlan returns the command `wahost conformance upgrade-plan`.
func newUpgradePlan(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "upgrade-plan (REPORT | CERTIFICATE)",
		Short: "Show what this suite asks of a provider beyond an earlier run",
		Long: `Show what this version of the suite asks of a provider that was tested with
another version: new checks that it must pass, new recommendations, checks that
did not pass then and count now, and checks that are gone. Only checks about what
the provider carried then are shown. Nothing is run.`,
		Example: "  wahost conformance upgrade-plan cert/report.json\n  wahost conformance upgrade-plan certificate.json --json",
		Args:    cli.Args("REPORT"),

		ValidArgsFunction: cli.ArgFiles("json"),
		RunE: func(_ *cobra.Command, args []string) error {
			earlier, err := readEarlier(args[0])
			if err != nil {
				return err
			}
			plan, err := planUpgrade(earlier)
			if err != nil {
				return err
			}
			if a.JSON {
				return a.PrintJSON(plan)
			}
			return plan.write(a.Stdout)
		},
	}
}

// readEarlier reads a report or a certificate.
func readEarlier(path string) (earlierRun, error) {
	out := earlierRun{plan: map[string]string{}}
	data, err := boundfile.Read(path, maxReport)
	if err != nil {
		return out, cli.UsageError("%v", err)
	}
	if s, err := verify.ReadStatement(data); err == nil {
		p := s.Predicate
		out.provider, out.version, out.capabilities = p.Provider, p.Suite.Version, p.Capabilities
		for _, id := range p.Evaluated {
			out.plan[id] = string(report.Pass)
		}
		for _, id := range p.NotApplicable {
			out.plan[id] = string(report.NA)
		}
		for _, f := range slices.Concat(p.Advice, p.Uncounted) {
			out.plan[f.ID] = f.Status
		}
		return out, nil
	}
	r, err := report.Read(data)
	if err != nil {
		return out, cli.UsageError("%s is neither a certificate nor a report: %v", path, err)
	}
	out.provider, out.version, out.capabilities = r.Provider.Name, r.Suite.Version, slices.Clone(r.Provider.Kinds)
	if r.Provider.Capabilities.Webhooks {
		out.capabilities = append(out.capabilities, verify.CapWebhooks)
	}
	if r.Provider.Capabilities.MaxRecipients > 1 {
		out.capabilities = append(out.capabilities, verify.CapRecipients)
	}
	for _, res := range r.Results {
		out.plan[res.ID] = string(res.Status)
	}
	return out, nil
}

// planUpgrade compares an earlier run with the checks of this suite.
func planUpgrade(e earlierRun) (*upgradePlan, error) {
	_, _, list, err := fullCatalogue()
	if err != nil {
		return nil, err
	}
	catalogue, err := verifiedCatalogue()
	if err != nil {
		return nil, err
	}
	out := &upgradePlan{
		FormatVersion: "1.0", Provider: e.provider, From: e.version, To: suite.Version,
		Demanded: []upgradeRow{}, Recommended: []upgradeRow{}, Provisional: []upgradeRow{}, Failing: []upgradeRow{}, Removed: []string{},
	}
	for _, c := range list {
		entry, known := catalogue.Check(c.ID)
		was, ran := e.plan[c.ID]
		about := entry.Subject()
		row := upgradeRow{ID: c.ID, Level: string(c.Level), Provisional: c.Provisional, Capability: about, Requirement: c.Requirement, Was: was}
		switch {
		case !known || entry.Sometimes || about != "" && !slices.Contains(e.capabilities, about):
		case ran && entry.Required() && !slices.Contains([]string{string(report.Pass), string(report.NA)}, was):
			out.Failing = append(out.Failing, row)
		case ran:
		case c.Provisional || c.Level == report.Info:
			out.Provisional = append(out.Provisional, row)
		case entry.Required():
			out.Demanded = append(out.Demanded, row)
		default:
			out.Recommended = append(out.Recommended, row)
		}
	}
	for id := range e.plan {
		if _, known := catalogue.Check(id); !known {
			out.Removed = append(out.Removed, id)
		}
	}
	slices.Sort(out.Removed)
	return out, nil
}

// write writes the plan for people.
func (p *upgradePlan) write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s was tested with suite %s; this is suite %s.\n", printable.Line(p.Provider), printable.Line(p.From), p.To)
	section := func(title string, rows []upgradeRow) {
		if len(rows) == 0 {
			return
		}
		fmt.Fprintf(&b, "\n%s (%d):\n", title, len(rows))
		for _, r := range rows {
			was := ""
			if r.Was != "" {
				was = " (was: " + printable.Line(r.Was) + ")"
			}
			fmt.Fprintf(&b, "  %s%s\n      %s\n", r.ID, was, r.Requirement)
		}
	}
	section("New, and must pass", p.Demanded)
	section("Did not pass then, and count", p.Failing)
	section("New recommendations", p.Recommended)
	section("New, without effect on the verdict yet", p.Provisional)
	if len(p.Removed) > 0 {
		fmt.Fprintf(&b, "\nGone (%d): %s\n", len(p.Removed), printable.Line(strings.Join(p.Removed, ", ")))
	}
	if len(p.Demanded)+len(p.Failing)+len(p.Recommended)+len(p.Provisional) == 0 {
		b.WriteString("\nThis suite asks nothing more of it. Run it again all the same: a check may find more than it did.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
