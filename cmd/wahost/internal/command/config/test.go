// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/host"
)

// Test returns the command `wahost test`.
func Test(a *cli.App) *cobra.Command {
	var run string
	cmd := &cobra.Command{
		Use:   "test [FILE]...",
		Short: "Test where messages would go, without sending anything",
		Long: `Run the tests in the *.wahosttest.hcl files of the configuration folder, or in the
named files. A test has a message, and the route, the channels and the skipped
channels that are expected of it:

  run "codes_to_india" {
    to = "+919900112233"
    message {
      template = "login_code"
      params   = ["482913"]
    }
    unhealthy = [channel.innopaas.in_otp]
    expect {
      route    = "otp"
      channels = [channel.pushwoosh.eu]
    }
  }

Messages are routed as explain and send route them. The providers are started to
check the configuration and to tell what their channels carry; no channel is
opened and nothing leaves this machine. The exit code is 1 if a test fails, and 2
if the configuration or a test file has a mistake.`,
		Example: `  wahost test
  wahost test routes.wahosttest.hcl --run 'codes|sales'
  wahost --config ./configs/failover test --json`,
		ValidArgsFunction: cli.ArgFiles("hcl"),
		RunE: func(cmd *cobra.Command, args []string) error {
			pattern, err := regexp.Compile(run)
			if err != nil {
				return cli.UsageError("--run %s: expected a regular expression: %v", run, err)
			}
			return runTests(cmd.Context(), a, args, pattern)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "run only the tests whose name matches this `REGEXP`")
	cli.CompleteWords(cmd, "run")
	return cmd
}

func runTests(ctx context.Context, a *cli.App, files []string, pattern *regexp.Regexp) error {
	for _, file := range files {
		if !strings.HasSuffix(file, config.TestFileSuffix) {
			return cli.UsageError("%s is not a test file: its name must end in %s", file, config.TestFileSuffix)
		}
	}
	h, err := a.OpenHost(ctx)
	if err != nil {
		return err
	}
	defer a.CloseHost(h)
	a.NoteUnlocked(h)
	runs, found := h.ReadTests(files)
	if found.HasErrors() {
		return a.Report(found)
	}
	chosen, err := chooseRuns(runs, pattern, a.ConfigDir)
	if err != nil {
		return err
	}
	planned, err := planTests(ctx, a, h, chosen)
	if err != nil {
		return err
	}
	report := testReport{Format: "1.0", Tests: []testResult{}}
	for _, p := range planned {
		report.add(p.run())
	}
	if err := report.print(a); err != nil {
		return cli.EnvironmentError(err)
	}
	if report.Failed > 0 {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// chooseRuns returns the runs whose names match. No run at all is an error: a pipeline that tests nothing would be green.
func chooseRuns(runs []load.TestRun, pattern *regexp.Regexp, dir string) ([]load.TestRun, error) {
	var chosen []load.TestRun
	for _, r := range runs {
		if pattern.MatchString(r.Name) {
			chosen = append(chosen, r)
		}
	}
	switch {
	case len(runs) == 0:
		return nil, cli.UsageError("there is no test: the folder %s has no *%s files with run blocks. wahost test --help shows one", dir, config.TestFileSuffix)
	case len(chosen) == 0:
		return nil, cli.UsageError("--run %s matches none of the %d tests", pattern, len(runs))
	}
	return chosen, nil
}

// plannedTest is a test with the configuration that it is about.
type plannedTest struct {
	config.Test
	at        config.Range
	rehearsal *host.Rehearsal
}

// planTests evaluates all tests before the first is run. Runs with the same values of variables share a configuration.
func planTests(ctx context.Context, a *cli.App, h *host.Host, runs []load.TestRun) ([]plannedTest, error) {
	rehearsals := map[string]*host.Rehearsal{}
	var planned []plannedTest
	wrong := h.StartErrors()
	wrong.Diagnostics = nil
	for _, r := range runs {
		key := strings.Join(r.Vars, "\x00")
		if rehearsals[key] == nil {
			rehearsal, found := h.Rehearse(ctx, r.Vars)
			if ctx.Err() != nil {
				return nil, cli.Interrupted()
			}
			if found.HasErrors() {
				return nil, a.Report(found)
			}
			rehearsals[key] = rehearsal
		}
		test, diags := rehearsals[key].DecodeTest(r, func(path string) ([]byte, error) {
			raw, _, err := a.ReadJSON(path)
			return raw, err
		})
		wrong.Diagnostics = append(wrong.Diagnostics, diags...)
		planned = append(planned, plannedTest{test, r.At, rehearsals[key]})
	}
	if wrong.HasErrors() {
		return nil, a.Report(wrong)
	}
	return planned, nil
}

// run compares what becomes of the message with what is expected.
func (p plannedTest) run() testResult {
	v := p.rehearsal.Explain(p.Message, p.To, p.Unhealthy)
	r := testResult{
		Name: p.Name, File: p.at.File, Line: p.at.Start.Line, Status: statusPass,
		Got: newTestGot(v), Differences: []difference{},
	}
	for _, miss := range v.Misses {
		r.Missed = append(r.Missed, missedRoute{miss.Route, miss.Why})
	}
	for _, s := range v.Decision.Skipped {
		r.Why = append(r.Why, fmt.Sprintf("%s skipped: %s", s.Channel, s.Detail))
	}
	r.Differences = append(r.Differences, compare(p.Expect, r.Got, randomOrder(p.rehearsal.Config(), v.Decision.Route))...)
	if len(r.Differences) > 0 {
		r.Status = statusFail
	}
	return r
}

// randomOrder reports whether the order of the channels of a route differs from one message to the next.
func randomOrder(c *config.Config, route string) bool {
	for _, r := range c.Routes {
		if r.Name == route {
			return r.Strategy == config.StrategyWeighted && !r.Sticky
		}
	}
	return false
}
