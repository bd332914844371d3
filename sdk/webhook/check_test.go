// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // some vendors use it
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

func request(body string, header ...string) provider.WebhookRequest {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return provider.WebhookRequest{Method: http.MethodPost, Header: h, Body: []byte(body)}
}

func mac(newHash func() hash.Hash, secret, signed string) []byte {
	m := hmac.New(newHash, []byte(secret))
	m.Write([]byte(signed))
	return m.Sum(nil)
}

type verifyTest struct {
	check webhook.Check
	req   provider.WebhookRequest
	// problem is a part of the error. It is empty if the request is the vendor's.
	problem string
}

func runVerify(t *testing.T, tests map[string]verifyTest) {
	t.Helper()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tt.check.Verify(tt.req)
			if tt.problem == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.problem)
			assert.NotContains(t, err.Error(), "s3cret")
			assert.NotContains(t, err.Error(), "forged")
		})
	}
}

func TestSharedHeader(t *testing.T) {
	t.Parallel()
	check := webhook.SharedHeader{Name: "X-Token", Value: "s3cret", Argument: "callback_token"}
	runVerify(t, map[string]verifyTest{
		"right":           {check, request("", "X-Token", "s3cret"), ""},
		"wrong":           {check, request("", "X-Token", "forged"), "not callback_token"},
		"beginning":       {check, request("", "X-Token", "s3cre"), "not callback_token"},
		"missing":         {check, request(""), "X-Token is missing"},
		"empty":           {check, request("", "X-Token", ""), "X-Token is missing"},
		"twice":           {check, request("", "X-Token", "forged", "X-Token", "s3cret"), "occurs 2 times"},
		"not configured":  {webhook.SharedHeader{Name: "X-Token", Argument: "callback_token"}, request("", "X-Token", ""), "callback_token is not set"},
		"without a name":  {webhook.SharedHeader{Name: "X-Token", Value: "s3cret"}, request("", "X-Token", "forged"), "configured value"},
		"other case name": {check, request("", "x-token", "s3cret"), ""},
	})
}

func TestBasic(t *testing.T) {
	t.Parallel()
	check := webhook.Basic{Username: "user", Password: "s3cret:1"}
	basic := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	runVerify(t, map[string]verifyTest{
		"right":          {check, request("", "Authorization", basic("user:s3cret:1")), ""},
		"lower case":     {check, request("", "Authorization", "basic "+base64.StdEncoding.EncodeToString([]byte("user:s3cret:1"))), ""},
		"wrong password": {check, request("", "Authorization", basic("user:forged")), "credentials"},
		"wrong user":     {check, request("", "Authorization", basic("forged:s3cret:1")), "credentials"},
		"no colon":       {check, request("", "Authorization", basic("forged")), "no colon"},
		"not base64":     {check, request("", "Authorization", "Basic %%%"), "not base64"},
		"other scheme":   {check, request("", "Authorization", "Bearer forged"), "scheme Basic"},
		"missing":        {check, request(""), "Authorization is missing"},
		"not configured": {webhook.Basic{Username: "user"}, request("", "Authorization", basic("user:")), "not set"},
	})
}

