// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/verify"
)

// verifiedCatalogue returns the checks of the suite as the verification of certificates knows them. Checks that only some plans
// have are marked: the plan of a provider that declares nothing lacks checks that others have, and the reverse.
func verifiedCatalogue() (*verify.Catalogue, error) {
	full, later, _, err := fullCatalogue()
	if err != nil {
		return nil, err
	}
	nothing := &suite.Facts{Dialect: &dialect.Dialect{}}
	plans := 0
	count, found := map[string]int{}, map[string]verify.Check{}
	for _, facts := range append(append([]*suite.Facts{full}, later...), nothing) {
		list, err := suite.Catalogue(facts, checks.All()...)
		if err != nil {
			return nil, cli.EnvironmentError(err)
		}
		plans++
		for _, c := range suite.Entries(list) {
			for _, family := range suite.RowFamilies() {
				if strings.HasPrefix(c.ID, family) {
					c.ID, c.Sometimes = family+"*", true
				}
			}
			count[c.ID]++
			found[c.ID] = c
		}
	}
	var all []verify.Check
	for id, c := range found {
		c.Sometimes = c.Sometimes || count[id] != plans
		all = append(all, c)
	}
	return verify.NewCatalogue(suite.Version, all), nil
}
