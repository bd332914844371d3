// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The metrics count what happened, and have no number and no text in them.
func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.send(`{"to":"16505551234","text":{"body":"a secret text"},"biz_opaque_callback_data":"order 1"}`)
	status, _ := w.post(`{"to":"16505551234","type":"sticker"}`)
	require.Equal(t, http.StatusBadRequest, status)
	var text string
	require.Eventually(t, func() bool {
		_, text = ask(t, http.MethodGet, "http://"+w.gateway.AdminAddr().String()+"/metrics", "", "")
		return strings.Contains(text, `wahost_sends_total{channel="p.first",outcome="accepted",reason=""} 1`)
	}, patience, patience/1000)
	for _, want := range []string{
		`wahost_requests_total{code="0",endpoint="messages",key="shop",status="200"} 1`, `endpoint="messages",key="shop",status="400"} 1`,
		`wahost_ready 1`, `wahost_messages{state="dead"} 0`, `wahost_messages{state="ready"} 0`, `wahost_in_doubt_total 0`,
		`wahost_send_seconds_count{channel="p.first"} 1`, `go_goroutines`, `process_resident_memory_bytes`,
	} {
		require.Contains(t, text, want)
	}
	for _, canary := range []string{"16505551234", "secret", "order 1", "+49100", `"49100"`, w.token.Reveal()} {
		require.NotContains(t, text, canary)
	}
}
