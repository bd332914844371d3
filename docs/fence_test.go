// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fence is one block of code in a page. The words after its language are its attributes: NAME or NAME="value".
//
//	sh                     run in order by bash, in the folder in which the block before ended; each command must succeed
//	sh exit="1"            the last command of the block ends with this code
//	sh terminal="T" until="TEXT"   run in a second terminal until TEXT is printed; Ctrl-C ends what ran there before
//	sh norun="reason"      not run; only the commands and flags of wahost in it are checked
//	hcl                    loaded by wahost validate, with what is missing added: see frame
//	hcl file="NAME"        written to a file, for the commands that follow, and loaded by them
//	hcl tests              run by wahost test
//	hcl dialect, hcl lock, hcl submission   what else is written in HCL
//	hcl unchecked="reason" loaded without providers
//	csv file="NAME", yaml file="NAME", json file="NAME"   written to a file
//	diff file="NAME"       lines to change in a file: see change
//	json                   parsed, and read as a message if it has a type
//	go                     compiled, with the frame in goFrames
//	text output            what the block of commands before it prints
//	text                   anything else
type fence struct {
	page, lang, text string
	attrs            map[string]string
	line             int
}

func (f fence) String() string { return fmt.Sprintf("%s:%d", f.page, f.line) }

func (f fence) has(attr string) bool {
	_, ok := f.attrs[attr]
	return ok
}

// elsewhere are the pages whose blocks other tests run.
var elsewhere = map[string]string{
	"../conformance/reports/": "TestReports runs the commands of the reports",
	"../docs/providers/acme/": "the page belongs to the provider; TestPages runs the commands of such a provider, from the tutorial",
}

var attribute = regexp.MustCompile(`([a-z]+)(?:="([^"]*)")?`)

// fences returns the blocks of code of a page, in order.
func fences(t *testing.T, page string) []fence {
	t.Helper()
	for prefix, reason := range elsewhere {
		require.NotEmpty(t, reason)
		if strings.HasPrefix(filepath.ToSlash(page), prefix) {
			return nil
		}
	}
	src, err := os.ReadFile(page)
	require.NoError(t, err)
	var all []fence
	var open *fence
	for i, line := range strings.Split(string(src), "\n") {
		info, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			open = &fence{page: page, attrs: map[string]string{}, line: i + 1}
			var rest string
			open.lang, rest, _ = strings.Cut(info, " ")
			for _, a := range attribute.FindAllStringSubmatch(rest, -1) {
				open.attrs[a[1]] = a[2]
			}
		case isFence:
			all = append(all, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	require.Nil(t, open, "%s: a block of code does not end", page)
	return all
}

// known are the attributes of each language.
var known = map[string][]string{
	"sh": {"exit", "terminal", "until", "norun"}, "hcl": {"file", "dialect", "lock", "submission", "tests", "unchecked"},
	"csv": {"file"}, "yaml": {"file"}, "json": {"file"}, "diff": {"file"}, "go": {}, "text": {"output"},
}

// TestFences checks that each block of code says what it is, and that one that does not run gives its reason.
func TestFences(t *testing.T) {
	t.Parallel()
	count := 0
	for _, page := range pages(t) {
		for _, f := range fences(t, page) {
			count++
			attrs, ok := known[f.lang]
			if !ok {
				t.Errorf("%s: the language %q is not one of those that a test runs", f, f.lang)
			}
			for name, value := range f.attrs {
				assert.Contains(t, attrs, name, f.String())
				if name == "norun" || name == "unchecked" {
					assert.Greater(t, len(strings.Fields(value)), 3, "%s: %s needs a reason", f, name)
				}
			}
		}
	}
	require.Greater(t, count, 40)
}
