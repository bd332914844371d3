// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

const token = "TOKEN-secret"

func accountValues(endpoint string, more providertest.Values) providertest.Values {
	values := providertest.Values{
		"app_key": cty.StringVal("KEY-secret"), "authorization": cty.StringVal(token), "endpoint": cty.StringVal(endpoint),
	}
	for name, value := range more {
		values[name] = value
	}
	return values
}

var channelValues = providertest.Values{
	"waba_id": cty.StringVal("100000000000001"), "send_number": cty.StringVal("6281100000001"),
}

func open(t testing.TB, v *providertest.Vendor) provider.GroupSender {
	t.Helper()
	_, c := providertest.Open(t, New(Product{Name: "innopaas", Version: "1.0.0"}), accountValues(v.URL, nil), channelValues)
	return c.(provider.GroupSender)
}

func hello() *message.Message {
	return &message.Message{Type: "text", Text: &message.Text{Body: "hi"}}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		word       string
		id         string
		reason     outcome.Reason
		retry      outcome.Retry
		scope      outcome.Scope
		code       string
	}{
		{name: "id as text", body: `{"code":"0","message":"submitted","data":"400000000000000001"}`, word: "accepted", id: "400000000000000001"},
		{name: "numbers keep every digit", body: `{"code":0,"data":400000000000000001}`, word: "accepted", id: "400000000000000001"},
		{name: "null data", body: `{"code":"0","message":"ok","data":null}`, word: "accepted"},
		{name: "no data", body: `{"code":"0"}`, word: "accepted"},
		{name: "object", body: `{"code":"0","data":{"messageId":400000000000000001,"x":[]}}`, word: "accepted", id: "400000000000000001"},
		{name: "object with id", body: `{"code":"0","data":{"id":"7"}}`, word: "accepted", id: "7"},
		{name: "strange object", body: `{"code":"0","data":{"id":{},"messageId":[1]}}`, word: "accepted"},
		{name: "list of one", body: `{"code":"0","data":["7"]}`, word: "accepted", id: "7"},
		{name: "list of one object", body: `{"code":"0","data":[{"messageId":"7"}]}`, word: "accepted", id: "7"},
		{name: "longer list", body: `{"code":"0","data":["7","8"]}`, word: "accepted"},
		{name: "boolean", body: `{"code":"0","data":true}`, word: "accepted"},
		{name: "byte order mark", body: "\xef\xbb\xbf" + `{"code":"0","data":"7"}`, word: "accepted", id: "7"},

		{name: "105", body: `{"code":"105","message":"m"}`, word: "rejected", reason: outcome.ReasonInvalidMessage, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "105"},
		{name: "102", body: `{"code":"102","message":"m"}`, word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "102"},
		{name: "108 as number", body: `{"code":108,"message":"m"}`, word: "rejected", reason: outcome.ReasonInvalidRecipient, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "108"},
		{name: "110 with HTTP 500", status: 500, body: `{"code":"110","message":"m"}`, word: "rejected", reason: outcome.ReasonQuotaExceeded, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "110"},
		{name: "143", body: `{"code":"143","message":"WhatsApp Template Not Found","data":null}`, word: "rejected", reason: outcome.ReasonTemplateUnavailable, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "143"},
		{name: "130", body: `{"code":"130","message":"unknown exception"}`, word: "unknown"},
		{name: "not documented", body: `{"code":"999","message":"m ` + token + `"}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "999"},
		{name: "not documented with HTTP 429", status: 429, body: `{"code":"999","message":"m"}`, word: "rejected", reason: outcome.ReasonRateLimited, retry: outcome.RetryLater, scope: outcome.ScopeSender, code: "999"},
		{name: "not documented with HTTP 500", status: 500, body: `{"code":"999","message":"m"}`, word: "unknown"},
		{name: "success with HTTP 500", status: 500, body: `{"code":"0","data":"1"}`, word: "unknown"},
		{name: "authentication failure by text", body: `{"code":"9","message":"Authentication failure"}`, word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "9"},
		{name: "401 without code", status: 401, body: `{"code":"","message":"authentication failure"}`, word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		{name: "200 without code", body: `{"message":"hello"}`, word: "unknown"},
		{name: "null", body: `null`, word: "unknown"},
		{name: "list", body: `[]`, word: "unknown"},
		{name: "strange code", body: `{"code":{"a":1},"data":"7"}`, word: "unknown"},
		{name: "empty", body: ``, word: "unknown"},
		{name: "cut off", body: `{"code":"0","da`, word: "unknown"},
		{name: "page", status: 404, body: `<html>`, word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		{name: "404 without body", status: 404, word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		{name: "404 of a framework", status: 404, body: `{"timestamp":"t","status":404,"error":"Not Found","message":"No message available","path":"/api"}`, word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		{name: "404 as code", status: 404, body: `{"code":404,"message":"Not Found"}`, word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "404"},
		{name: "404 with the vendor's own code", status: 404, body: `{"code":"999","message":"m"}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "999"},
		{name: "404 with a known code", status: 404, body: `{"code":"143","message":"m"}`, word: "rejected", reason: outcome.ReasonTemplateUnavailable, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "143"},
		{name: "407", status: 407, body: `{"code":"","message":"who are you"}`, word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},

		{name: "six zeros with data", body: `{"code":"000000","message":"success","data":"400000000000000001"}`, word: "unknown"},
		{name: "six zeros alone", body: `{"code":"000000"}`, word: "unknown"},
		{name: "four zeros", body: `{"code":"0000","data":{"messageId":"7"}}`, word: "unknown"},
		{name: "200 with an id", body: `{"code":200,"message":"m","data":"7"}`, word: "unknown"},
		{name: "200 without an id", body: `{"code":"200","message":"m","data":null}`, word: "unknown"},
		{name: "success as code", body: `{"code":"SUCCESS","data":null}`, word: "unknown"},
		{name: "ok as code with an id", body: `{"code":"ok","data":["7","8"]}`, word: "unknown"},
		{name: "success as text", body: `{"code":"1","message":"Success!","data":null}`, word: "unknown"},
		{name: "success in Chinese", body: `{"code":"1","message":"提交成功"}`, word: "unknown"},
		{name: "another code with an id", body: `{"code":"999","message":"m","data":400000000000000001}`, word: "unknown"},
		{name: "another code with a list of ids", body: `{"code":"A1","message":"m","data":[{"messageId":"7"},{"messageId":"8"}]}`, word: "unknown"},
		{name: "another code with a sentence", body: `{"code":"999","message":"m","data":"number 7 is wrong"}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "999"},
		{name: "a documented code with an id", body: `{"code":"108","message":"m","data":"7"}`, word: "rejected", reason: outcome.ReasonInvalidRecipient, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "108"},
		{name: "zeros and authentication failure", body: `{"code":"000","message":"authentication failure"}`, word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "000"},
		{name: "success with an id and HTTP 503", status: 503, body: `{"code":"0","data":"7"}`, word: "unknown"},
		{name: "six zeros with HTTP 503", status: 503, body: `{"code":"000000"}`, word: "unknown"},
		{name: "success with an id and HTTP 429", status: 429, body: `{"code":"0","data":"7"}`, word: "unknown"},
		{name: "success with an id and HTTP 400", status: 400, body: `{"code":"0","message":"submitted","data":"7"}`, word: "unknown"},
		{name: "zero without an id and HTTP 400", status: 400, body: `{"code":0,"message":"bad"}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, "")
			v.Answer(max(test.status, 200), nil, test.body)
			o := open(t, v).(provider.Channel).Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: hello(), To: providertest.Recipient})
			require.Equal(t, test.word, o.Word(), o)
			assert.Equal(t, 1, o.Attempts)
			switch {
			case o.Accepted != nil:
				assert.Equal(t, test.id, o.Accepted.ProviderMessageID)
			case o.Rejected != nil:
				assert.Equal(t, test.reason, o.Rejected.Reason)
				assert.Equal(t, test.retry, o.Rejected.Retry)
				assert.Equal(t, test.scope, o.Rejected.Scope)
				assert.Equal(t, test.code, o.Rejected.VendorCode)
				assert.NotContains(t, o.Rejected.VendorMessage, token)
			default:
				assert.NotContains(t, o.Unknown.Cause, token)
			}
		})
	}
}

// The cause of an unknown outcome shows what the vendor answered, so that an operator can ask the vendor.
func TestCauseOfAnUndocumentedAnswer(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"000000","message":"queued `+token+`","data":"400000000000000001"}`)
	o := open(t, v).(provider.Channel).Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: hello(), To: providertest.Recipient})
	require.NotNil(t, o.Unknown)
	assert.Equal(t, `InnoPaaS answered in a form that is not documented and may have accepted the message: HTTP 200, code "000000", message "queued ***", id "400000000000000001"`, o.Unknown.Cause)
	v.Answer(200, http.Header{"Content-Encoding": {"deflate"}}, "\xff\xfe")
	o = open(t, v).(provider.Channel).Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: hello(), To: providertest.Recipient})
	require.NotNil(t, o.Unknown)
	assert.Contains(t, o.Unknown.Cause, `"deflate"`)
}

// A group whose outcome is not known is unknown for each delivery.
func TestUndocumentedAnswerToAGroup(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"200","message":"m","data":["7","8"]}`)
	outcomes := open(t, v).SendGroup(t.Context(), provider.GroupRequest{
		Message: hello(), Deliveries: []message.Delivery{{DeliveryID: "d1", To: phone(1)}, {DeliveryID: "d2", To: phone(2)}},
	})
	require.Len(t, outcomes, 2)
	for _, o := range outcomes {
		require.NotNil(t, o.Unknown)
		assert.Equal(t, []string{"d1"}, o.Unknown.Aliases)
	}
}

// A callback has the uid of the first delivery, so each delivery of a lost answer names it.
func TestLostAnswerToAGroup(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, "")
	v.Answer(502, nil, "bad gateway")
	outcomes := open(t, v).SendGroup(t.Context(), provider.GroupRequest{
		Message: hello(), Deliveries: []message.Delivery{{DeliveryID: "d1", To: phone(1)}, {DeliveryID: "d2", To: phone(2)}},
	})
	require.Len(t, outcomes, 2)
	for i, o := range outcomes {
		assert.Equal(t, fmt.Sprintf("d%d", i+1), o.DeliveryID)
		require.NotNil(t, o.Unknown)
		assert.Equal(t, []string{"d1"}, o.Unknown.Aliases)
		assert.Empty(t, o.Unknown.GroupID)
	}
}

func phone(n int) message.Recipient {
	return message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+1202555%04d", n)}
}

func TestSendGroup(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"0","data":"400000000000000001"}`)
	c := open(t, v)
	bad := message.Recipient{Kind: message.RecipientGroup, Address: "g"}
	outcomes := c.SendGroup(t.Context(), provider.GroupRequest{
		Message: &message.Message{Type: "text", Text: &message.Text{Body: "hi", PreviewUrl: true}},
		Deliveries: []message.Delivery{
			{DeliveryID: "d0", To: bad}, {DeliveryID: "d1", To: phone(1)}, {DeliveryID: "d2", To: phone(2)},
		},
	})
	requests := v.Take()
	require.Len(t, requests, 1)
	assert.Contains(t, string(requests[0].Body), `"uid":"d1","sendNumber":"6281100000001","recipientNumber":"12025550001,12025550002"`)
	require.Len(t, outcomes, 3)
	for i, o := range outcomes {
		assert.Equal(t, fmt.Sprintf("d%d", i), o.DeliveryID)
	}
	assert.Equal(t, outcome.ReasonUnsupported, outcomes[0].Rejected.Reason)
	assert.Equal(t, 0, outcomes[0].Attempts)
	for _, i := range []int{1, 2} {
		assert.Equal(t, &outcome.Accepted{GroupID: "400000000000000001", Aliases: []string{"d1"}}, outcomes[i].Accepted)
		assert.Equal(t, []string{"text.preview_url"}, outcomes[i].IgnoredFields)
		assert.Equal(t, 1, outcomes[i].Attempts)
	}
}

