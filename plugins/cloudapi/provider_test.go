// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"cmp"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

const (
	token = "SECRET-access-token"
	taken = `{"messaging_product":"whatsapp","contacts":[{"input":"12025550123","wa_id":"12025550123"}],"messages":[{"id":"wamid.AAA"}]}`
)

// values returns the arguments of a provider block for a vendor, with others added.
func values(v *providertest.Vendor, more providertest.Values) providertest.Values {
	out := providertest.Values{"access_token": cty.StringVal(token), "app_secret": cty.StringVal("SECRET-app"), "verify_token": cty.StringVal("SECRET-verify")}
	if v != nil {
		out["endpoint"] = cty.StringVal(v.URL)
	}
	for name, value := range more {
		out[name] = value
	}
	return out
}

var number = providertest.Values{"phone_number_id": cty.StringVal("100000000000001")}

// webhookHeader returns the block of a header that proves webhooks.
func webhookHeader(name, value string) providertest.Values {
	return providertest.Values{"webhook_header": cty.ObjectVal(map[string]cty.Value{"name": cty.StringVal(name), "value": cty.StringVal(value)})}
}

func open(t testing.TB, v *providertest.Vendor) provider.Channel {
	t.Helper()
	_, c := providertest.Open(t, New(), values(v, nil), number)
	return c
}

func send(t testing.TB, c provider.Channel, m *message.Message) outcome.Outcome {
	t.Helper()
	return c.Send(t.Context(), provider.SendRequest{DeliveryID: "delivery-1", Message: m, To: providertest.Recipient})
}

func text(body string) *message.Message {
	return &message.Message{Type: "text", Text: &message.Text{Body: body}}
}

func template(category string) *message.Message {
	return &message.Message{
		Type: "template", Template: &message.Template{Name: "n", Language: &message.Language{Code: "en"}},
		Wahost: &message.Extension{Category: category},
	}
}

func TestWire(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, taken)
	providertest.Golden(t, "testdata/wire", "schemas/messages.json", v, open(t, v), "Authorization", "Content-Type")
}

// TestMarketing: the Marketing Messages API gets marketing templates if the channel says so, and every message with a field of it.
func TestMarketing(t *testing.T) {
	t.Parallel()
	policy := template("utility")
	policy.ProductPolicy = "STRICT"
	sharing := template("")
	sharing.MessageActivitySharing = new(bool)
	phone := providertest.Recipient
	group := message.Recipient{Kind: message.RecipientGroup, Address: "g1"}
	user := message.Recipient{Kind: message.RecipientUser, Address: "US.1"}
	for name, test := range map[string]struct {
		message   *message.Message
		to        message.Recipient
		marketing bool
		path      string
		refused   string
	}{
		"text":                       {text("hi"), phone, true, "messages", ""},
		"utility":                    {template("utility"), phone, true, "messages", ""},
		"marketing":                  {template("marketing"), phone, true, "marketing_messages", ""},
		"marketing, not chosen":      {template("marketing"), phone, false, "messages", ""},
		"marketing, to a group":      {template("marketing"), group, true, "messages", ""},
		"a policy":                   {policy, phone, false, "marketing_messages", ""},
		"activity":                   {sharing, phone, false, "marketing_messages", ""},
		"a policy, to a group":       {policy, group, true, "", "product_policy"},
		"activity, to a hidden user": {sharing, user, true, "", "message_activity_sharing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := providertest.NewVendor(t, taken)
			_, c := providertest.Open(t, New(), values(v, nil), providertest.Values{
				"phone_number_id": cty.StringVal("100000000000001"), "marketing_messages": cty.BoolVal(test.marketing),
			})
			o := c.Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: test.message, To: test.to})
			requests := v.Take()
			if test.refused != "" {
				require.NotNil(t, o.Rejected)
				assert.Equal(t, test.refused, o.Rejected.Path)
				assert.Empty(t, requests)
				return
			}
			require.NotNil(t, o.Accepted)
			require.Len(t, requests, 1)
			assert.Equal(t, "/v23.0/100000000000001/"+test.path, requests[0].Path)
		})
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, taken)
	c := open(t, v)
	for want, to := range map[string]message.Recipient{
		`"recipient_type":"individual","to":"12025550123","type"`:   providertest.Recipient,
		`"recipient_type":"individual","recipient":"US.134","type"`: {Kind: message.RecipientUser, Address: "US.134"},
		`"recipient_type":"group","to":"Y2FwaV9ncm91cDoxOD","type"`: {Kind: message.RecipientGroup, Address: "Y2FwaV9ncm91cDoxOD"},
	} {
		o := c.Send(t.Context(), provider.SendRequest{DeliveryID: "d", Message: text("x"), To: to})
		require.NotNil(t, o.Accepted)
		assert.Contains(t, string(v.Take()[0].Body), want)
	}
}

// TestShortPaths is a vendor such as 360dialog. It has no calls for media and for the history.
func TestShortPaths(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, taken)
	_, c := providertest.Open(t, New(), values(v, providertest.Values{"short_paths": cty.True, "token_header": cty.StringVal("D360-API-KEY")}), number)
	require.NotNil(t, send(t, c, text("hi")).Accepted)
	r := v.Take()[0]
	assert.Equal(t, "/messages", r.Path)
	assert.Equal(t, token, r.Header.Get("D360-API-KEY"))
	assert.Empty(t, r.Header.Get("Authorization"))
	_, uploads := c.(provider.MediaUploader)
	_, fetches := c.(provider.MediaFetcher)
	_, finds := c.(provider.MessageFinder)
	assert.Equal(t, []bool{false, false, false}, []bool{uploads, fetches, finds})
	assert.Implements(t, (*provider.SignalSender)(nil), c)
}

