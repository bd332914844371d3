// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

const (
	accountSID = "AC0123456789abcdef0123456789abcdef"
	serviceSID = "MG0123456789abcdef0123456789abcdef"
	keySID     = "SK0123456789abcdef0123456789abcdef"
	sid        = "SM0123456789abcdef0123456789abcdef"
	token      = "SECRET-auth-token"
	sent       = `{"sid":"` + sid + `","status":"queued","to":"whatsapp:+12025550123","error_code":null,"error_message":null}`
)

func values(v *providertest.Vendor, more providertest.Values) providertest.Values {
	out := providertest.Values{"account_sid": cty.StringVal(accountSID), "auth_token": cty.StringVal(token)}
	if v != nil {
		out["endpoint"] = cty.StringVal(v.URL)
	}
	for name, value := range more {
		out[name] = value
	}
	return out
}

var number = providertest.Values{"from": cty.StringVal("+14155238886")}

func open(t testing.TB, v *providertest.Vendor) provider.Channel {
	t.Helper()
	_, c := providertest.Open(t, New(), values(v, nil), providertest.Values{
		"from": cty.StringVal("+14155238886"), "messaging_service_sid": cty.StringVal(serviceSID),
	})
	return c
}

func send(t testing.TB, c provider.Channel, m *message.Message) outcome.Outcome {
	t.Helper()
	return c.Send(t.Context(), provider.SendRequest{DeliveryID: "d1", Message: m, To: providertest.Recipient})
}

func text() *message.Message { return &message.Message{Type: "text", Text: &message.Text{Body: "hi"}} }

func TestWire(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, sent)
	providertest.Golden(t, "testdata/wire", "schemas/messages.json", v, open(t, v), "Content-Type", "Authorization")
}

func TestNoFieldIsLost(t *testing.T) {
	t.Parallel()
	word := func() *message.Parameter { return &message.Parameter{Type: "text", Text: "t"} }
	file := func() *message.Media { return &message.Media{Link: "https://cdn.example.com/a"} }
	for name, base := range map[string]*message.Message{
		"text":     text(),
		"image":    {Type: "image", Image: file()},
		"video":    {Type: "video", Video: file()},
		"audio":    {Type: "audio", Audio: file()},
		"document": {Type: "document", Document: file()},
		"location": {Type: "location", Location: &message.Location{Latitude: "1", Longitude: "2", Name: "n"}},
		"template": {Type: "template", Template: &message.Template{
			Name: "n", Language: &message.Language{Code: "en"},
			Components: []*message.Component{
				{Type: "header", Parameters: []*message.Parameter{word()}},
				{Type: "body", Parameters: []*message.Parameter{word(), word()}},
				{Type: "button", SubType: "url", Index: "0", Parameters: []*message.Parameter{word()}},
			}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, sent)
			c := open(t, v)
			require.NotNil(t, send(t, c, base).Accepted)
			assert.Greater(t, providertest.Fidelity(t, v, c, base), 100)
		})
	}
}

// TestCredentials sends with the token of the account and with an API key.
func TestCredentials(t *testing.T) {
	t.Parallel()
	key := cty.ObjectVal(map[string]cty.Value{"sid": cty.StringVal(keySID), "secret": cty.StringVal("SECRET-key")})
	for want, more := range map[string]providertest.Values{
		accountSID + ":" + token: nil,
		keySID + ":SECRET-key":   {"api_key": key},
	} {
		v := providertest.NewVendor(t, `{"code":20003,"message":"Authenticate `+base64.StdEncoding.EncodeToString([]byte(want))+` `+token+`","status":401}`)
		_, c := providertest.Open(t, New(), values(v, more), number)
		v.Answer(http.StatusUnauthorized, nil, `{"code":20003,"message":"`+base64.StdEncoding.EncodeToString([]byte(want))+` `+token+` SECRET-key","status":401}`)
		o := send(t, c, text())
		require.NotNil(t, o.Rejected)
		assert.Equal(t, outcome.ReasonUnauthenticated, o.Rejected.Reason)
		assert.NotContains(t, o.Rejected.VendorMessage, base64.StdEncoding.EncodeToString([]byte(want)))
		assert.NotContains(t, o.Rejected.VendorMessage, token)
		requests := v.Take()
		require.Len(t, requests, 1)
		assert.Equal(t, "Basic "+base64.StdEncoding.EncodeToString([]byte(want)), requests[0].Header.Get("Authorization"))
		assert.Equal(t, "/2010-04-01/Accounts/"+accountSID+"/Messages.json", requests[0].Path)
		assert.NotContains(t, string(requests[0].Body), "MessagingServiceSid")
	}
}

