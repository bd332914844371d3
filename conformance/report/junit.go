// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/internal/printable"
)

// The elements and attributes are those that Jenkins' schema junit-10.xsd allows: testsuites has no attribute "skipped",
// and properties belong to a testsuite.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Time     string       `xml:"time,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	Time       string           `xml:"time,attr"`
	Timestamp  string           `xml:"timestamp,attr,omitempty"`
	Properties *junitProperties `xml:"properties"`
	Cases      []junitCase      `xml:"testcase"`

	spent time.Duration
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure"`
	Error   *junitText `xml:"error"`
	Skipped *junitText `xml:"skipped"`
	Out     string     `xml:"system-out,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Body    string `xml:",chardata"`
}

// The suites in a JUnit file that are not groups of checks.
const (
	junitAdvice = "advice"
	junitRun    = "run"
)

// junitKind returns the element of a test case that represents a result. A recommendation that was not met is a failure
// of the suite "advice", where nobody takes it for one of the many checks that do not apply. A deviation without an effect
// is skipped.
func junitKind(res Result) string {
	switch res.Effect() {
	case Agrees:
		if res.Status == Pass {
			return "pass"
		}
		return "skipped"
	case Fails, Advises:
		return "failure"
	case Breaks:
		return "error"
	case LeavesOut:
		if res.Status == Blocked {
			return "error"
		}
		return "skipped"
	default:
		return "skipped"
	}
}

// JUnit returns the results as JUnit XML, with a suite for each group of checks, one for advice, and one for the rules for
// the whole run if they were broken. Class names begin with the name of the provider, so that the files of several
// providers can be read together.
func (r *Report) JUnit() ([]byte, error) {
	provider := printable.Text(r.Provider.Name)
	out := junitSuites{Name: "wahost conformance " + provider, Time: seconds(r.Run.Duration)}
	suites := map[string]*junitSuite{}
	add := func(group string, res Result) {
		s := suites[group]
		if s == nil {
			s = &junitSuite{Name: printable.Text(group), Timestamp: r.timestamp(), Properties: r.junitProperties()}
			suites[group] = s
		}
		s.add(res, strings.ReplaceAll(provider, ".", "_")+"."+printable.Text(group))
	}
	for _, res := range r.Results {
		group := res.Group
		if res.Effect() == Advises {
			group = junitAdvice
		}
		add(group, res)
	}
	for _, res := range r.broken() {
		add(junitRun, res)
	}
	for _, group := range slices.SortedFunc(maps.Keys(suites), adviceFirst) {
		s := suites[group]
		s.Time = seconds(s.spent)
		out.Suites = append(out.Suites, *s)
		out.Tests, out.Failures, out.Errors = out.Tests+s.Tests, out.Failures+s.Failures, out.Errors+s.Errors
	}
	data, err := xml.MarshalIndent(out, "", "  ")
	return append([]byte(xml.Header), append(data, '\n')...), err
}

// adviceFirst orders the suites: the rules for the whole run, advice, and then the groups.
func adviceFirst(a, b string) int {
	rank := func(s string) int { return slices.Index([]string{junitAdvice, junitRun}, s) }
	return cmp.Or(cmp.Compare(rank(b), rank(a)), strings.Compare(a, b))
}

func (s *junitSuite) add(res Result, class string) {
	c := junitCase{Name: printable.Text(res.ID), Class: class, Time: seconds(res.Duration)}
	text := &junitText{Message: printable.Text(headline(res)), Type: string(res.Status), Body: printable.Text(details(res))}
	if res.Effect() == Advises {
		text.Type = "advice"
	}
	switch junitKind(res) {
	case "failure":
		c.Failure, s.Failures = text, s.Failures+1
	case "error":
		c.Error, s.Errors = text, s.Errors+1
	case "skipped":
		c.Skipped, s.Skipped = text, s.Skipped+1
	default:
		c.Out = printable.Text(res.Requirement)
	}
	s.Cases, s.Tests = append(s.Cases, c), s.Tests+1
	s.spent += res.Duration
}

// broken returns a failure for each violation of a rule for the whole run.
func (r *Report) broken() []Result {
	var out []Result
	for i, v := range r.Violations {
		out = append(out, Result{
			ID: fmt.Sprintf("%s/%d", v.Kind, i+1), Group: junitRun, Level: Core, Status: Fail, Requirement: "The rules for the whole run hold.",
			Findings: []Finding{{Expected: "no " + v.Kind, Actual: v.Detail}},
		})
	}
	return out
}

// junitProperties returns what the results are about, and the verdict that follows from them.
func (r *Report) junitProperties() *junitProperties {
	var out junitProperties
	for _, p := range []junitProperty{
		{"provider", r.Provider.Name + " " + r.Provider.Version}, {"sha256", r.Provider.SHA256}, {"suite", r.Suite.Version},
		{"dialect", r.Dialect.Name + " " + r.Dialect.Version}, {"seed", strconv.FormatInt(r.Run.Seed, 10)}, {"mode", r.Run.Mode},
		{"verdict", r.Verdict.Word}, {"certifiable", strconv.FormatBool(r.Verdict.Certifiable)},
		{"advice", strconv.Itoa(len(r.Advice()))}, {"result_digest", r.ResultDigest},
	} {
		out.List = append(out.List, junitProperty{p.Name, printable.Text(p.Value)})
	}
	return &out
}

func (r *Report) timestamp() string {
	if r.Run.Started.IsZero() {
		return ""
	}
	return r.Run.Started.UTC().Format("2006-01-02T15:04:05")
}

// readBackJUnit counts the elements of a JUnit file, and checks the count attributes against them.
func readBackJUnit(data []byte) (map[string]int, error) {
	var in junitSuites
	if err := xml.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, s := range in.Suites {
		for _, c := range s.Cases {
			switch {
			case c.Failure != nil:
				counts["failure"]++
			case c.Error != nil:
				counts["error"]++
			case c.Skipped != nil:
				counts["skipped"]++
			default:
				counts["pass"]++
			}
		}
	}
	if n := counts["failure"]; n != in.Failures {
		return nil, fmt.Errorf("%d failure elements, but the attribute is %d", n, in.Failures)
	}
	return counts, nil
}

// headline returns a result in one line.
func headline(res Result) string {
	text := deviation(res)
	if len(res.Findings) > 0 && res.Findings[0].At != "" {
		text = res.Findings[0].At + ": " + text
	}
	return text
}

// deviation returns a result in one line without the place of the first finding.
func deviation(res Result) string {
	if len(res.Findings) > 0 {
		return fmt.Sprintf("expected %s, got %s", printable.Line(res.Findings[0].Expected), printable.Line(res.Findings[0].Actual))
	}
	switch {
	case res.Note != "":
		return string(res.Status) + ": " + printable.Line(res.Note)
	case res.Status == NA:
		return string(NA) + ": " + res.Capability + " is not declared"
	}
	return string(res.Status)
}

func details(res Result) string {
	const indent = "             "
	var b strings.Builder
	fmt.Fprintf(&b, "requirement: %s\n", res.Requirement)
	for _, f := range res.Findings {
		if f.At != "" {
			fmt.Fprintf(&b, "at:          %s\n", printable.Line(f.At))
		}
		fmt.Fprintf(&b, "expected:    %s\nactual:      %s\n", printable.Lines(f.Expected, indent), printable.Lines(f.Actual, indent))
	}
	if res.Note != "" {
		fmt.Fprintf(&b, "note:        %s\n", printable.Lines(res.Note, indent))
	}
	if res.Reproduce != "" {
		fmt.Fprintf(&b, "reproduce:   %s\n", res.Reproduce)
	}
	return b.String()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