func TestReference(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, taken)
	c := open(t, v)
	send(t, c, text("hi"))
	assert.Contains(t, string(v.Take()[0].Body), `"biz_opaque_callback_data":"delivery-1"`)
	own := text("hi")
	own.BizOpaqueCallbackData = "order-1"
	send(t, c, own)
	assert.Contains(t, string(v.Take()[0].Body), `"biz_opaque_callback_data":"order-1"`)
	assert.Empty(t, own.To, "the message is shared with other sends")
}

// TestWhole: a request is the message, with its recipient and a reference. Nothing is lost and nothing is added.
func TestWhole(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/wire/*.txtar")
	require.NoError(t, err)
	require.Greater(t, len(files), 15)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			m, err := message.Parse(archive.Files[0].Data)
			require.NoError(t, err)
			v := providertest.NewVendor(t, taken)
			require.NotNil(t, send(t, open(t, v), m).Accepted)
			got, err := message.Parse(v.Take()[0].Body)
			require.NoError(t, err)
			m.RecipientType, m.To, m.Wahost = "individual", "12025550123", nil
			m.BizOpaqueCallbackData = cmp.Or(m.GetBizOpaqueCallbackData(), "delivery-1")
			assert.True(t, proto.Equal(m, got), "%s\n%s", m, got)
		})
	}
}

func TestRefusedFields(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, taken)
	c := open(t, v)
	variables := text("Hello {{1}}")
	variables.Wahost = &message.Extension{Variables: map[string]string{"1": "Ann"}}
	buttons := &message.Message{Type: "interactive", Interactive: &message.Interactive{
		Type: "flow", Body: &message.Body{Text: "b"}, Action: &message.Action{Name: "flow", Buttons: []*message.Button{{Type: "reply"}}},
	}}
	for path, m := range map[string]*message.Message{
		"interactive.action.buttons": buttons,

		"pin":              {Type: "pin", Pin: &message.Pin{Type: "pin", MessageId: "wamid.A"}},
		"wahost.variables": variables,
		"recipient_type":   {Type: "text", Text: &message.Text{Body: "hi"}, RecipientType: "group"},
	} {
		o := send(t, c, m)
		require.NotNil(t, o.Rejected, path)
		assert.Equal(t, path, o.Rejected.Path)
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
	unknown := values(nil, nil)
	for _, name := range []string{"access_token", "app_secret", "verify_token", "endpoint", "timeout"} {
		unknown[name] = cty.UnknownVal(cty.String)
	}
	unknown["webhook_header"] = cty.UnknownVal(cty.Object(map[string]cty.Type{"name": cty.String, "value": cty.String}))
	assert.Empty(t, p.ValidateProviderConfig(t.Context(), providertest.Config(t, p.Schema().Provider, unknown)))
	for name, test := range map[string]struct {
		argument, value, detail string
	}{
		"a bearer token":            {"access_token", "Bearer " + token, `without "Bearer"`},
		"a token with a line break": {"access_token", token + "\n", "line break"},
		"a version in the endpoint": {"endpoint", "https://graph.facebook.com/v23.0/", "api_version"},
		"no time at all":            {"timeout", "-1s", "above zero"},
		"an empty secret":           {"app_secret", "", "empty"},
		"an empty verify token":     {"verify_token", " ", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := providertest.Config(t, p.Schema().Provider, values(nil, providertest.Values{test.argument: cty.StringVal(test.value)}))
			diags := p.ValidateProviderConfig(t.Context(), config)
			require.Len(t, diags, 1)
			assert.Equal(t, cty.GetAttrPath(test.argument), diags[0].Path)
			assert.Contains(t, diags[0].Detail, test.detail)
			assert.NotContains(t, diags[0].String(), "SECRET")
			_, diags = p.Configure(t.Context(), provider.ConfigureRequest{Config: config})
			assert.True(t, diags.HasErrors())
		})
	}
}

// TestSchemaRefuses lists values that the host refuses before the provider gets them.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	s := New().Schema()
	for name, value := range map[string]string{"api_version": "23", "token_header": "X-Api-Key"} {
		all := values(nil, providertest.Values{name: cty.StringVal(value)})
		_, diags := s.Provider.Conform(cty.ObjectVal(all))
		assert.True(t, diags.HasErrors(), name)
	}
	for name, value := range map[string]string{"X:Key": "SECRET-1", "X-Key": " SECRET-2", "X-Other": "", "": "SECRET-3"} {
		all := values(nil, webhookHeader(name, value))
		_, diags := s.Provider.Conform(cty.ObjectVal(all))
		require.True(t, diags.HasErrors(), name)
		assert.NotContains(t, diags.Err().Error(), "SECRET")
	}
	_, diags := s.Channel.Conform(cty.ObjectVal(map[string]cty.Value{"phone_number_id": cty.StringVal("+12025550100")}))
	require.True(t, diags.HasErrors())
	assert.Contains(t, diags[0].Detail, "not the number itself")
}

func TestArgumentsAreDocumented(t *testing.T) {
	t.Parallel()
	providertest.Documented(t, New())
}

func BenchmarkSend(b *testing.B) {
	v := providertest.NewVendor(b, taken)
	c := open(b, v)
	m := template("utility")
	b.ReportAllocs()
	for b.Loop() {
		if o := send(b, c, m); o.Accepted == nil {
			b.Fatal(o)
		}
	}
}