func TestSendGroupOfThousand(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"0","data":"1"}`)
	c := open(t, v)
	deliveries := make([]message.Delivery, maxRecipients)
	for i := range deliveries {
		deliveries[i] = message.Delivery{DeliveryID: fmt.Sprint(i), To: phone(i)}
	}
	outcomes := c.SendGroup(t.Context(), provider.GroupRequest{Message: hello(), Deliveries: deliveries})
	requests := v.Take()
	require.Len(t, requests, 1)
	assert.Equal(t, 999, strings.Count(string(requests[0].Body), ",1202"))
	assert.NotNil(t, outcomes[999].Accepted)
}

func TestSendGroupRefusals(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"108","message":"bad number"}`)
	c := open(t, v)
	deliveries := []message.Delivery{{DeliveryID: "a", To: phone(1)}, {DeliveryID: "b", To: phone(2)}}

	outcomes := c.SendGroup(t.Context(), provider.GroupRequest{Message: hello(), Deliveries: deliveries})
	for _, o := range outcomes {
		// One bad number must not condemn the others.
		assert.Equal(t, outcome.ScopeMessage, o.Rejected.Scope)
		assert.Equal(t, outcome.RetrySafe, o.Rejected.Retry)
		assert.Equal(t, "108", o.Rejected.VendorCode)
	}
	v.Take()
	outcomes = c.SendGroup(t.Context(), provider.GroupRequest{Message: &message.Message{Type: "reaction"}, Deliveries: deliveries})
	require.Len(t, outcomes, 2)
	assert.Equal(t, "b", outcomes[1].DeliveryID)
	assert.Equal(t, outcome.ReasonUnsupported, outcomes[1].Rejected.Reason)
	outcomes = c.SendGroup(t.Context(), provider.GroupRequest{Message: hello(), Deliveries: []message.Delivery{{DeliveryID: "a"}, {DeliveryID: "b"}}})
	assert.Equal(t, outcome.ReasonInvalidRecipient, outcomes[0].Rejected.Reason)
	assert.Empty(t, v.Take())
}

