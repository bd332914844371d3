// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pushwoosh

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

const (
	auth = "SECRET-api-token"
	sent = `{"status_code":200,"status_message":"OK","response":{"Messages":["0000-AAAA0000-BBBB0000"]}}`
)

func open(t testing.TB, v *providertest.Vendor) provider.Channel {
	t.Helper()
	_, c := providertest.Open(t, New(),
		providertest.Values{"auth": cty.StringVal(auth), "endpoint": cty.StringVal(v.URL)},
		providertest.Values{"application": cty.StringVal("00000-AAAAA"), "preset": cty.StringVal("PRESET-1")})
	return c
}

func send(t testing.TB, c provider.Channel, m *message.Message) outcome.Outcome {
	t.Helper()
	return c.Send(t.Context(), provider.SendRequest{DeliveryID: "d1", Message: m, To: providertest.Recipient})
}

func TestWire(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, sent)
	providertest.Golden(t, "testdata/wire", "schemas/createWhatsAppMessage.json", v, open(t, v), "Content-Type")
}

func TestNoFieldIsLost(t *testing.T) {
	t.Parallel()
	text := func(kind string) *message.Parameter { return &message.Parameter{Type: kind, Text: "t"} }
	bases := map[string]*message.Message{
		"text": {Type: "text", Text: &message.Text{Body: "hi"}},
		"template": {Type: "template", Template: &message.Template{
			Name: "n", Language: &message.Language{Code: "en"},
			Components: []*message.Component{
				{Type: "header", Parameters: []*message.Parameter{text("text")}},
				{Type: "body", Parameters: []*message.Parameter{text("text"), text("text")}},
				{Type: "button", SubType: "url", Index: "0", Parameters: []*message.Parameter{text("text")}},
			}}},
	}
	for _, kind := range []string{"image", "video", "document"} {
		media := &message.Media{Link: "https://cdn.example.com/a"}
		p := &message.Parameter{Type: kind}
		switch kind {
		case "image":
			p.Image = media
		case "video":
			p.Video = media
		default:
			p.Document = media
		}
		bases["template with "+kind] = &message.Message{Type: "template", Template: &message.Template{
			Name: "n", Language: &message.Language{Code: "en"},
			Components: []*message.Component{{Type: "header", Parameters: []*message.Parameter{p}}},
		}}
	}
	for name, base := range bases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, sent)
			c := open(t, v)
			require.NotNil(t, send(t, c, base).Accepted)
			assert.Greater(t, providertest.Fidelity(t, v, c, base), 100)
		})
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		word   string
		id     string
		// aliases are the ids beyond the first.
		aliases []string
		reason  outcome.Reason
		retry   outcome.Retry
		scope   outcome.Scope
		code    string
	}{
		{name: "accepted", body: sent, word: "accepted", id: "0000-AAAA0000-BBBB0000"},
		{name: "code as text", body: `{"status_code":"200","response":{"Messages":["a"],"UnknownDevices":[]}}`, word: "accepted", id: "a"},
		{name: "no unknown devices", body: `{"status_code":200,"response":{"Messages":["a"],"UnknownDevices":{}}}`, word: "accepted", id: "a"},
		{name: "no id", body: `{"status_code":200,"status_message":"OK","response":{"Messages":["CODE_NOT_AVAILABLE"]}}`, word: "accepted"},
		{name: "unknown device", body: `{"status_code":200,"status_message":"OK","response":{"Messages":["a"],"UnknownDevices":{"a":["whatsapp:+12025550123"]}}}`,
			word: "rejected", reason: outcome.ReasonRecipientUnreachable, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "200"},
		{name: "two ids", body: `{"status_code":200,"response":{"Messages":["a","b"]}}`, word: "accepted", id: "a", aliases: []string{"b"}},
		{name: "id as string", body: `{"status_code":200,"response":{"Messages":"0000-AAAA0000-BBBB0000"}}`, word: "accepted", id: "0000-AAAA0000-BBBB0000"},
		{name: "id as number", body: `{"status_code":200,"response":{"Messages":400000000000000001}}`, word: "accepted", id: "400000000000000001"},
		{name: "numbers", body: `{"status_code":200,"response":{"Messages":[400000000000000001,2]}}`, word: "accepted", id: "400000000000000001", aliases: []string{"2"}},
		{name: "objects", body: `{"status_code":200,"response":{"Messages":[{"id":7,"status":"ok"},{"message_code":"8"}]}}`, word: "accepted", id: "7", aliases: []string{"8"}},
		{name: "object", body: `{"status_code":200,"response":{"Messages":{"messageCode":"a"}}}`, word: "accepted", id: "a"},
		{name: "list as object", body: `{"status_code":200,"response":{"Messages":{"10":"c","0":"a","2":"b"}}}`, word: "accepted", id: "a", aliases: []string{"b", "c"}},
		{name: "ids as names", body: `{"status_code":200,"response":{"Messages":{"0000-AAAA0000-BBBB0000":{"device":"whatsapp:+12025550123"}}}}`, word: "accepted", id: "0000-AAAA0000-BBBB0000"},
		{name: "list with null", body: `{"status_code":200,"response":{"Messages":[null,"a"]}}`, word: "accepted", id: "a"},
		{name: "not available as string", body: `{"status_code":200,"response":{"Messages":"CODE_NOT_AVAILABLE"}}`, word: "accepted"},
		{name: "strange object", body: `{"status_code":200,"response":{"Messages":{"state":"done"}}}`, word: "unknown"},
		{name: "boolean", body: `{"status_code":200,"response":{"Messages":true}}`, word: "unknown"},
		{name: "string and unknown device", body: `{"status_code":200,"response":{"Messages":"a","UnknownDevices":{"a":["whatsapp:+12025550123"]}}}`,
			word: "rejected", reason: outcome.ReasonRecipientUnreachable, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "200"},
		{name: "201 with an id", body: `{"status_code":201,"response":{"Messages":["a"]}}`, word: "unknown"},
		{name: "202 without an id", body: `{"status_code":202,"response":null}`, word: "unknown"},
		{name: "0", body: `{"status_code":0,"status_message":"OK"}`, word: "unknown"},
		{name: "undocumented code with an id", body: `{"status_code":7,"response":{"Messages":"a"}}`, word: "unknown"},
		{name: "no code, with an id and HTTP 400", status: 400, body: `{"response":{"Messages":["a"]}}`, word: "unknown"},
		{name: "success with HTTP 503", status: 503, body: sent, word: "unknown"},
		{name: "success with HTTP 429", status: 429, body: sent, word: "unknown"},
		{name: "403 with an id", body: `{"status_code":403,"response":{"Messages":["a"]}}`,
			word: "rejected", reason: outcome.ReasonForbidden, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "403"},
		{name: "HTTP 404", status: 404, body: `<html>404</html>`, word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		{name: "404 in the body", body: `{"status_code":404,"status_message":"x"}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "404"},
		{name: "HTTP 407", status: 407, word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeAccount},
		{name: "no message", body: `{"status_code":200,"status_message":"OK","response":{"Messages":[]}}`, word: "unknown"},
		{name: "no response", body: `{"status_code":200,"status_message":"OK","response":null}`, word: "unknown"},
		{name: "HTTP 500 with success", status: 500, body: sent, word: "unknown"},
		{name: "devices", body: `{"status_code":210,"status_message":"Invalid devices list. \"devices\" must be an array.","response":{"Messages":[]}}`,
			word: "rejected", reason: outcome.ReasonInvalidRecipient, retry: outcome.RetryNever, scope: outcome.ScopeRecipient, code: "210"},
		{name: "access denied", body: `{"status_code":210,"status_message":"Access denied or application not found","response":null}`,
			word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "210"},
		{name: "application", body: `{"status_code":210,"status_message":"Application not found","response":null}`,
			word: "rejected", reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, scope: outcome.ScopeSender, code: "210"},
		{name: "a variable that is called like the application", body: `{"status_code":210,"status_message":"content_variables: application variable missing","response":null}`,
			word: "rejected", reason: outcome.ReasonInvalidMessage, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "210"},
		{name: "content that speaks of access", body: `{"status_code":210,"status_message":"Invalid content \"access denied on your device\"","response":null}`,
			word: "rejected", reason: outcome.ReasonInvalidMessage, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "210"},
		{name: "other argument", body: `{"status_code":210,"status_message":"Bad ` + auth + `","response":null}`,
			word: "rejected", reason: outcome.ReasonInvalidMessage, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "210"},
		{name: "malformed request", body: `{"status_code":400,"status_message":"x"}`, word: "rejected", reason: outcome.ReasonInvalidMessage, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "400"},
		{name: "403 in the body", body: `{"status_code":403,"status_message":"Token restrictions forbid this operation"}`,
			word: "rejected", reason: outcome.ReasonForbidden, retry: outcome.RetryNever, scope: outcome.ScopeAccount, code: "403"},
		{name: "500 in the body", body: `{"status_code":500,"status_message":"x"}`, word: "unknown"},
		{name: "undocumented code", body: `{"status_code":7,"status_message":"x"}`, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, code: "7"},
		{name: "HTTP 429", status: 429, body: ``, word: "rejected", reason: outcome.ReasonRateLimited, retry: outcome.RetryLater, scope: outcome.ScopeSender},
		{name: "gateway page", status: 502, body: `<html>502 Bad Gateway</html>`, word: "unknown"},
		{name: "null", body: `null`, word: "unknown"},
		{name: "garbage", body: `{"status_code":{},"response":7`, word: "unknown"},
		{name: "empty", body: ``, word: "unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, "")
			v.Answer(max(test.status, 200), nil, test.body)
			o := send(t, open(t, v), &message.Message{Type: "text", Text: &message.Text{Body: "hi"}})
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
				assert.NotContains(t, o.Rejected.VendorMessage, auth)
			default:
				assert.NotContains(t, o.Unknown.Cause, auth)
			}
		})
	}
}

// The cause of an unknown outcome says what the answer held, and never quotes a page.
func TestUnreadableAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header http.Header
		body   string
		cause  string
	}{
		"page":    {http.Header{"Content-Type": {"text/html"}}, "<html>" + auth, "the vendor answered HTTP 200 with a body that is not JSON: an HTML page"},
		"cut off": {nil, sent[:30], "the vendor answered HTTP 200 with a body that is not JSON: JSON that is cut off"},
		"deflate": {http.Header{"Content-Encoding": {"deflate"}}, "\xff\xfe", `the vendor answered HTTP 200 with a body that is not JSON: it has the Content-Encoding "deflate", which was not asked for`},
		"object":  {nil, `{"status_code":200,"response":{"Messages":{"state":"done"}}}`, "Pushwoosh answered with status_code 200 and listed messages in a form that is not understood: an object"},
		"text":    {nil, "OK " + auth, "the vendor answered HTTP 200 with a body that is not JSON: text: OK ***"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, "")
			v.Answer(200, test.header, test.body)
			o := send(t, open(t, v), &message.Message{Type: "text", Text: &message.Text{Body: "hi"}})
			require.NotNil(t, o.Unknown)
			assert.Contains(t, o.Unknown.Cause, test.cause)
			assert.NotContains(t, o.Unknown.Cause, auth)
		})
	}
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	for value, want := range map[cty.Value]string{cty.NilVal: "", cty.True: "", cty.False: "close"} {
		closes := make(chan string, 1)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			connection := ""
			if r.Close {
				connection = "close"
			}
			closes <- connection
			_, _ = io.WriteString(w, sent)
		}))
		t.Cleanup(server.Close)
		values := providertest.Values{"auth": cty.StringVal(auth), "endpoint": cty.StringVal(server.URL)}
		if value != cty.NilVal {
			values["keep_alive"] = value
		}
		_, c := providertest.Open(t, New(), values, providertest.Values{"application": cty.StringVal("00000-AAAAA")})
		require.NotNil(t, send(t, c, &message.Message{Type: "text", Text: &message.Text{Body: "hi"}}).Accepted)
		assert.Equal(t, want, <-closes)
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, sent)
	c := open(t, v)
	tests := []struct {
		to     message.Recipient
		reason outcome.Reason
		path   string
	}{
		{message.Recipient{Kind: message.RecipientGroup, Address: "g"}, outcome.ReasonUnsupported, "recipient_type"},
		{message.Recipient{Kind: message.RecipientUser, Address: "US.1"}, outcome.ReasonUnsupported, "recipient"},
		{message.Recipient{Kind: message.RecipientPhone, Address: "12025550123"}, outcome.ReasonInvalidRecipient, "to"},
		{message.Recipient{Kind: message.RecipientPhone, Address: "+1202 5550123"}, outcome.ReasonInvalidRecipient, "to"},
		{message.Recipient{Kind: message.RecipientPhone, Address: "+" + strings.Repeat("1", 16)}, outcome.ReasonInvalidRecipient, "to"},
		{message.Recipient{}, outcome.ReasonInvalidRecipient, "to"},
	}
	for _, test := range tests {
		o := c.Send(t.Context(), provider.SendRequest{Message: &message.Message{Type: "text", Text: &message.Text{Body: "x"}}, To: test.to})
		require.NotNil(t, o.Rejected, test.to)
		assert.Equal(t, test.reason, o.Rejected.Reason)
		assert.Equal(t, test.path, o.Rejected.Path)
	}
	assert.Empty(t, v.Take())
}

func TestValidation(t *testing.T) {
	t.Parallel()
	p := New().(interface {
		provider.Provider
		provider.ProviderValidator
		provider.ChannelValidator
	})
	good := providertest.Values{"auth": cty.StringVal(auth)}
	assert.Empty(t, p.ValidateProviderConfig(t.Context(), providertest.Config(t, p.Schema().Provider, good)))
	unknown := providertest.Values{"auth": cty.UnknownVal(cty.String), "endpoint": cty.UnknownVal(cty.String), "timeout": cty.UnknownVal(cty.String)}
	assert.Empty(t, p.ValidateProviderConfig(t.Context(), providertest.Config(t, p.Schema().Provider, unknown)))
	for name, value := range map[string]string{"auth": auth + "\n", "timeout": "-1s"} {
		values := providertest.Values{"auth": cty.StringVal(auth)}
		values[name] = cty.StringVal(value)
		diags := p.ValidateProviderConfig(t.Context(), providertest.Config(t, p.Schema().Provider, values))
		require.Len(t, diags, 1, name)
		assert.Equal(t, cty.GetAttrPath(name), diags[0].Path)
		assert.NotContains(t, diags[0].String(), auth)
		_, diags = p.Configure(t.Context(), provider.ConfigureRequest{Config: providertest.Config(t, p.Schema().Provider, values)})
		assert.True(t, diags.HasErrors())
	}
	for _, value := range []string{"", " ", "a b"} {
		diags := p.ValidateChannelConfig(t.Context(), providertest.Config(t, p.Schema().Channel, providertest.Values{"application": cty.StringVal(value)}))
		assert.True(t, diags.HasErrors(), value)
	}
	assert.Empty(t, p.ValidateChannelConfig(t.Context(), providertest.Config(t, p.Schema().Channel, providertest.Values{"application": cty.UnknownVal(cty.String)})))
}

func TestVendorUnavailable(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, "")
	v.Answer(http.StatusServiceUnavailable, http.Header{"Retry-After": {"5"}}, "busy")
	o := send(t, open(t, v), &message.Message{Type: "text", Text: &message.Text{Body: "hi"}})
	require.NotNil(t, o.Rejected)
	assert.Equal(t, outcome.RetryLater, o.Rejected.Retry)
	assert.Equal(t, "busy", o.Rejected.VendorMessage)
}

func TestArgumentsAreDocumented(t *testing.T) {
	t.Parallel()
	providertest.Documented(t, New())
}
