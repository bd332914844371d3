// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/internal/printable"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
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

// junitKind returns the element of a test case that represents a result. A failed recommendation or provisional check
// must not fail the build, so it is represented as skipped, with the failure as the message.
func junitKind(res Result) string {
	advisory := res.Provisional || res.Level == Rec || res.Level == Info
	switch res.Status {
	case Pass:
		return "pass"
	case NA, Skipped, XFail:
		return "skipped"
	case Error, Blocked:
		if advisory {
			return "skipped"
		}
		return "error"
	default:
		if advisory {
			return "skipped"
		}
		return "failure"
	}
}

// JUnit returns the results as JUnit XML, with a suite for each group of checks.
func (r *Report) JUnit() ([]byte, error) {
	out := junitSuites{Name: "wahost conformance " + printable.Text(r.Provider.Name)}
	byGroup := map[string]int{}
	spent := map[string]time.Duration{}
	for _, res := range r.Results {
		i, ok := byGroup[res.Group]
		if !ok {
			i = len(out.Suites)
			byGroup[res.Group] = i
			out.Suites = append(out.Suites, junitSuite{Name: printable.Text(res.Group)})
		}
		s := &out.Suites[i]
		c := junitCase{Name: printable.Text(res.ID), Class: printable.Text(res.Group), Time: seconds(res.Duration)}
		text := &junitText{Message: printable.Text(headline(res)), Type: string(res.Status), Body: printable.Text(details(res))}
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
		spent[res.Group] += res.Duration
	}
	for i := range out.Suites {
		s := &out.Suites[i]
		s.Time = seconds(spent[s.Name])
		out.Tests, out.Failures, out.Errors, out.Skipped = out.Tests+s.Tests, out.Failures+s.Failures, out.Errors+s.Errors, out.Skipped+s.Skipped
	}
	data, err := xml.MarshalIndent(out, "", "  ")
	return append([]byte(xml.Header), append(data, '\n')...), err
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
	if len(res.Findings) == 0 {
		if res.Note != "" {
			return string(res.Status) + ": " + printable.Line(res.Note)
		}
		if res.Status == NA {
			return "not applicable: " + res.Capability + " is not declared"
		}
		return string(res.Status)
	}
	f := res.Findings[0]
	text := fmt.Sprintf("expected %s, got %s", printable.Line(f.Expected), printable.Line(f.Actual))
	if f.At != "" {
		text = f.At + ": " + text
	}
	return text
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
