// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/require"
)

// A provider decides what its diagnostics say, and whether they say anything.
func TestReasonOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ summary, detail, want string }{
		"a sentence":         {"Invalid number", "It is too short.", "invalid number: It is too short."},
		"paragraphs":         {"Provider failed", "The provider cannot be used.\n\nNo such file.\nLine 2", "provider failed: The provider cannot be used. No such file."},
		"no detail":          {"Invalid number", "", "invalid number"},
		"no summary":         {"", "It is too short.", "It is too short."},
		"nothing":            {"", "", "no reason was given"},
		"a letter of 2 byte": {"Ätzend", "So.", "ätzend: So."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, reasonOf(&hcl.Diagnostic{Summary: test.summary, Detail: test.detail}))
		})
	}
}
