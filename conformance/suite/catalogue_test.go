// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

func TestCatalogueRefusesIncompleteChecks(t *testing.T) {
	t.Parallel()
	run := func(context.Context, *suite.Env) {}
	good := suite.Check{ID: "a/b", Level: report.Core, Requirement: "r", Run: run}
	tests := map[string]func(*suite.Check){
		"not group/slug": func(c *suite.Check) { c.ID = "b" },
		"occurs twice":   func(c *suite.Check) { c.ID = "x/y" },
		"does not exist": func(c *suite.Check) { c.Level = "must" },
		"no requirement": func(c *suite.Check) { c.Requirement = "" },
		"nothing to run": func(c *suite.Check) { c.Run = nil },
	}
	for want, change := range tests {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			bad, other := good, good
			other.ID = "x/y"
			change(&bad)
			_, err := suite.Catalogue(&suite.Facts{}, func(*suite.Facts) []suite.Check { return []suite.Check{bad, other} })
			assert.ErrorContains(t, err, want)
		})
	}
}
