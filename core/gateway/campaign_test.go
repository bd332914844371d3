// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
)

// rows returns the rows of an import.
func rows(from, n int) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(row(from + i))
	}
	return all.String()
}

// campaign makes a request about a campaign that succeeds, and returns its state, and its counts above 0 if the answer has them.
func (a api) campaign(method, path, body string) string {
	a.t.Helper()
	return campaignText(a.ok(method, "/v1/campaigns"+path, body))
}

func campaignText(got map[string]any) string {
	if got["counts"] == nil {
		return fmt.Sprint(got["state"])
	}
	text := []string{fmt.Sprint(got["state"], " of ", got["messages"])}
	for _, name := range []string{"waiting", "held", "accepted", "sent", "delivered", "read", "unknown", "failed", "canceled"} {
		if n := got["counts"].(map[string]any)[name]; n != 0.0 {
			text = append(text, fmt.Sprint(name, " ", n))
		}
	}
	return strings.Join(text, ", ")
}

// becomes waits until a campaign stands somewhere.
func (a api) becomes(path, want string) {
	a.t.Helper()
	var got string
	require.Eventually(a.t, func() bool {
		got = a.campaign("GET", path, "")
		return got == want
	}, patience, 5*time.Millisecond, "%s", want)
}

// A campaign that is paused holds its messages and nobody else's, and one that is canceled ends them.
func TestAPICampaign(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const create = `{"name":"spring","phone_number_id":"` + numberID + `","paused":true}`
	status, _ := a.call("POST", "/v1/imports/rows?campaign=spring&phone_number_id="+numberID, row(1))
	require.Equal(t, http.StatusNotFound, status)
	status, got := a.call("POST", "/v1/campaigns", create)
	require.Equal(t, http.StatusCreated, status, "%v", got)
	require.Equal(t, []any{"spring", numberID, "paused", "shop", nil}, []any{got["name"], got["phone_number_id"], got["state"], got["created_by"], got["per_minute"]})
	status, _ = a.call("POST", "/v1/campaigns", create)
	require.Equal(t, http.StatusOK, status, "it is there already")
	for body, want := range map[string]int{
		strings.Replace(create, numberID, "2060", 1):            http.StatusConflict,
		strings.Replace(create, numberID, "9", 1):               http.StatusNotFound,
		strings.Replace(create, "spring", "a b", 1):             http.StatusUnprocessableEntity,
		strings.Replace(create, `}`, `,"per_minute":-1}`, 1):    http.StatusUnprocessableEntity,
		strings.Replace(create, `}`, `,"per_second":"now"}`, 1): http.StatusUnprocessableEntity,
	} {
		status, problem := a.call("POST", "/v1/campaigns", body)
		require.Equal(t, want, status, "%s: %v", body, problem)
	}

	require.EqualValues(t, 20, a.importRows("&campaign=spring", rows(0, 20))["accepted"])
	require.EqualValues(t, 20, a.importRows("&campaign=spring", rows(0, 20))["repeated"])
	require.EqualValues(t, 20, a.importRows("", rows(0, 20))["rejected"], "the rows are in the campaign")
	a.is(a.text("16505550003", ""), "state", "accepted") // also to a recipient of the campaign
	require.Len(t, a.vendor.seen, 1)
	require.Equal(t, "paused of 20, held 20", a.campaign("GET", "/spring", ""))
	require.Len(t, a.items("/v1/messages?campaign=spring&state=ready"), 20)
	require.Equal(t, "running", a.campaign("POST", "/spring/resume", ""))
	a.becomes("/spring", "done of 20, accepted 20")
	require.Len(t, a.vendor.seen, 21)

	require.Equal(t, "paused", a.campaign("POST", "/spring/pause", ""))
	a.ok("POST", "/v1/imports/more?campaign=spring&phone_number_id="+numberID, rows(20, 5)+
		strings.Replace(row(25), "}\n", `,"wahost":{"send_at":"`+time.Now().Add(30*time.Minute).UTC().Format(time.RFC3339)+"\"}}\n", 1))
	require.Equal(t, "paused of 26, held 6, accepted 20", a.campaign("GET", "/spring", ""))
	a.campaign("POST", "/spring/cancel", "")
	a.becomes("/spring", "canceled of 26, accepted 20, canceled 6")
	a.campaign("POST", "/spring/cancel", "")
	require.Len(t, a.items("/v1/messages?campaign=spring&reason=campaign_canceled"), 6)
	for _, change := range []string{"pause", "resume"} {
		status, problem := a.call("POST", "/v1/campaigns/spring/"+change, "")
		require.Equal(t, http.StatusConflict, status)
		require.Contains(t, problem["detail"], "is canceled")
	}
	require.EqualValues(t, 1, a.ok("POST", "/v1/imports/late?campaign=spring&phone_number_id="+numberID, row(30))["rejected"])
	require.Len(t, a.vendor.seen, 21)

	var audit []string
	for _, entry := range a.items("/v1/audit") {
		require.Equal(t, []any{"shop", "set campaign", "spring"}, []any{entry["key"], entry["action"], entry["object"]})
		audit = append(audit, fmt.Sprint(entry["before"], ">", entry["after"]))
	}
	require.Equal(t, []string{"paused>canceled", "running>paused", "paused>running", "<nil>>paused"}, audit)
	exported := a.table("campaign=spring&reason=campaign_canceled")
	require.Len(t, exported, 6)
	require.Equal(t, "spring", exported[0][len(exported[0])-1])
}

