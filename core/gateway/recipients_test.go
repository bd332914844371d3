// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Who is on the suppression list gets nothing.
func TestAPISuppressions(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	add := `{"suppressions":[{"address":"+16505551234","reason":"asked for it"},{"address":"16505550000"}]}`
	require.EqualValues(t, 2, a.ok("POST", "/v1/suppressions", add)["changed"])
	require.EqualValues(t, 0, a.ok("POST", "/v1/suppressions", add)["changed"])
	answer := a.world.do("POST", "/"+numberID+"/messages", "application/json", strings.NewReader(`{"to":"16505551234","text":{"body":"Hi"}}`), nil)
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
	found := a.items("/v1/suppressions?address=16505551234")
	require.Len(t, found, 1)
	require.Equal(t, []any{"16505551234", "asked for it", "shop"}, []any{found[0]["address"], found[0]["reason"], found[0]["added_by"]})
	page := a.ok("GET", "/v1/suppressions?limit=1", "")
	require.Equal(t, "16505550000", page["next"])
	require.Len(t, a.items("/v1/suppressions?cursor=16505550000"), 1)
	a.ok("DELETE", "/v1/suppressions/16505551234", "")
	a.is(a.text("16505551234", ""), "state", "accepted")
	status, _ := a.call("DELETE", "/v1/suppressions/16505551234", "")
	require.Equal(t, http.StatusNotFound, status)
	status, _ = a.call("POST", "/v1/suppressions", `{"suppressions":[{"address":"a b"}]}`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, "remove suppression", a.items("/v1/audit")[0]["action"])
}

// What is known of a recipient goes, and what was to be sent is not sent.
func TestAPIErase(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	sent := a.text("16505550001", `,"biz_opaque_callback_data":"order of Ann"`)
	a.is(sent, "state", "accepted")
	a.ok("POST", "/v1/lanes/+49100/pause", `{"reason":"test"}`)
	waiting, other := a.text("16505550001", ""), a.text("16505550002", "")
	require.Equal(t, map[string]any{"messages": 2.0, "received": 0.0, "ended": 1.0, "under_way": 0.0}, a.ok("POST", "/v1/recipients/erase", `{"address":"+16505550001"}`))
	a.ok("POST", "/v1/lanes/+49100/resume", "")
	a.is(other, "state", "accepted")
	got := a.is(waiting, "state", "dead")
	require.Equal(t, "erased", got["failure"].(map[string]any)["reason"])
	got = a.ok("GET", sent+"?reveal=true", "")
	require.Equal(t, []any{"accepted", "", nil, map[string]any{}}, []any{got["state"], got["to"], got["reference"], got["content"]})
	status, got := a.call("POST", waiting+"/redrive", "")
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, got["detail"], "erased")
	require.Empty(t, a.items("/v1/messages?to=16505550001"))
	entry := a.items("/v1/audit")[2]
	require.Equal(t, []any{"erase recipient", "2 messages, 0 received"}, []any{entry["action"], entry["after"]})
	status, _ = a.call("POST", "/v1/recipients/erase", `{"address":"no number"}`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
}