func TestHMAC(t *testing.T) {
	t.Parallel()
	const body = `{"a":1}`
	check := webhook.HMAC{Secret: "s3cret", Argument: "webhook_secret", Read: webhook.BodySignature("X-Sig", "sha256=")}
	good := hex.EncodeToString(mac(sha256.New, "s3cret", body))
	other := check
	other.Encodings = []webhook.Encoding{webhook.HexAnyCase, webhook.Base64}
	weak := check
	weak.Hash = sha1.New
	weak.Encodings = []webhook.Encoding{webhook.Base64}
	runVerify(t, map[string]verifyTest{
		"right":             {check, request(body, "X-Sig", "sha256="+good), ""},
		"body with a space": {check, request(body+" ", "X-Sig", "sha256="+good), "not that of webhook_secret"},
		"other secret":      {check, request(body, "X-Sig", "sha256="+hex.EncodeToString(mac(sha256.New, "forged", body))), "not that of webhook_secret"},
		"beginning":         {check, request(body, "X-Sig", "sha256="+good[:32]), "not that of webhook_secret"},
		"upper case":        {check, request(body, "X-Sig", "sha256="+strings.ToUpper(good)), "encoding"},
		"base64":            {check, request(body, "X-Sig", "sha256="+base64.StdEncoding.EncodeToString(mac(sha256.New, "s3cret", body))), "encoding"},
		"empty signature":   {check, request(body, "X-Sig", "sha256="), "encoding"},
		"no prefix":         {check, request(body, "X-Sig", good), `begin with "sha256="`},
		"missing":           {check, request(body), "X-Sig is missing"},
		"twice":             {check, request(body, "X-Sig", "sha256="+good, "X-Sig", "sha256=forged"), "occurs 2 times"},
		"not configured":    {webhook.HMAC{Argument: "webhook_secret", Read: check.Read}, request(body, "X-Sig", "sha256="+good), "webhook_secret is not set"},
		"any case":          {other, request(body, "X-Sig", "sha256="+strings.ToUpper(good)), ""},
		"any encoding":      {other, request(body, "X-Sig", "sha256="+base64.StdEncoding.EncodeToString(mac(sha256.New, "s3cret", body))), ""},
		"other hash":        {weak, request(body, "X-Sig", "sha256="+base64.StdEncoding.EncodeToString(mac(sha1.New, "s3cret", body))), ""},
	})
}

func TestHMACWindow(t *testing.T) {
	t.Parallel()
	const body = `{"a":1}`
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	check := webhook.HMAC{
		Secret: "s3cret", Read: webhook.TimedSignature("X-Sig", "", "X-Time", "."),
		Window: 5 * time.Minute, Now: func() time.Time { return now },
	}
	at := func(text string) provider.WebhookRequest {
		return request(body, "X-Time", text, "X-Sig", hex.EncodeToString(mac(sha256.New, "s3cret", text+"."+body)))
	}
	seconds := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	forged := at(seconds(0))
	http.Header(forged.Header).Set("X-Time", seconds(time.Second))
	runVerify(t, map[string]verifyTest{
		"now":                {check, at(seconds(0)), ""},
		"in milliseconds":    {check, at(strconv.FormatInt(now.UnixMilli(), 10)), ""},
		"the oldest":         {check, at(seconds(-5 * time.Minute)), ""},
		"too old":            {check, at(seconds(-5*time.Minute - time.Second)), "5m1s ago, at most 5m0s"},
		"the newest":         {check, at(seconds(5 * time.Minute)), ""},
		"too new":            {check, at(seconds(6 * time.Minute)), "6m0s in the future"},
		"another time":       {check, forged, "not that of"},
		"a time of no form":  {check, at("soon"), "cannot be checked"},
		"no time":            {check, request(body, "X-Sig", "00"), "X-Time is missing"},
		"a blank time":       {check, at(" "), "no time"},
		"no window, any age": {webhook.HMAC{Secret: "s3cret", Read: check.Read}, at(seconds(-time.Hour)), ""},
	})
}

func TestAll(t *testing.T) {
	t.Parallel()
	one := webhook.SharedHeader{Name: "X-One", Value: "s3cret", Argument: "one"}
	two := webhook.SharedHeader{Name: "X-Two", Value: "s3cret", Argument: "two"}
	runVerify(t, map[string]verifyTest{
		"none":      {webhook.All{}, request(""), "no check of webhooks is configured"},
		"both":      {webhook.All{one, two}, request("", "X-One", "s3cret", "X-Two", "s3cret"), ""},
		"one wrong": {webhook.All{one, two}, request("", "X-One", "s3cret", "X-Two", "forged"), "not two"},
		"one only":  {webhook.All{one, two}, request("", "X-One", "s3cret"), "X-Two is missing"},
	})
}