func TestCallbackURL(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, sent)
	p := New()
	a, _ := providertest.Open(t, p, values(v, nil), number)
	c, diags := a.OpenChannel(t.Context(), provider.OpenChannelRequest{
		ID: "test.other", Config: providertest.Config(t, p.Schema().Channel, number), WebhookURL: "https://host.example.com/a%2Fb?key=1&x=1+2",
	})
	require.False(t, diags.HasErrors())
	require.NotNil(t, send(t, c, text()).Accepted)
	assert.Contains(t, string(v.Take()[0].Body), "StatusCallback=https%3A%2F%2Fhost.example.com%2Fa%252Fb%3Fkey%3D1%26x%3D1%2B2")
	assert.False(t, c.Capabilities().Scheduling, "Twilio needs a messaging service for that")
	assert.Equal(t, "+14155238886", c.Sender())
}

func TestSendAt(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", -7*60*60)
	for at, want := range map[time.Time]string{
		time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC):                "2030-01-02T03:04:05Z",
		time.Date(2030, 1, 2, 3, 4, 5, 1, time.UTC):                "2030-01-02T03:04:06Z",
		time.Date(2030, 1, 2, 3, 4, 5, 0, zone):                    "2030-01-02T10:04:05Z",
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC): "9999-12-31T23:59:59Z",
	} {
		assert.Equal(t, want, sendAt(at))
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, sent)
	c := open(t, v)
	for _, test := range []struct {
		to     message.Recipient
		reason outcome.Reason
		path   string
	}{
		{message.Recipient{Kind: message.RecipientGroup, Address: "g"}, outcome.ReasonUnsupported, "recipient_type"},
		{message.Recipient{Kind: message.RecipientUser, Address: "US.1"}, outcome.ReasonUnsupported, "recipient"},
		{message.Recipient{Kind: message.RecipientPhone, Address: "12025550123"}, outcome.ReasonInvalidRecipient, "to"},
		{message.Recipient{}, outcome.ReasonInvalidRecipient, "to"},
	} {
		o := c.Send(t.Context(), provider.SendRequest{Message: text(), To: test.to})
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
	})
	assert.Empty(t, p.ValidateProviderConfig(t.Context(), providertest.Config(t, p.Schema().Provider, values(nil, nil))))
	unknown := providertest.Values{"account_sid": cty.UnknownVal(cty.String), "auth_token": cty.UnknownVal(cty.String), "timeout": cty.UnknownVal(cty.String)}
	assert.Empty(t, p.ValidateProviderConfig(t.Context(), providertest.Config(t, p.Schema().Provider, unknown)))
	for name, value := range map[string]string{"auth_token": token + "\n", "timeout": "-1s"} {
		config := providertest.Config(t, p.Schema().Provider, values(nil, providertest.Values{name: cty.StringVal(value)}))
		diags := p.ValidateProviderConfig(t.Context(), config)
		require.Len(t, diags, 1, name)
		assert.Equal(t, cty.GetAttrPath(name), diags[0].Path)
		assert.NotContains(t, diags[0].String(), token)
		_, diags = p.Configure(t.Context(), provider.ConfigureRequest{Config: config})
		assert.True(t, diags.HasErrors())
	}
}

func TestArgumentsAreDocumented(t *testing.T) {
	t.Parallel()
	providertest.Documented(t, New())
}
