// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

func failure(code string) string {
	return `{"error":{"message":"(#` + code + `) Words with ` + token + `","type":"OAuthException","code":` + code + `,"error_data":{"details":"More words."},"fbtrace_id":"A"}}`
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status  int
		body    string
		word    string
		id      string
		aliases []string
		reason  outcome.Reason
		retry   outcome.Retry
		scope   outcome.Scope
		code    string
	}{
		"accepted":                   {body: taken, word: "accepted", id: "wamid.AAA"},
		"accepted with a mark":       {body: "\xef\xbb\xbf" + taken, word: "accepted", id: "wamid.AAA"},
		"two ids":                    {body: `{"messages":[{"id":"a"},{"id":"b"}]}`, word: "accepted", id: "a", aliases: []string{"b"}},
		"no id":                      {body: `{"messages":[{"id":""}]}`, word: "unknown"},
		"no messages":                {body: `{"messages":[]}`, word: "unknown"},
		"an id and an error":         {body: `{"messages":[{"id":"a"}],"error":{"code":1}}`, word: "unknown"},
		"an id with HTTP 400":        {status: 400, body: taken, word: "unknown"},
		"an id with HTTP 500":        {status: 500, body: taken, word: "unknown"},
		"window":                     {status: 400, body: failure("131047"), word: "rejected", reason: outcome.ReasonOutsideServiceWindow, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "131047"},
		"an error with HTTP 200":     {body: failure("131026"), word: "rejected", reason: outcome.ReasonRecipientUnreachable, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "131026"},
		"a code with another status": {status: 500, body: failure("190"), word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "190"},
		"code 0":                     {status: 401, body: failure("0"), word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "0"},
		"a permission":               {status: 403, body: failure("294"), word: "rejected", reason: outcome.ReasonForbidden, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "294"},
		"a code as text":             {status: 400, body: `{"error":{"message":"x","code":"132001"}}`, word: "rejected", reason: outcome.ReasonTemplateUnavailable, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "132001"},
		"rate":                       {status: 400, body: failure("131056"), word: "rejected", reason: outcome.ReasonRateLimited, retry: outcome.RetryLater, scope: outcome.ScopeRecipient, code: "131056"},
		"an unknown code":            {status: 400, body: failure("99"), word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "99"},
		"an unknown code, HTTP 200":  {body: failure("99"), word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "99"},
		"an unknown code, HTTP 401":  {status: 401, body: failure("104"), word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "104"},
		"an unknown code, HTTP 404":  {status: 404, body: failure("803"), word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "803"},
		"an unknown code, HTTP 429":  {status: 429, body: failure("99"), word: "rejected", reason: outcome.ReasonRateLimited, retry: outcome.RetryLater, scope: outcome.ScopeSender, code: "99"},
		"an unknown code, HTTP 500":  {status: 500, body: failure("99"), word: "unknown"},
		"an unknown code, HTTP 503":  {status: 503, body: failure("99"), word: "rejected", reason: outcome.ReasonVendorUnavailable, retry: outcome.RetrySafe, scope: outcome.ScopeAccount, code: "99"},
		"an unknown code, HTTP 408":  {status: 408, body: failure("99"), word: "unknown"},
		"an error without a code":    {status: 400, body: `{"error":{"message":"x"}}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage},
		"a code that is no number":   {status: 400, body: `{"error":{"message":"x","code":"x1"}}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage},
		"no address":                 {status: 404, body: "<html>", word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		"gateway page":               {status: 502, body: "<html>502", word: "unknown"},
		"null":                       {body: "null", word: "unknown"},
		"garbage":                    {body: `{"messages":7`, word: "unknown"},
		"empty":                      {body: "", word: "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, "")
			v.Answer(max(test.status, 200), nil, test.body)
			o := send(t, open(t, v), text("hi"))
			require.Equal(t, test.word, o.Word())
			assert.Equal(t, 1, o.Attempts)
			switch {
			case o.Accepted != nil:
				assert.Equal(t, test.id, o.Accepted.ProviderMessageID)
				assert.ElementsMatch(t, test.aliases, o.Accepted.Aliases)
			case o.Rejected != nil:
				assert.Equal(t, test.reason, o.Rejected.Reason)
				assert.Equal(t, test.retry, o.Rejected.Retry)
				assert.Equal(t, test.scope, o.Rejected.Scope)
				assert.Equal(t, test.code, o.Rejected.VendorCode)
				assert.NotContains(t, o.Rejected.VendorMessage+o.Rejected.Detail, token)
			default:
				assert.NotContains(t, o.Unknown.Cause, token)
			}
		})
	}
}

