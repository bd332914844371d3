// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Numbers and texts are hidden until somebody with the scope asks for them, and each look is in the audit.
func TestAPIReveal(t *testing.T) {
	t.Parallel()
	a := newAPI(t, rejected())
	path := a.text("16505551234", "")
	for _, hidden := range []map[string]any{a.is(path, "state", "dead"), a.items("/v1/messages?to=16505551234")[0], a.ok("POST", path+"/redrive", "")} {
		require.Equal(t, "+16…34", hidden["to"])
		require.NotContains(t, hidden, "content")
	}
	require.Len(t, a.items("/v1/audit"), 1, "only the redrive")
	require.Equal(t, "+16505551234", a.ok("GET", path+"?reveal=true", "")["to"])
	require.Equal(t, "+16505551234", a.items("/v1/messages?reveal=true&limit=1")[0]["to"])
	look := a.items("/v1/audit")
	require.Equal(t, []any{"reveal", "messages", "shop"}, []any{look[0]["action"], look[0]["object"], look[0]["key"]})
	require.Equal(t, []any{"reveal", strings.TrimPrefix(path, "/v1/messages/")}, []any{look[1]["action"], look[1]["object"]})

	reader := api{newWorld(t, nil)}
	for _, path := range []string{"/v1/messages?reveal=true", "/v1/events?reveal=true", reader.text("16505551234", "") + "?reveal=true"} {
		status, problem := reader.call("GET", path, "")
		require.Equal(t, http.StatusForbidden, status, path)
		require.Contains(t, problem["detail"], "reveal")
	}
}
