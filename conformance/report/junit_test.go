// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
)

// element says what an element of a JUnit file may have. The names are those of the schema junit-10 of Jenkins' plugin for
// reports of tests.
type element struct {
	required, optional []string
	children           []string
	text               bool
}

var junitElements = map[string]element{
	"testsuites": {optional: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {
		required: []string{"name", "tests", "failures", "errors"},
		optional: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
	},
	"properties": {children: []string{"property"}},
	"property":   {required: []string{"name", "value"}},
	"testcase": {
		required: []string{"name"}, optional: []string{"time", "classname", "group"},
		children: []string{"skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure", "flakyError", "system-out", "system-err"},
	},
	"failure":    {optional: []string{"type", "message"}, text: true},
	"error":      {optional: []string{"type", "message"}, text: true},
	"skipped":    {optional: []string{"type", "message"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

// junitTime matches a time in seconds, as the schema wants it for suites.
var junitTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

// junitProblems returns how a file deviates from junitElements.
func junitProblems(data []byte) (out []string) {
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	dec := xml.NewDecoder(bytes.NewReader(data))
	var open []string
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return append(out, err.Error())
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			rule, ok := junitElements[name]
			if !ok {
				add("unknown element %s", name)
			}
			if len(open) == 0 && name != "testsuites" && name != "testsuite" {
				add("the root is %s", name)
			}
			if len(open) > 0 && !slices.Contains(junitElements[open[len(open)-1]].children, name) {
				add("%s in %s", name, open[len(open)-1])
			}
			var has []string
			for _, a := range token.Attr {
				has = append(has, a.Name.Local)
				if !slices.Contains(rule.required, a.Name.Local) && !slices.Contains(rule.optional, a.Name.Local) {
					add("%s/@%s", name, a.Name.Local)
				}
				if a.Name.Local == "time" && name != "testcase" && !junitTime.MatchString(a.Value) {
					add("%s/@time is %q", name, a.Value)
				}
			}
			for _, want := range rule.required {
				if !slices.Contains(has, want) {
					add("%s has no @%s", name, want)
				}
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && !junitElements[open[len(open)-1]].text && strings.TrimSpace(string(token)) != "" {
				add("text in %s", open[len(open)-1])
			}
		}
	}
}

func TestJUnitProblems(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`<testsuites skipped="1"/>`:                     "testsuites/@skipped",
		`<testsuites><testcase name="a"/></testsuites>`: "testcase in testsuites",
		`<testsuite name="a" tests="1" failures="0"/>`:  "testsuite has no @errors",
		`<testsuites time="1s"/>`:                       `testsuites/@time is "1s"`,
		`<testsuites>text</testsuites>`:                 "text in testsuites",
		`<testsuites><properties/></testsuites>`:        "properties in testsuites",
		`<report/>`:                                     "unknown element report the root is report",
		`<testsuites name="a" time="1,234.5"><testsuite name="a" tests="1" failures="0" errors="0"><testcase name="a"><failure>x</failure></testcase></testsuite></testsuites>`: "",
	} {
		assert.Equal(t, want, strings.Join(junitProblems([]byte(src)), " "), src)
	}
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	broken := one()
	broken.Violations = []report.Violation{{Kind: report.CanaryLeaked, Detail: "log line 3"}}
	broken.Judge()
	advised := conformantReport()
	set("schema/described", report.Fail)(advised)
	advised.Judge()
	for name, tt := range map[string]struct {
		report *report.Report
		has    []string
		hasNot []string
	}{
		"every status": {one(), []string{
			`classname="acme.life"`, `<property name="seed" value="7">`, `<property name="sha256" value="ab">`, `<property name="verdict" value="nonconformant">`, `<property name="suite" value="1.0.0">`,
		}, []string{`<testsuite name="run"`, "\x00"}},
		"a rule for the whole run": {broken, []string{`<testsuite name="run" tests="1" failures="1"`, "canary_leaked"}, nil},
		"advice": {advised, []string{
			`<testsuite name="advice" tests="1" failures="1" errors="0" skipped="0"`, `classname="acme.advice"`, `type="advice"`,
			`<property name="verdict" value="conformant_with_advice">`, `<property name="advice" value="1">`,
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := tt.report.Render("junit")
			require.NoError(t, err)
			assert.Empty(t, junitProblems(data))
			for _, want := range tt.has {
				assert.Contains(t, string(data), want)
			}
			for _, unwanted := range tt.hasNot {
				assert.NotContains(t, string(data), unwanted)
			}
		})
	}
}
