// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPackagesSayWhatTheyAreFor looks for a package comment in each package.
func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	for _, p := range modulePackages(t) {
		commented := false
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			require.NoError(t, err)
			commented = commented || file.Doc != nil
		}
		if len(p.GoFiles) > 0 && !commented {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}
