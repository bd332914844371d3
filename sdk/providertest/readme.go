// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"os"
	"strings"
	"testing"

	"github.com/wahost/wahost/sdk/provider"
)

// Documented fails if README.md in the working directory, which is the package's own in a test, has no table cell
// with the name of an argument of the provider: | `name` |.
func Documented(t testing.TB, p provider.Provider) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range append(p.Schema().Provider.Attributes, p.Schema().Channel.Attributes...) {
		if !strings.Contains(string(readme), "| `"+a.Name+"` |") {
			t.Errorf("README.md does not document the argument %q", a.Name)
		}
	}
}
