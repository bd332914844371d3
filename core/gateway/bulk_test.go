// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/sdk/outcome"
)

// Many messages are changed after a preview that says what will happen, and each change is in the audit.
func TestAPIBulk(t *testing.T) {
	t.Parallel()
	a := newAPI(t, rejected(), rejected(), outcome.NewUnknown("the connection broke"), outcome.Accept("v-1"))
	var paths []string
	for _, state := range []string{"dead", "dead", "unknown", "accepted"} {
		paths = append(paths, a.text("16505551234", ""))
		a.is(paths[len(paths)-1], "state", state)
	}
	a.ok("POST", "/v1/lanes/%2B49100/pause", `{"reason":"test"}`)
	waiting := a.text("16505559999", "")

	troubles := a.items("/v1/troubles")
	require.Len(t, troubles, 2)
	require.Equal(t, map[string]any{
		"state": "dead", "channel": "p.first", "reason": "vendor_rejected", "vendor_code": "131026", "messages": 2.0, "newest": strings.TrimPrefix(paths[1], "/v1/messages/"),
	}, troubles[0])

	all := a.ok("POST", "/v1/bulk/redrive", `{"select":{},"preview":true}`)
	require.Equal(t, 5.0, all["messages"])
	require.Equal(t, 2.0, all["done"])
	require.Len(t, all["refused"], 3, "%v", all)
	dead := `{"select":{"state":"dead","trouble":true,"channel":"p.first","reason":"vendor_rejected","vendor_code":"131026"},"newest":"` + troubles[0]["newest"].(string) + `"`
	preview := a.ok("POST", "/v1/bulk/redrive", dead+`,"preview":true}`)
	require.Equal(t, []any{2.0, 2.0, false}, []any{preview["messages"], preview["done"], preview["more"]})
	require.Equal(t, []any{map[string]any{"state": "dead", "channel": "p.first", "messages": 2.0}}, preview["counts"])
	require.Len(t, a.items("/v1/troubles"), 2, "a preview changes nothing")
	page := a.ok("POST", "/v1/bulk/redrive", dead+`,"preview":true,"limit":1}`)
	require.Equal(t, []any{1.0, true}, []any{page["messages"], page["more"]})

	done := a.ok("POST", "/v1/bulk/redrive", dead+`}`)
	require.Equal(t, 2.0, done["done"])
	require.NotEmpty(t, a.ok("GET", paths[0], "")["redriven_as"])
	require.Len(t, a.items("/v1/troubles"), 1)
	again := a.ok("POST", "/v1/bulk/redrive", `{"select":{"state":"dead"}}`)
	require.Equal(t, []any{0.0, []any{map[string]any{"why": "the message was sent anew before", "messages": 2.0}}}, []any{again["done"], again["refused"]})

	require.Equal(t, 1.0, a.ok("POST", "/v1/bulk/cancel", `{"select":{"to":"16505559999"}}`)["done"])
	a.is(waiting, "state", "dead")
	require.Equal(t, 1.0, a.ok("POST", "/v1/bulk/resolve", `{"select":{"state":"unknown"},"outcome":"delivered"}`)["done"])
	a.is(paths[2], "state", "accepted")
	actions := map[string]int{}
	for _, e := range a.items("/v1/audit") {
		actions[e["action"].(string)]++
	}
	require.Equal(t, map[string]int{"redrive": 2, "cancel": 1, "resolve_delivered": 1, "set pause": 1}, actions)

	for body, want := range map[string]int{
		`{"select":{"trouble":true}}`: 422, `{"select":{"channel":"x"}}`: 422, `{"select":{},"newest":"x"}`: 422, `{"select":{},"limit":1001}`: 422, `{}`: 422,
		`{"select":{"phone_number_id":"2060"}}`: 200,
	} {
		status, _ := a.call("POST", "/v1/bulk/cancel", body)
		require.Equal(t, want, status, body)
	}
}

// A key that may cancel but not read learns nothing of messages.
func TestAPIBulkNeedsRead(t *testing.T) {
	t.Parallel()
	a := api{newWorld(t, func(c *config.Gateway) { c.Keys[0].Scopes = []string{"cancel", "send"} })}
	for _, action := range []string{"cancel", "redrive"} {
		status, got := a.call("POST", "/v1/bulk/"+action, `{"select":{},"preview":true}`)
		require.Equal(t, http.StatusForbidden, status)
		require.Contains(t, got["detail"], "read")
	}
}

