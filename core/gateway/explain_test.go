// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// The decision about a message is explained, and nothing is sent.
func TestAPIExplain(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	explain := func(m string) (int, map[string]any) {
		return a.call("POST", "/v1/explain", `{"phone_number_id":"`+numberID+`","message":`+m+`}`)
	}
	status, got := explain(`{"to":"16505551234","text":{"body":"Hi"}}`)
	require.Equal(t, http.StatusOK, status, "%v", got)
	require.Equal(t, []any{true, "all", "+49100", "transactional", "service"}, []any{got["accepted"], got["route"], got["lane"], got["class"], got["category"]})
	require.Equal(t, []any{map[string]any{"channel": "p.first", "skipped": false}}, got["channels"])
	status, got = explain(`{"to":"16505551234","type":"audio","audio":{"link":"https://example.com/a.mp3"}}`)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, []any{false, "unsupported"}, []any{got["accepted"], got["rejection"].(map[string]any)["reason"]})
	require.Equal(t, true, got["channels"].([]any)[0].(map[string]any)["skipped"])
	status, got = explain(`{"to":"x","text":{}}`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.NotEmpty(t, got["errors"])
	status, _ = a.call("POST", "/v1/explain", `{"phone_number_id":"9","message":{}}`)
	require.Equal(t, http.StatusNotFound, status)
	require.Empty(t, a.vendor.seen)
}
