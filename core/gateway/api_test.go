// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

// api is a running gateway and a key that may do everything.
type api struct{ *world }

// newAPI starts a gateway whose vendor gives the answers in turn, and accepts what comes after them.
func newAPI(t *testing.T, answers ...outcome.Outcome) api {
	t.Helper()
	var mu sync.Mutex
	w := newWorld(t, func(c *config.Gateway) {
		c.Keys[0].Scopes = []string{"admin", "send"}
		c.Senders = append(c.Senders, config.GatewaySender{ID: "2060"})
	})
	answer := func(id string) outcome.Outcome {
		mu.Lock()
		defer mu.Unlock()
		if len(answers) == 0 {
			return outcome.Accept("v-" + id)
		}
		next := answers[0]
		answers = answers[1:]
		return next
	}
	w.vendor.answer.Store(&answer)
	return api{w}
}

// call makes a request and returns its status and the answer, which must be JSON or a problem.
func (a api) call(method, path, body string) (int, map[string]any) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, strings.NewReader(body))
	require.NoError(a.t, err)
	r.Header.Set("Authorization", "Bearer "+a.token.Reveal())
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded") // as curl does
	}
	return a.do(r)
}

func (a api) do(r *http.Request) (int, map[string]any) {
	a.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	require.NoError(a.t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	require.NoError(a.t, err)
	var got map[string]any
	require.NoError(a.t, json.Unmarshal(raw, &got), "%d %s", answer.StatusCode, raw)
	if answer.StatusCode >= 300 {
		require.Equal(a.t, "application/problem+json", answer.Header.Get("Content-Type"), "%s", raw)
		require.EqualValues(a.t, answer.StatusCode, got["status"])
		require.NotEmpty(a.t, got["title"])
		require.NotEmpty(a.t, got["detail"])
	}
	return answer.StatusCode, got
}

// ok makes a request that succeeds.
func (a api) ok(method, path, body string) map[string]any {
	a.t.Helper()
	status, got := a.call(method, path, body)
	require.Less(a.t, status, 300, "%v", got)
	return got
}

// is makes a request until a field of the answer has a value.
func (a api) is(path, field string, want any) map[string]any {
	a.t.Helper()
	var got map[string]any
	require.Eventually(a.t, func() bool {
		got = a.ok("GET", path, "")
		return got[field] == want
	}, patience, 5*time.Millisecond, "%s: %v", field, want)
	return got
}

// text sends a text and returns its path.
func (a api) text(to, more string) string {
	a.t.Helper()
	var receipt struct{ Messages []struct{ ID string } }
	a.world.do("POST", "/"+numberID+"/messages", "application/json", strings.NewReader(`{"to":"`+to+`","text":{"body":"Hi"}`+more+`}`), &receipt)
	return "/v1/messages/" + receipt.Messages[0].ID
}

func (a api) items(path string) (all []map[string]any) {
	a.t.Helper()
	for _, item := range a.ok("GET", path, "")["items"].([]any) {
		all = append(all, item.(map[string]any))
	}
	return all
}

func rejected() outcome.Outcome {
	o := outcome.Reject(outcome.ReasonVendorRejected, "", "no such user")
	o.Rejected.VendorCode, o.Rejected.VendorMessage = "131026", "Undeliverable"
	return o
}

// A message is shown with its attempts, and what a vendor told.
func TestAPIMessage(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	path := a.text("16505551234", `,"biz_opaque_callback_data":"order 1"`)
	got := a.is(path+"?reveal=true", "state", "accepted")
	wamid := strings.TrimPrefix(path, "/v1/messages/")
	attempt := strings.TrimPrefix(wamid, "wamid.") + "-1"
	require.Equal(t, []any{wamid, numberID, "+16505551234", "accepted", "+49100", "transactional", "service", "shop", "order 1", "all", "p.first", 1.0},
		[]any{got["id"], got["phone_number_id"], got["to"], got["status"], got["lane"], got["class"], got["category"], got["key"], got["reference"], got["route"], got["channel"], got["attempts"]})
	require.Equal(t, "Hi", got["content"].(map[string]any)["text"].(map[string]any)["body"])
	history := got["history"].([]any)
	require.Len(t, history, 1)
	require.Equal(t, []any{attempt, 1.0, "p.first", "accepted"},
		[]any{history[0].(map[string]any)["id"], history[0].(map[string]any)["number"], history[0].(map[string]any)["channel"], history[0].(map[string]any)["outcome"]})
	_, err := a.gateway.store.Events(t.Context(), []store.Event{{Scope: "p", Key: "1", Attempt: attempt, Status: outcome.StatusDelivered, At: time.UnixMilli(1795687200000)}})
	require.NoError(t, err)
	got = a.is(strings.Replace(path, "wamid.", "", 1), "status", "delivered")
	require.Equal(t, "2026-11-26T10:00:00Z", got["delivered_at"])

	for _, missing := range []string{"/v1/messages/nothing", "/v1/messages/wamid.00000000000000000000000000", path + "-1"} {
		status, _ := a.call("GET", missing, "")
		require.Equal(t, http.StatusNotFound, status, missing)
	}
}

// Messages are found by what is known of them, in pages.
func TestAPISearch(t *testing.T) {
	t.Parallel()
	a := newAPI(t, rejected())
	first := a.text("16505551234", `,"biz_opaque_callback_data":"order 1"`)
	a.is(first, "state", "dead")
	second := a.text("16505551234", "")
	third := a.text("16505559999", "")
	a.is(second, "state", "accepted")
	a.is(third, "state", "accepted")
	list := func(query string) (found []string) {
		for _, item := range a.items("/v1/messages?" + query) {
			found = append(found, "/v1/messages/"+item["id"].(string))
		}
		return found
	}
	require.Equal(t, []string{third, second, first}, list(""))
	require.Equal(t, []string{first}, list("state=dead"))
	require.Equal(t, []string{second, first}, list("to=%2B16505551234"))
	require.Equal(t, []string{second, first}, list("to=16505551234&lane=%2B49100"))
	require.Equal(t, []string{first}, list("reference="+url.QueryEscape("order 1")))
	require.Equal(t, []string{third, second, first}, list("phone_number_id="+numberID+"&from=2026-01-01T00:00:00Z"))
	require.Empty(t, list("until=2026-01-01T00:00:00Z"))
	require.Empty(t, list("phone_number_id=2060"))
	page := a.ok("GET", "/v1/messages?limit=2", "")
	require.Len(t, page["items"], 2)
	page = a.ok("GET", "/v1/messages?limit=2&cursor="+page["next"].(string), "")
	require.Len(t, page["items"], 1)
	require.NotContains(t, page, "next")
	for _, query := range []string{"limit=0", "limit=501", "limit=x", "state=gone", "from=yesterday", "color=red"} {
		status, _ := a.call("GET", "/v1/messages?"+query, "")
		require.Equal(t, http.StatusUnprocessableEntity, status, query)
	}
	status, _ := a.call("GET", "/v1/messages?cursor=x", "")
	require.Equal(t, http.StatusBadRequest, status)
}

// A scheduled message is canceled, and sent anew as another one. Each change is in the audit.
func TestAPICancelAndRedrive(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	path := a.text("16505551234", `,"wahost":{"send_at":"`+time.Now().Add(30*time.Minute).UTC().Format(time.RFC3339)+`"}`)
	require.Equal(t, "ready", a.ok("GET", path, "")["state"])
	got := a.ok("POST", path+"/cancel", "")
	require.Equal(t, []any{"dead", "failed", "canceled"}, []any{got["state"], got["status"], got["failure"].(map[string]any)["reason"]})
	a.ok("POST", path+"/cancel", "")

	status, next := a.call("POST", path+"/redrive", "")
	require.Equal(t, http.StatusCreated, status, "%v", next)
	require.Equal(t, "/v1/messages/"+next["redrive_of"].(string), path)
	require.Equal(t, a.ok("GET", path, "")["redriven_as"], next["id"])
	a.is("/v1/messages/"+next["id"].(string), "state", "accepted")
	status, again := a.call("POST", path+"/redrive", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, next["id"], again["id"])
	for _, change := range []string{"cancel", "redrive"} {
		status, problem := a.call("POST", "/v1/messages/"+next["id"].(string)+"/"+change, "")
		require.Equal(t, http.StatusConflict, status, "%v", problem)
	}
	require.Len(t, a.vendor.seen, 1)
	var audit []any
	for _, entry := range a.items("/v1/audit") {
		require.Equal(t, []any{"shop", "127.0.0.1", strings.TrimPrefix(path, "/v1/messages/wamid.")}, []any{entry["key"], entry["address"], entry["object"]})
		audit = append(audit, entry["action"])
	}
	require.Equal(t, []any{"redrive", "cancel"}, audit)
	require.NotEmpty(t, a.ok("GET", "/v1/audit?limit=1", "")["next"])
}

// A person resolves what no vendor told.
func TestAPIResolve(t *testing.T) {
	t.Parallel()
	lost := outcome.NewUnknown("the connection broke")
	a := newAPI(t, lost, lost, lost)
	var paths []string
	for range 3 {
		paths = append(paths, a.text("16505551234", ""))
		got := a.is(paths[len(paths)-1], "state", "unknown")
		require.Equal(t, "the connection broke", got["history"].([]any)[0].(map[string]any)["failure"].(map[string]any)["detail"])
	}
	status, _ := a.call("POST", paths[0]+"/redrive", "")
	require.Equal(t, http.StatusConflict, status, "nobody knows whether it arrived")
	resolve := func(path, what string) map[string]any { return a.ok("POST", path+"/resolve", `{"outcome":"`+what+`"}`) }
	require.Equal(t, "delivered", resolve(paths[0], "delivered")["status"])
	require.Equal(t, "dead", resolve(paths[1], "failed")["state"])
	resolve(paths[2], "resend")
	got := a.is(paths[2], "state", "accepted")
	require.EqualValues(t, 2, got["attempts"])
	require.Len(t, got["history"], 2)
	status, _ = a.call("POST", paths[1]+"/redrive", "")
	require.Equal(t, http.StatusCreated, status)
	for _, body := range []string{"", `{}`, `{"outcome":"perhaps"}`, `{"outcome":"failed","x":1}`, `[`} {
		status, _ := a.call("POST", paths[0]+"/resolve", body)
		require.Contains(t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, status, body)
	}
	status, _ = a.call("POST", paths[0]+"/resolve", `{"outcome":"failed"}`)
	require.Equal(t, http.StatusConflict, status)
}

// A lane is paused and goes on, and its channels, its backlog and the counts are shown.
func TestAPILanes(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	lane := "/v1/lanes/" + url.PathEscape("+49100")
	require.Equal(t, true, a.ok("POST", lane+"/pause", `{"reason":"complaints"}`)["paused"])
	path := a.text("16505551234", "")
	lanes := a.items("/v1/lanes")
	require.Len(t, lanes, 1)
	backlog := lanes[0]["backlog"].([]any)[0].(map[string]any)
	require.Equal(t, []any{"+49100", "complaints", []any{"p.first"}, "transactional", 1.0, 1.0},
		[]any{lanes[0]["name"], lanes[0]["reason"], lanes[0]["channels"], backlog["class"], backlog["messages"], backlog["due"]})
	stats := a.ok("GET", "/v1/stats", "")
	require.Equal(t, []any{1.0, 1.0, 0.0}, []any{stats["ready"], stats["paused"], stats["dead"]})
	require.Equal(t, false, a.ok("POST", lane+"/resume", "")["paused"])
	a.is(path, "state", "accepted")
	status, _ := a.call("POST", "/v1/lanes/nothing/pause", `{"reason":"x"}`)
	require.Equal(t, http.StatusNotFound, status)
	channels := a.items("/v1/channels")
	require.Len(t, channels, 1)
	require.Equal(t, []any{"p.first", "p", "+49100", true, []any{"text", "image", "template"}},
		[]any{channels[0]["channel"], channels[0]["provider"], channels[0]["lane"], channels[0]["healthy"], channels[0]["kinds"]})
}

// open opens a stream of events.
func (a api) open(query string) *bufio.Scanner {
	a.t.Helper()
	ctx, cancel := context.WithCancel(a.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/v1/events"+query, nil)
	require.NoError(a.t, err)
	r.Header.Set("Authorization", "Bearer "+a.token.Reveal())
	answer, err := http.DefaultClient.Do(r)
	require.NoError(a.t, err)
	a.t.Cleanup(func() {
		cancel()
		_ = answer.Body.Close()
	})
	require.Equal(a.t, http.StatusOK, answer.StatusCode)
	require.Equal(a.t, "text/event-stream", answer.Header.Get("Content-Type"))
	lines := bufio.NewScanner(answer.Body)
	require.True(a.t, lines.Scan())
	require.Equal(a.t, ": events", lines.Text())
	return lines
}

// event returns the next event of a stream.
func (a api) event(lines *bufio.Scanner) (id string, got map[string]any) {
	a.t.Helper()
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			id = text
		}
		if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			require.NoError(a.t, json.Unmarshal([]byte(text), &got))
			return id, got
		}
	}
	require.FailNow(a.t, "the stream ended", "%v", lines.Err())
	return "", nil
}