func TestSendAtAndVariables(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"0","data":"1"}`)
	c := open(t, v).(provider.Channel)
	send := func(body string, x *message.Extension) outcome.Outcome {
		m := &message.Message{Type: "text", Text: &message.Text{Body: body}, Wahost: x}
		return c.Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: m, To: providertest.Recipient})
	}
	assert.NotNil(t, send("x", &message.Extension{SendAt: timestamppb.New(time.Now().Add(-time.Hour))}).Accepted, "held by the host until now")
	assert.Equal(t, "wahost.send_at", send("x", &message.Extension{SendAt: timestamppb.New(time.Now().Add(time.Hour))}).Rejected.Path)

	variables := &message.Extension{Variables: map[string]string{"name": "Ann"}}
	assert.Equal(t, "wahost.variables", send("Hi {{name}}", variables).Rejected.Path, "the host fills them in")
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	c := open(t, providertest.NewVendor(t, ""))
	assert.Equal(t, 1000, c.MaxRecipients())
	got := c.(provider.Channel).Capabilities()
	assert.Len(t, got.Kinds, 13)
	assert.Equal(t, capability.IDPerRequest, got.IDScope)
	assert.False(t, got.Scheduling)
	for _, limit := range got.Limits {
		assert.NoError(t, limit.Valid())
	}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	p := New(Product{Name: "innopaas", Version: "1.0.0"})
	s := p.Schema()
	account := p.(provider.ProviderValidator).ValidateProviderConfig
	channel := p.(provider.ChannelValidator).ValidateChannelConfig
	str := cty.StringVal
	unknown := cty.UnknownVal(cty.String)
	accountTests := []struct {
		name  string
		more  providertest.Values
		fails string
	}{
		{"defaults", nil, ""},
		{"unknown", providertest.Values{"endpoint": unknown, "timeout": unknown, "app_key": unknown, "callback_username": unknown}, ""},
		{"user name with unknown authorization", providertest.Values{"callback_username": str("u"), "callback_authorization": unknown}, ""},
		{"user name alone", providertest.Values{"callback_username": str("u")}, "callback_username"},
		{"timeout", providertest.Values{"timeout": str("soon")}, "timeout"},
		{"zero timeout", providertest.Values{"timeout": str("0s")}, "timeout"},
		{"line break", providertest.Values{"authorization": str("a\nX-Evil: 1")}, "authorization"},
		{"empty key", providertest.Values{"app_key": str(" ")}, "app_key"},
	}
	for _, test := range accountTests {
		diags := account(t.Context(), providertest.Config(t, s.Provider, accountValues("https://api.innopaas.com", test.more)))
		if test.fails == "" {
			assert.Empty(t, diags, test.name)
			continue
		}
		require.Len(t, diags, 1, test.name)
		assert.Equal(t, cty.GetAttrPath(test.fails), diags[0].Path, test.name)
		assert.NotContains(t, diags[0].String(), "Evil")
	}
	for number, valid := range map[string]bool{"+6281100000001": true, "6281100000001": true, "": false, "+62 811": false, "0811000000": false, "++628110000": false} {
		diags := channel(t.Context(), providertest.Config(t, s.Channel, providertest.Values{"waba_id": str("1"), "send_number": str(number)}))
		assert.Equal(t, valid, !diags.HasErrors(), number)
	}
	assert.Empty(t, channel(t.Context(), providertest.Config(t, s.Channel, providertest.Values{"waba_id": unknown, "send_number": unknown})))
}

func TestRedirectDoesNotLeakCredentials(t *testing.T) {
	t.Parallel()
	other := providertest.NewVendor(t, `{"code":"0","data":"1"}`)
	v := providertest.NewVendor(t, "")
	v.Answer(http.StatusTemporaryRedirect, http.Header{"Location": {other.URL + "/x"}}, "")
	o := open(t, v).(provider.Channel).Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: hello(), To: providertest.Recipient})
	assert.Equal(t, outcome.ReasonMisconfigured, o.Rejected.Reason)
	assert.Empty(t, other.Take())
}
