// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckSender(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ sender, problem string }{
		"a number":         {"+15550100001", ""},
		"an application":   {"acme application Ä1", ""},
		"empty":            {"", "empty"},
		"long":             {strings.Repeat("x", maxWord+1), "bytes"},
		"a space":          {"acme ", "space"},
		"a control":        {"ac\x01me", "printed"},
		"not UTF-8":        {"acme \xff", "UTF-8"},
		"no phone number":  {"+1 555", "E.164"},
		"a number in text": {"acme +1 555", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckSender(tt.sender)
			if tt.problem == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.problem)
		})
	}
}
