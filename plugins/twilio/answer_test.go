// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"cmp"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

func failure(code string) string {
	return `{"code":` + code + `,"message":"Words with ` + token + `","more_info":"https://www.twilio.com/docs/errors/` + code + `","status":400}`
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		header http.Header
		body   string
		word   string
		id     string
		reason outcome.Reason
		retry  outcome.Retry
		scope  outcome.Scope
		code   string
		after  time.Duration
	}{
		"accepted":             {status: 201, body: sent, word: "accepted", id: sid},
		"accepted with a mark": {status: 201, body: "\xef\xbb\xbf" + sent, word: "accepted", id: sid},
		"failed at once": {status: 201, body: `{"sid":"` + sid + `","status":"failed","error_code":63016,"error_message":"x"}`, word: "rejected",
			reason: outcome.ReasonOutsideServiceWindow, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "63016"},
		"no sid":               {status: 201, body: `{"status":"queued"}`, word: "unknown"},
		"sid of another type":  {status: 201, body: `{"sid":1}`, word: "unknown"},
		"a sid with HTTP 400":  {status: 400, body: sent, word: "unknown"},
		"a sid with an error":  {status: 201, body: `{"sid":"a","code":21211}`, word: "unknown"},
		"window":               {status: 400, body: failure("63016"), word: "rejected", reason: outcome.ReasonOutsideServiceWindow, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "63016"},
		"code as text":         {status: 400, body: `{"code":"21610","message":"Words","status":400}`, word: "rejected", reason: outcome.ReasonOptedOut, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "21610"},
		"rate":                 {status: 429, header: http.Header{"Retry-After": {"7"}}, body: failure("63018"), word: "rejected", reason: outcome.ReasonRateLimited, retry: outcome.RetryLater, scope: outcome.ScopeSender, code: "63018", after: 7 * time.Second},
		"another code":         {status: 400, body: failure("29999"), word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "29999"},
		"another code, 404":    {status: 404, body: failure("29999"), word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "29999"},
		"another code, 403":    {status: 403, body: failure("29999"), word: "rejected", reason: outcome.ReasonForbidden, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "29999"},
		"another code, 503":    {status: 503, body: failure("29999"), word: "rejected", reason: outcome.ReasonVendorUnavailable, retry: outcome.RetrySafe, scope: outcome.ScopeAccount, code: "29999"},
		"another code, 500":    {status: 500, body: failure("20500"), word: "unknown"},
		"no code, HTTP 404":    {status: 404, body: "<html></html>", word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		"not JSON":             {status: 201, body: "<Response/>", word: "unknown"},
		"empty, bad gateway":   {status: 502, word: "unknown"},
		"numbers as objects":   {status: 400, body: `{"code":{}}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage},
		"an empty object, 201": {status: 201, body: "{}", word: "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, "")
			v.Answer(test.status, test.header, test.body)
			o := send(t, open(t, v), text())
			require.Equal(t, test.word, o.Word(), "%+v", o)
			assert.Equal(t, 1, o.Attempts)
			switch {
			case o.Accepted != nil:
				assert.Equal(t, test.id, o.Accepted.ProviderMessageID)
			case o.Rejected != nil:
				r := o.Rejected
				assert.Equal(t, []any{test.reason, test.retry, cmp.Or(test.scope, outcome.ScopeMessage), test.code, test.after},
					[]any{r.Reason, r.Retry, r.Scope, r.VendorCode, r.RetryAfter})
				assert.NotContains(t, r.VendorMessage+r.Detail, token)
			}
		})
	}
}

// TestCodesAreInTheReadme looks for each code on the page.
func TestCodesAreInTheReadme(t *testing.T) {
	t.Parallel()
	page := readme(t)
	for code := range codes {
		assert.Contains(t, page, code)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   outcome.Status
	}{
		"queued":       {body: `{"sid":"` + sid + `","status":"queued"}`, want: outcome.StatusAccepted},
		"read":         {body: `{"sid":"` + sid + `","status":"read","date_updated":"Thu, 24 Aug 2023 05:01:45 +0000"}`, want: outcome.StatusRead},
		"undelivered":  {body: `{"sid":"` + sid + `","status":"undelivered","error_code":63016}`, want: outcome.StatusFailed},
		"another sid":  {body: `{"sid":"SM1","status":"read"}`},
		"other status": {body: `{"sid":"` + sid + `","status":"receiving"}`},
		"not found":    {status: 404, body: `{"code":20404,"status":404}`},
		"not JSON":     {body: "<html>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, "")
			v.Answer(cmp.Or(test.status, http.StatusOK), nil, test.body)
			found := open(t, v).(provider.MessageFinder).FindMessage(t.Context(), provider.FindRequest{ProviderMessageID: sid})
			assert.Equal(t, "/2010-04-01/Accounts/"+accountSID+"/Messages/"+sid+".json", v.Take()[0].Path)
			assert.False(t, found.NotFound)
			if test.want == "" {
				assert.Nil(t, found.Event)
				assert.NotEmpty(t, found.Cause)
				return
			}
			require.NotNil(t, found.Event)
			assert.Equal(t, test.want, found.Event.DeliveryStatus.Status)
			assert.Equal(t, sid, found.Event.Correlation.ProviderMessageID)
			assert.Equal(t, "test.channel", found.Event.ChannelID)
			assert.Equal(t, name == "read", !found.Event.Time.IsZero())
			if test.want == outcome.StatusFailed {
				assert.Equal(t, outcome.ReasonOutsideServiceWindow, found.Event.DeliveryStatus.Error.Reason)
			}
		})
	}
	v := providertest.NewVendor(t, "")
	found := open(t, v).(provider.MessageFinder).FindMessage(t.Context(), provider.FindRequest{DeliveryID: "d1"})
	assert.NotEmpty(t, found.Cause)
	assert.Empty(t, v.Take())
}

// FuzzClassify reads answers of any status and content. Each leads to exactly one outcome.
func FuzzClassify(f *testing.F) {
	for _, body := range []string{"", "null", "{}", "[]", sent, failure("63016"), `{"code":1e999999999}`, `{"sid":` + strings.Repeat("[", 2000), "\xff"} {
		for _, status := range []int{200, 201, 400, 429, 500} {
			f.Add(status, []byte(body))
		}
	}
	v := providertest.StartVendor("")
	f.Cleanup(v.Close)
	a, _ := providertest.Open(f, New(), values(v, nil), number)
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		o := a.(*account).classify(&vendorhttp.Response{Status: status, Body: body})
		results := 0
		for _, is := range []bool{o.Accepted != nil, o.Rejected != nil, o.Unknown != nil} {
			if is {
				results++
			}
		}
		if results != 1 {
			t.Fatalf("%d results: %+v", results, o)
		}
	})
}