// A stream tells what happens from now on, or from an event on, and ends with the gateway.
func TestAPIEvents(t *testing.T) {
	t.Parallel()
	a := newAPI(t, rejected(), rejected())
	a.is(a.text("16505550000", ""), "state", "dead")
	lines := a.open("?reveal=true")
	path := a.text("16505551234", `,"biz_opaque_callback_data":"order 1"`)
	id, got := a.event(lines)
	require.Equal(t, []any{"status", numberID, strings.TrimPrefix(path, "/v1/messages/"), "+16505551234", "failed", "order 1"},
		[]any{got["type"], got["phone_number_id"], got["message_id"], got["to"], got["status"], got["reference"]})
	require.Equal(t, "131026", got["failure"].(map[string]any)["vendor_code"])
	a.text("16505551234", "")
	all := a.open("?after=0-0")
	_, first := a.event(all)
	require.Equal(t, "+16…00", first["to"])
	again, _ := a.event(all)
	require.Equal(t, id, again)
	status, _ := a.call("GET", "/v1/events?after=x", "")
	require.Equal(t, http.StatusBadRequest, status)
}

// The API lets in who may do what is asked, and refuses everybody else with a problem.
func TestAPIDoor(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	limited := keys.NewToken()
	w := newWorld(t, func(c *config.Gateway) {
		c.Keys[0].Scopes = []string{"read"}
		c.Keys[0].Senders = []string{"2060"}
		c.Senders = append(c.Senders, config.GatewaySender{ID: "2060"})
		c.Keys = append(c.Keys, config.GatewayKey{Name: "all", ID: limited.ID(), Hashes: []string{limited.Hash().String()}, Scopes: []string{"send", "admin"}})
	})
	other := api{w}
	own := other.token
	other.token = limited
	path := other.text("16505551234", "")
	other.is(path, "state", "accepted")
	other.token = own
	status, _ := other.call("GET", path, "")
	require.Equal(t, http.StatusNotFound, status, "it is of another number")
	require.Empty(t, other.items("/v1/messages"))
	for request, want := range map[string]int{
		"POST " + path + "/cancel":                     http.StatusForbidden,
		"POST " + path + "/redrive":                    http.StatusForbidden,
		"POST " + path + "/resolve":                    http.StatusForbidden,
		"GET /v1/stats":                                http.StatusForbidden,
		"GET /v1/audit":                                http.StatusForbidden,
		"GET /v1/lanes":                                http.StatusForbidden,
		"GET /v1/suppressions":                         http.StatusForbidden,
		"GET /v1/messages?phone_number_id=" + numberID: http.StatusForbidden,
		"GET /v1/":                                     http.StatusNotFound,
		"GET /v1/messages/":                            http.StatusNotFound,
		"PUT /v1/messages":                             http.StatusMethodNotAllowed,
		"GET " + path + "/cancel":                      http.StatusMethodNotAllowed,
	} {
		method, path, _ := strings.Cut(request, " ")
		status, got := other.call(method, path, "")
		require.Equal(t, want, status, "%s: %v", request, got)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.url+"/v1/messages", nil)
	require.NoError(t, err)
	status, _ = a.do(r)
	require.Equal(t, http.StatusUnauthorized, status)
	r.Header.Set("Authorization", "Bearer "+keys.NewToken().Reveal())
	status, _ = a.do(r)
	require.Equal(t, http.StatusUnauthorized, status)
	status, _ = a.call("POST", "/v1/explain", `{"phone_number_id":"1","message":{"x":"`+strings.Repeat("x", 1<<20)+`"}}`)
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
	answer, err := http.Get(a.url + "/v1/openapi.json")
	require.NoError(t, err)
	defer answer.Body.Close()
	served, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	document, err := adminapi.Document()
	require.NoError(t, err)
	require.Equal(t, string(document), string(served))
}
