// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/verify"
)

// TestCatalogueFile compares the checks that the verification of certificates knows with the suite. With -update it writes them.
func TestCatalogueFile(t *testing.T) {
	t.Parallel()
	major, _, _ := strings.Cut(suite.Version, ".")
	file := fmt.Sprintf("%s/core/registry/verify/catalogue/suite-%s.txt", root, major)
	catalogue, err := verifiedCatalogue()
	require.NoError(t, err)
	var want bytes.Buffer
	require.NoError(t, catalogue.Write(&want))
	if *update {
		require.NoError(t, os.WriteFile(file, want.Bytes(), 0o644))
		return
	}
	have, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, want.String(), string(have), "run: make docs")
}

// TestCatalogueKnowsEveryCheck looks for the checks of all published reports, which are of providers of several vendors.
func TestCatalogueKnowsEveryCheck(t *testing.T) {
	t.Parallel()
	catalogue, err := verifiedCatalogue()
	require.NoError(t, err)
	for _, p := range reportedProviders {
		data, err := os.ReadFile(filepath.Join(p.folder(), "statuses.txt"))
		require.NoError(t, err)
		plan := map[string]bool{}
		for line := range strings.Lines(string(data)) {
			id, _, _ := strings.Cut(line, " ")
			plan[id] = true
			_, known := catalogue.Check(id)
			assert.True(t, known, "%s: %s is not in the catalogue: rows of a dialect make it, so name it in suite.RowFamilies", p.name, id)
		}
		for _, c := range catalogue.Checks() {
			if c.Required() && !c.Sometimes {
				assert.True(t, plan[c.ID], "%s: its plan lacks %s, which every plan is expected to have", p.name, c.ID)
			}
		}
	}
	require.NotNil(t, verify.CatalogueOf(1))
}
