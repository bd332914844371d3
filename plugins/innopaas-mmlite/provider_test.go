// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package mmlite

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

func values(endpoint, path string) providertest.Values {
	return providertest.Values{
		"app_key": cty.StringVal("KEY-secret"), "authorization": cty.StringVal("TOKEN-secret"),
		"endpoint": cty.StringVal(endpoint), "send_path": cty.StringVal(path),
	}
}

func open(t testing.TB, v *providertest.Vendor) provider.Channel {
	t.Helper()
	_, c := providertest.Open(t, New(), values(v.URL, "/given/by/the/vendor"),
		providertest.Values{"waba_id": cty.StringVal("100000000000001"), "send_number": cty.StringVal("6281100000001")})
	return c
}

func TestWire(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"0","data":"1"}`)
	providertest.Golden(t, "testdata/wire", "schemas/mmlite.json", v, open(t, v), "AppKey", "Authorization", "Content-Type")
}

func TestNoFieldIsLost(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"code":"0","data":"1"}`)
	base := &message.Message{
		Type: "template", Wahost: &message.Extension{Category: message.CategoryMarketing},
		Template: &message.Template{Name: "n", Language: &message.Language{Code: "en"}, Components: []*message.Component{
			{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: "t"}}},
		}},
	}
	assert.Greater(t, providertest.Fidelity(t, v, open(t, v), base), 100)
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, "")
	c := open(t, v)
	got := c.Capabilities()
	assert.Equal(t, []string{"marketing"}, got.TemplateCategories)
	require.Len(t, got.Kinds, 1)
	assert.Equal(t, "template", got.Kinds[0].Kind)
	assert.Equal(t, 1000, c.(provider.GroupSender).MaxRecipients())
}

func TestSendPath(t *testing.T) {
	t.Parallel()
	p := New()
	attribute, ok := p.Schema().Provider.Attribute("send_path")
	require.True(t, ok)
	assert.True(t, attribute.Required)
	validate := p.(provider.ProviderValidator).ValidateProviderConfig
	for path, valid := range map[string]bool{
		"/api/x": true, "/api/x/": true, "api/x": false, "//evil.example/x": false, "/": false, "": false,
		"/a/../b": false, "/a//b": false, "/a?b=c": false, "/a b": false, "/a#b": false, "https://x/y": false,
	} {
		diags := validate(t.Context(), providertest.Config(t, p.Schema().Provider, values("https://api.innopaas.com", path)))
		assert.Equal(t, valid, !diags.HasErrors(), path)
	}
}

func TestWrongSendPath(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, "")
	v.Answer(404, nil, "<html>")
	o := open(t, v).Send(t.Context(), provider.SendRequest{DeliveryID: "d", To: providertest.Recipient, Message: &message.Message{
		Type: "template", Wahost: &message.Extension{Category: message.CategoryMarketing},
		Template: &message.Template{Name: "n", Language: &message.Language{Code: "en"}},
	}})
	require.NotNil(t, o.Rejected)
	assert.Equal(t, "misconfigured", string(o.Rejected.Reason))
	assert.Contains(t, o.Rejected.Detail, v.URL+"/given/by/the/vendor: nothing is there; check the endpoint and the argument send_path")
}

func TestArgumentsAreDocumented(t *testing.T) {
	t.Parallel()
	providertest.Documented(t, New())
}