// table returns the rows of an export without the line of names.
func (a api) table(query string) (rows [][]string) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.url+"/v1/export/messages?"+query, nil)
	require.NoError(a.t, err)
	r.Header.Set("Authorization", "Bearer "+a.token.Reveal())
	answer, err := http.DefaultClient.Do(r)
	require.NoError(a.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(a.t, err)
	require.Equal(a.t, http.StatusOK, answer.StatusCode, "%s", text)
	rows, err = csv.NewReader(strings.NewReader(string(text))).ReadAll()
	require.NoError(a.t, err)
	require.Equal(a.t, "id", rows[0][0])
	return rows[1:]
}

// An export has what a search has, with numbers and texts hidden unless they are asked for.
func TestAPIExport(t *testing.T) {
	t.Parallel()
	formula := outcome.Reject(outcome.ReasonVendorRejected, "", "")
	formula.Rejected.VendorMessage = `=HYPERLINK("http://example.com")`
	a := newAPI(t, formula, outcome.Accept("v-1"))
	first := a.text("16505551234", `,"biz_opaque_callback_data":"order, 1"`)
	a.is(first, "state", "dead")
	second := a.text("16505559999", "")
	a.is(second, "state", "accepted")
	rows := a.table("")
	require.Len(t, rows, 2)
	require.Equal(t, []string{second[len("/v1/messages/"):], "+16…99"}, []string{rows[0][0], rows[0][3]})
	require.Equal(t, []string{"order, 1", "vendor_rejected", ""}, []string{rows[1][12], rows[1][14], rows[1][16]})
	rows = a.table("reveal=true&" + url.Values{"reference": {"order, 1"}}.Encode())
	require.Len(t, rows, 1)
	require.Equal(t, []string{"+16505551234", `'=HYPERLINK("http://example.com")`}, []string{rows[0][3], rows[0][16]})
	var actions []string
	for _, e := range a.items("/v1/audit") {
		actions = append(actions, e["action"].(string))
	}
	require.Equal(t, []string{"export", "reveal", "export"}, actions)
	status, _ := a.call("GET", "/v1/export/messages?trouble=true", "")
	require.Equal(t, http.StatusUnprocessableEntity, status)
}

// The state of the gateway is for operators.
func TestAPIState(t *testing.T) {
	t.Parallel()
	a := newAPI(t, rejected(), outcome.Accept("v-1"))
	a.is(a.text("16505551234", ""), "state", "dead")
	a.is(a.text("16505551234", ""), "state", "accepted")

	routes := a.ok("GET", "/v1/routes", "")
	require.Equal(t, 300.0, routes["seconds"])
	require.Equal(t, []any{map[string]any{"channel": "p.first", "healthy": true, "attempts": 2.0, "failed": 1.0}}, routes["routes"].([]any)[0].(map[string]any)["channels"])
	require.Len(t, a.ok("GET", "/v1/stats/hour", "")["samples"], 360)
	channel := a.items("/v1/channels")[0]
	require.Equal(t, 2.0, channel["latency"].(map[string]any)["count"])
	require.NotNil(t, channel["window"])
	covered := a.items("/v1/coverage")[0]
	require.Equal(t, false, covered["certified"])
	require.Contains(t, covered["parts"], map[string]any{"name": "template/header/image", "state": "declared"})
	require.Empty(t, a.items("/v1/processes"))
	require.Empty(t, a.items("/v1/templates"))
	key := a.items("/v1/keys")[0]
	require.Equal(t, []any{"shop", a.token.ID(), 1.0}, []any{key["name"], key["id"], key["secrets"]})
	require.NotEmpty(t, key["used_at"])
	require.NotContains(t, key, "expires_at")

	reader := api{newWorld(t, func(c *config.Gateway) { c.Keys[0].Scopes = []string{string(keys.ScopeRead)} })}
	for _, path := range []string{"routes", "stats/hour", "coverage", "processes", "templates", "keys"} {
		status, _ := reader.call("GET", adminapi.Prefix+path, "")
		require.Equal(t, http.StatusForbidden, status, path)
	}
}
