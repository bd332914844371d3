// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValueShowsNothing(t *testing.T) {
	t.Parallel()
	type options struct{ Token string }
	v := Hide(options{"CANARY-7f3a"})
	require.Equal(t, options{"CANARY-7f3a"}, Reveal[options](v))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		require.Equal(t, "(configuration)", fmt.Sprintf(verb, v))
		require.NotContains(t, fmt.Sprintf(verb, Channel{Value: v}), "7f3a")
		require.NotContains(t, fmt.Sprintf(verb, struct{ hidden Value }{v}), "7f3a")
	}
	encoded, err := json.Marshal(v) //nolint:staticcheck // that nothing is written is what the test proves
	require.NoError(t, err)
	require.Equal(t, "{}", string(encoded))
}

func TestRevealOfAnotherTypeIsZero(t *testing.T) {
	t.Parallel()
	require.Empty(t, Reveal[string](Value{}))
	require.Zero(t, Reveal[int](Hide("text")))
	require.Empty(t, Reveal[string](Hide(nil)))
}