func TestHeldBack(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, strings.Replace(taken, `"wamid.AAA"`, `"wamid.AAA","message_status":"held_for_quality_assessment"`, 1))
	o := send(t, open(t, v), text("hi"))
	require.NotNil(t, o.Accepted)
	assert.Contains(t, o.Degraded, "held_for_quality_assessment")
}

func TestRefusalTexts(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][2]string{
		`{"error":{"message":"Words","code":131063,"error_data":{"details":"More."}}}`: {"marketing_messages", "Words: More."},
		`{"error":{"message":"Words","code":131051,"error_data":"Plain."}}`:            {"code 131051", "Words: Plain."},
		`{"error":{"title":"Title","code":131051}}`:                                    {"code 131051", "Title"},
		`{"error":{"code":131051,"error_data":{"details":"Details."}}}`:                {"code 131051", "Details."},
	} {
		v := providertest.NewVendor(t, "")
		v.Answer(http.StatusBadRequest, nil, body)
		o := send(t, open(t, v), text("hi"))
		require.NotNil(t, o.Rejected)
		assert.Contains(t, o.Rejected.Detail, want[0])
		assert.Equal(t, want[1], o.Rejected.VendorMessage)
	}
}

func TestWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"none":    {nil, 0},
		"seconds": {http.Header{"Retry-After": {"7"}}, 7 * time.Second},
		"minutes": {http.Header{usageHeader: {`{"1":[{"type":"whatsapp","estimated_time_to_regain_access":3},{"estimated_time_to_regain_access":0}]}`}}, 3 * time.Minute},
		"years":   {http.Header{usageHeader: {`{"1":[{"estimated_time_to_regain_access":99999999}]}`}}, 24 * time.Hour},
		"before":  {http.Header{usageHeader: {`{"1":[{"estimated_time_to_regain_access":-5}]}`}}, 0},
		"garbage": {http.Header{usageHeader: {`{"1":7`}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, "")
			v.Answer(http.StatusBadRequest, test.header, failure("80007"))
			o := send(t, open(t, v), text("hi"))
			require.NotNil(t, o.Rejected)
			assert.Equal(t, outcome.RetryLater, o.Rejected.Retry)
			assert.Equal(t, test.want, o.Rejected.RetryAfter)
		})
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"success":true}`)
	c := open(t, v).(provider.SignalSender)
	signal := &message.Signal{MessagingProduct: "whatsapp", Status: "read", MessageId: "wamid.IN", TypingIndicator: &message.TypingIndicator{Type: "text"}}
	require.NotNil(t, c.SendSignal(t.Context(), provider.SignalRequest{Signal: signal}).Accepted)
	r := v.Take()[0]
	assert.Equal(t, "/v23.0/100000000000001/messages", r.Path)
	assert.JSONEq(t, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN","typing_indicator":{"type":"text"}}`, string(r.Body))
	for body, word := range map[string]string{`{}`: "unknown", `{"success":false}`: "unknown", "x": "unknown", failure("100"): "rejected"} {
		v.Answer(http.StatusOK, nil, body)
		assert.Equal(t, word, c.SendSignal(t.Context(), provider.SignalRequest{Signal: signal}).Word(), body)
	}
}

// FuzzClassify reads answers of any status and content. Each leads to exactly one outcome.
func FuzzClassify(f *testing.F) {
	for _, body := range []string{
		"", "null", "{}", "[]", taken, failure("131047"), `{"error":{"code":1e999999999}}`, `{"error":{"code":-1,"error_data":[[1]]}}`,
		`{"messages":[{"id":"\ud800"}]}`, `{"messages":[null]}`, "\x1b[2J\xff",
	} {
		for _, status := range []int{200, 202, 400, 429, 500} {
			f.Add(status, []byte(body))
		}
	}
	client, err := vendorhttp.New(vendorhttp.Options{Endpoint: "https://graph.facebook.com"})
	require.NoError(f, err)
	a := &account{client: client}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		o := a.classify(&vendorhttp.Response{Status: status, Body: body})
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