// A message of the front door names its campaign, which providers never see. One that names no campaign of its number is refused.
func TestCampaignOfTheFrontDoor(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const body = `{"to":"16505551234","text":{"body":"Hi"},"wahost":{"campaign":"spring"}}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url+"/"+numberID+"/messages", strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+a.token.Reveal())
	refused, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer refused.Body.Close()
	why, err := io.ReadAll(refused.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, refused.StatusCode)
	require.Contains(t, string(why), "create it first")
	a.ok("POST", "/v1/campaigns", `{"name":"spring","phone_number_id":"`+numberID+`"}`)
	path := a.text("16505551234", `,"wahost":{"campaign":"spring"}`)
	a.is(path, "state", "accepted")
	require.Equal(t, "spring", a.ok("GET", path, "")["campaign"])
	require.Empty(t, (<-a.vendor.seen).message.GetWahost().GetCampaign())
	a.becomes("/spring", "done of 1, accepted 1")
	other := strings.Replace(row(1), "}\n", `,"wahost":{"campaign":"summer"}}`+"\n", 1)
	got := a.importRows("&campaign=spring", other+row(2))
	require.Equal(t, []any{1.0, 1.0}, []any{got["accepted"], got["rejected"]})
	require.Contains(t, fmt.Sprint(got["errors"]), "another campaign")
}

// A campaign with a pace tells when it ends, and goes on at another pace when that is changed.
func TestAPICampaignPace(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	got := a.ok("POST", "/v1/campaigns", `{"name":"slow","phone_number_id":"`+numberID+`","per_minute":1}`)
	require.EqualValues(t, 1, got["per_minute"])
	require.NotContains(t, got, "ends_at")
	a.ok("POST", "/v1/imports/rows?campaign=slow&phone_number_id="+numberID, rows(0, 5))
	before := time.Now()
	got = a.ok("GET", "/v1/campaigns/slow", "")
	ends, err := time.Parse(time.RFC3339, got["ends_at"].(string))
	require.NoError(t, err)
	require.WithinRange(t, ends, before.Add(5*time.Minute-2*time.Second), time.Now().Add(5*time.Minute+2*time.Second))
	a.is(a.text("16505559999", ""), "state", "accepted")
	require.Len(t, a.vendor.seen, 1, "the campaign waits for its pace, and others do not")
	got = a.ok("POST", "/v1/campaigns/slow/pace", `{"per_minute":0}`)
	require.NotContains(t, got, "per_minute")
	a.becomes("/slow", "done of 5, accepted 5")
}

// Who may not use the number of a campaign does not learn that it exists.
func TestAPICampaignOfAnotherNumber(t *testing.T) {
	t.Parallel()
	other := keys.NewToken()
	w := newWorld(t, func(c *config.Gateway) {
		c.Keys[0].Scopes = []string{"send", "read", "cancel"}
		c.Senders = append(c.Senders, config.GatewaySender{ID: "2060"})
		c.Keys = append(c.Keys, config.GatewayKey{Name: "other", ID: other.ID(), Hashes: []string{other.Hash().String()}, Scopes: c.Keys[0].Scopes, Senders: []string{"2060"}})
	})
	a := api{w}
	a.ok("POST", "/v1/campaigns", `{"name":"spring","phone_number_id":"`+numberID+`"}`)
	require.Len(t, a.items("/v1/campaigns"), 1)
	require.Equal(t, "paused", a.campaign("POST", "/spring/pause", ""))
	w.token = other
	require.Empty(t, a.items("/v1/campaigns"))
	for _, path := range []string{"GET ", "POST /pause", "POST /resume", "POST /cancel"} {
		method, more, _ := strings.Cut(path, " ")
		status, _ := a.call(method, "/v1/campaigns/spring"+more, "")
		require.Equal(t, http.StatusNotFound, status, path)
	}
	status, _ := a.call("POST", "/v1/imports/rows?campaign=spring&phone_number_id=2060", row(1))
	require.Equal(t, http.StatusNotFound, status)
	status, _ = a.call("POST", "/v1/campaigns", `{"name":"mine","phone_number_id":"`+numberID+`"}`)
	require.Equal(t, http.StatusForbidden, status)
}
