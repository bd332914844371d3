// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's hash
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

const hook = "https://host.example.com/webhooks/twilio?key=a%2Fb"

func readme(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(data)
}

func receiver(t testing.TB) provider.WebhookHandler {
	t.Helper()
	a, _ := providertest.Open(t, New(), values(nil, nil), number)
	return a.(provider.WebhookHandler)
}

// signature signs as the vendor's page Security describes it.
func signature(address string, form url.Values) string {
	var names []string
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	for _, name := range names {
		mac.Write([]byte(name + form.Get(name)))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func signed(address string, form url.Values) provider.WebhookRequest {
	return provider.WebhookRequest{
		Method: http.MethodPost, URL: address, Body: []byte(form.Encode()),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Twilio-Signature": {signature(address, form)}},
	}
}

func form(pairs ...string) url.Values {
	out := url.Values{"MessageSid": {sid}, "AccountSid": {accountSID}}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

func reported(word string, more ...string) url.Values {
	return form(append([]string{"MessageStatus", word, "From", "whatsapp:+14155238886", "To", "whatsapp:+12025550123"}, more...)...)
}

func received(more ...string) url.Values {
	return form(append([]string{"From", "whatsapp:+12025550123", "To", "whatsapp:+14155238886", "WaId", "12025550123", "ProfileName", "Ada"}, more...)...)
}

// TestSignaturesOfTheVendor has the examples of twilio-go, client/request_validator_test.go.
func TestSignaturesOfTheVendor(t *testing.T) {
	t.Parallel()
	a := &account{authToken: "12345"}
	parameters := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"},
	}
	for address, signature := range map[string]string{
		"https://mycompany.com/myapp.php?foo=1&bar=2":      "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
		"https://mycompany.com:1234/myapp.php?foo=1&bar=2": "RSOYDt4T1cUTdK1PDd93/VVr8B8=", // signed without the port
		"https://mycompany.com/myapp.php?bar=2&foo=1":      "",
		"https://mycompany.com/myapp.php?foo=1&bar=3":      "",
		"http://mycompany.com/myapp.php?foo=1&bar=2":       "0ZXoZLH/DfblKGATFgpif+LLRf4=",
		"http://mycompany.com:1234/myapp.php?foo=1&bar=2":  "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
	} {
		wrong := signature == ""
		if wrong {
			signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
		}
		err := a.verify(provider.WebhookRequest{URL: address, Header: http.Header{"X-Twilio-Signature": {signature}}}, parameters)
		assert.Equal(t, wrong, err != nil, address)
	}
	err := a.verify(provider.WebhookRequest{
		URL: "https://mycompany.com/myapp.php?foo=1&bar=2", Header: http.Header{"X-Twilio-Signature": {"kvajT1Ptam85bY51eRf/AJRuM3w="}},
	}, parameters)
	require.NoError(t, err, "signed with the port of the scheme")
}

func TestProof(t *testing.T) {
	t.Parallel()
	h := receiver(t)
	good := signed(hook, reported("sent"))
	require.True(t, h.HandleWebhook(t.Context(), good).Authenticated)
	for name, change := range map[string]func(*provider.WebhookRequest){
		"no signature":    func(r *provider.WebhookRequest) { r.Header = http.Header{} },
		"other signature": func(r *provider.WebhookRequest) { r.Header = signed(hook, reported("read")).Header },
		"other URL":       func(r *provider.WebhookRequest) { r.URL += "1" },
		"other port":      func(r *provider.WebhookRequest) { r.URL = strings.Replace(r.URL, ".com", ".com:8443", 1) },
		"one more value":  func(r *provider.WebhookRequest) { r.Body = append(r.Body, "&Extra=1"...) },
		"value twice":     func(r *provider.WebhookRequest) { r.Body = append(r.Body, "&MessageSid="+sid...) },
		"not a form":      func(r *provider.WebhookRequest) { r.Body = []byte("%zz") },
		"not UTF-8":       func(r *provider.WebhookRequest) { r.Body = append(r.Body, 0xff) },
		"two of the header": func(r *provider.WebhookRequest) {
			r.Header["X-Twilio-Signature"] = slices.Repeat(good.Header["X-Twilio-Signature"], 2)
		},
	} {
		req := signed(hook, reported("sent"))
		change(&req)
		r := h.HandleWebhook(t.Context(), req)
		if name == "other port" {
			assert.True(t, r.Authenticated, "Twilio signs either")
			continue
		}
		assert.False(t, r.Authenticated, name)
		assert.Empty(t, r.Events, name)
		assert.NotEmpty(t, r.Problem, name)
		assert.NotContains(t, r.Problem, token)
	}
	port := signed(strings.Replace(hook, ".com", ".com:443", 1), reported("sent"))
	port.URL = hook
	assert.True(t, h.HandleWebhook(t.Context(), port).Authenticated, "signed with the port of the scheme")
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	h := receiver(t)
	seen := map[string]bool{}
	for word, want := range statuses {
		r := h.HandleWebhook(t.Context(), signed(hook, reported(string(word), "ErrorCode", "63016", "ChannelStatusMessage", "Words with "+token)))
		require.Len(t, r.Events, 1, word)
		e := r.Events[0]
		require.NotNil(t, e.DeliveryStatus, word)
		assert.Equal(t, want, e.DeliveryStatus.Status)
		assert.Equal(t, "test.channel", e.ChannelID)
		assert.Equal(t, sid, e.Correlation.ProviderMessageID)
		assert.Equal(t, message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"}, e.Correlation.Recipient)
		assert.False(t, seen[e.ID], "each status has an id of its own")
		seen[e.ID] = true
		assert.Equal(t, "<Response></Response>", string(r.Reply.Body))
		if want == outcome.StatusFailed {
			assert.Equal(t, outcome.ReasonOutsideServiceWindow, e.DeliveryStatus.Error.Reason)
			assert.Equal(t, "63016", e.DeliveryStatus.Error.VendorCode)
			assert.Equal(t, "Words with ***", e.DeliveryStatus.Error.VendorMessage)
		}
	}
}

func TestCallsThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	h := receiver(t)
	for name, f := range map[string]url.Values{
		"another status":  reported("pondering"),
		"no id":           {"Level": {"ERROR"}},
		"no sender":       form("To", "whatsapp:+14155238886", "Body", "hi"),
		"a strange place": received("Latitude", "north", "Longitude", "2"),
		"another number":  received("Body", "hi", "To", "whatsapp:+14155230000"),
	} {
		r := h.HandleWebhook(t.Context(), signed(hook, f))
		require.True(t, r.Authenticated, name)
		require.Len(t, r.Events, 1, name)
		assert.NotEmpty(t, r.Problem, name)
		assert.Equal(t, f.Encode(), string(r.Events[0].Raw), name)
		assert.NotEmpty(t, r.Events[0].ID, name)
		switch name {
		case "a strange place":
			require.NotNil(t, r.Events[0].InboundMessage)
			assert.Equal(t, "unknown", r.Events[0].InboundMessage.Type)
		case "another number":
			assert.Empty(t, r.Events[0].ChannelID)
			assert.NotNil(t, r.Events[0].InboundMessage)
		default:
			assert.NotNil(t, r.Events[0].ChannelNotice, name)
		}
	}
}

func TestInbound(t *testing.T) {
	t.Parallel()
	h := receiver(t)
	for name, test := range map[string]struct {
		more []string
		want string
	}{
		"text": {[]string{"Body", "hi"}, `{"from":"12025550123","id":"` + sid + `","type":"text","text":{"body":"hi"}}`},
		"answer": {[]string{"Body", "hi", "OriginalRepliedMessageSid", "SM1", "OriginalRepliedMessageSender", "whatsapp:+14155238886", "Forwarded", "false"},
			`{"from":"12025550123","id":"` + sid + `","type":"text","context":{"from":"14155238886","id":"SM1"},"text":{"body":"hi"}}`},
		"forwarded": {[]string{"Body", "hi", "Forwarded", "true", "FrequentlyForwarded", "true"},
			`{"from":"12025550123","id":"` + sid + `","type":"text","context":{"forwarded":true,"frequently_forwarded":true},"text":{"body":"hi"}}`},
		"image": {[]string{"Body", "look", "NumMedia", "1", "MediaUrl0", "https://api.twilio.com/m", "MediaContentType0", "image/jpeg"},
			`{"from":"12025550123","id":"` + sid + `","type":"image","image":{"url":"https://api.twilio.com/m","mime_type":"image/jpeg","caption":"look"}}`},
		"contact card": {[]string{"MediaUrl0", "https://api.twilio.com/m", "MediaContentType0", "text/vcard"},
			`{"from":"12025550123","id":"` + sid + `","type":"document","document":{"url":"https://api.twilio.com/m","mime_type":"text/vcard"}}`},
		"location": {[]string{"Latitude", "37.5", "Longitude", "-122.25", "Label", "Office", "Address", "Beale St"},
			`{"from":"12025550123","id":"` + sid + `","type":"location","location":{"latitude":37.5,"longitude":-122.25,"name":"Office","address":"Beale St"}}`},
		"button": {[]string{"Body", "Yes", "ButtonText", "Yes", "ButtonPayload", "yes-1"},
			`{"from":"12025550123","id":"` + sid + `","type":"button","button":{"payload":"yes-1","text":"Yes"}}`},
		"reply button": {[]string{"Body", "Yes", "ButtonText", "Yes", "ButtonPayload", "yes-1", "MessageType", "interactive"},
			`{"from":"12025550123","id":"` + sid + `","type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"yes-1","title":"Yes"}}}`},
		"advertisement": {[]string{"Body", "hi", "ReferralSourceUrl", "https://fb.me/1", "ReferralCtwaClid", "c1"},
			`{"from":"12025550123","id":"` + sid + `","type":"text","referral":{"source_url":"https://fb.me/1","ctwa_clid":"c1"},"text":{"body":"hi"}}`},
		"nothing": {nil, `{"from":"12025550123","id":"` + sid + `","type":"unknown"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := h.HandleWebhook(t.Context(), signed(hook, received(test.more...)))
			require.True(t, r.Authenticated)
			require.Len(t, r.Events, 1)
			e := r.Events[0]
			require.NotNil(t, e.InboundMessage, r.Problem)
			assert.JSONEq(t, test.want, string(e.InboundMessage.Message))
			assert.Equal(t, "message:"+sid, e.ID)
			assert.Equal(t, "test.channel", e.ChannelID)
			assert.Equal(t, "Ada", e.InboundMessage.ProfileName)
			assert.Equal(t, "+14155238886", e.InboundMessage.To)
			assert.True(t, e.Time.IsZero(), "Twilio does not say")
			assert.Empty(t, r.Problem)
		})
	}
}
