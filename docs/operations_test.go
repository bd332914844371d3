// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// operationsPart lists the operations of the gateway's own API as its OpenAPI document has them.
func operationsPart(t *testing.T) string {
	text, err := adminapi.Document()
	require.NoError(t, err)
	var document struct {
		Paths map[string]map[string]struct {
			Summary, Description string
			Parameters           []struct{ Name, In string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &document))
	var b strings.Builder
	b.WriteString("| request | parameters | scope | does |\n|---|---|---|---|\n")
	for _, path := range slices.Sorted(maps.Keys(document.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(document.Paths[path])) {
			o := document.Paths[path][method]
			_, scope, ok := strings.Cut(o.Description, "Scope of the key: ")
			require.True(t, ok, path)
			var parameters []string
			for _, p := range o.Parameters {
				if p.In != "path" {
					parameters = append(parameters, "`"+p.Name+"`")
				}
			}
			fmt.Fprintf(&b, "| `%s %s` | %s | `%s` | %s |\n", strings.ToUpper(method), path, strings.Join(parameters, ", "),
				strings.ReplaceAll(strings.TrimSuffix(scope, "."), " or ", "` or `"), o.Summary)
		}
	}
	return strings.ReplaceAll(b.String(), "|  |", "| |")
}
