// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"go/ast"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	ownVariable     = regexp.MustCompile(`^WAHOST_[A-Z_]*[A-Z_]$`)
	variableInTable = regexp.MustCompile("(?m)^\\| `(WAHOST_[A-Z_]+)`")
)

// notForOperators are names in the code that nobody should set, each with its reason.
var notForOperators = map[string]string{
	"WAHOST_PROVIDER_COOKIE":      "the host starts a provider with it",
	"WAHOST_HOST_PID":             "the host tells a provider whom to watch",
	"WAHOST_PROVIDER_LOG":         "the host tells a provider its level of logging",
	"WAHOST_TEST_BROWSER":         "tests of web pages read it",
	"WAHOST_TEST_TOOLS":           "tests of releases read it",
	"WAHOST_TEST_POSTGRES":        "tests of the PostgreSQL store read it",
	"WAHOST_TEST_AXE":             "tests of web pages read it",
	"WAHOST_TEST_ISSUER":          "tests of logins read it",
	"WAHOST_TEST_ISSUER_REQUIRED": "tests of logins read it",
	"WAHOST_TEST_NODE":            "tests of the provider in JavaScript read it",
	"WAHOST_TEST_FAILPOINT":       "tests name with it where a gateway of theirs is killed",
	"WAHOST_VARS_":                "a warning says that it should be WAHOST_VAR_",
	"WAHOST_VARIABLE_":            "a warning says that it should be WAHOST_VAR_",
}

// TestEnvironment compares the variables that the programs read with the table of docs/operating/running.md, in both directions.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("operating/running.md")
	require.NoError(t, err)
	page := string(src)
	inCode := map[string]bool{}
	for _, text := range literals(t) {
		if ownVariable.MatchString(text) {
			inCode[strings.TrimSuffix(text, "_")] = true
			if notForOperators[text] == "" {
				assert.True(t, strings.Contains(page, "`"+text), "docs/operating/running.md does not have the variable %s", text)
			}
		}
	}
	found := variableInTable.FindAllStringSubmatch(page, -1)
	require.Greater(t, len(found), 5)
	for _, m := range found {
		assert.True(t, inCode[strings.TrimSuffix(m[1], "_NAME")], "docs/operating/running.md: nothing reads %s", m[1])
	}
}

// allowedVariablesPart lists the variables of the environment that a provider gets.
func allowedVariablesPart(t *testing.T) string {
	t.Helper()
	for _, d := range declarations(t, "core/launch") {
		list, ok := d.value.(*ast.CompositeLit)
		if d.name != "allowedEnv" || !ok {
			continue
		}
		var names []string
		for _, element := range list.Elts {
			name, ok := constantText(element)
			require.True(t, ok)
			names = append(names, code(name))
		}
		return strings.Join(names, ", ") + "\n"
	}
	t.Fatal("there is no allowedEnv in core/launch")
	return ""
}
