// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
)

// The requests of TestShippedDialects were written from the vendors' documents.
func TestShippedDialects(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/requests.txt")
	require.NoError(t, err)
	blocks := strings.Split(string(data), "\n\n")
	for _, block := range blocks {
		head, body, ok := strings.Cut(strings.TrimSpace(block), "\n")
		require.True(t, ok, block)
		words := strings.SplitN(strings.TrimPrefix(head, "# "), " ", 5)
		require.Len(t, words, 5, head)
		name, status, kind, recipients, title := words[0], words[1], words[2], words[3], words[4]
		t.Run(name+" "+title, func(t *testing.T) {
			t.Parallel()
			d, diags := dialect.Load("../../plugins/" + name + "/dialect.hcl")
			require.False(t, diags.HasErrors(), "%s", diags)
			c := start(t, d, emulator.Options{})
			config := c.server.ProviderConfig()
			c.header = http.Header{"Content-Type": {"application/json;charset=utf-8"}}
			c.path = d.Route("send").Path
			switch name {
			case "pushwoosh":
				body = strings.ReplaceAll(body, "TOKEN", config["auth"].AsString())
			case "cloudapi":
				c.header.Set("Authorization", "Bearer "+config["access_token"].AsString())
				c.path = strings.Replace(c.path, "{phone_number_id}", c.server.ChannelConfig()["phone_number_id"].AsString(), 1)
			case "twilio":
				account := config["account_sid"].AsString()
				c.header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
				c.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(account+":"+config["auth_token"].AsString())))
				c.path = strings.Replace(c.path, "{account_sid}", account, 1)
			default:
				c.header.Set("AppKey", config["app_key"].AsString())
				c.header.Set("Authorization", config["authorization"].AsString())
			}
			if path, ok := config["send_path"]; ok {
				c.path = path.AsString()
			}
			_, _, err := c.post(t.Context(), body)
			require.NoError(t, err)
			x := c.server.Exchanges()[0]
			assert.Equal(t, kind, x.Type)
			assert.Equal(t, recipients, strings.Join(x.Recipients, ","))
			if status == "good" {
				assert.Empty(t, x.Violations)
				assert.True(t, x.Delivered)
			} else {
				assert.NotEmpty(t, x.Violations)
				assert.False(t, x.Delivered)
			}
		})
	}
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	d, diags := dialect.Load("../../plugins/innopaas/dialect.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	c := start(t, d, emulator.Options{Secrets: map[string]string{"callback_username": "u", "callback_authorization": "a"}})
	values := map[string]cty.Value{}
	for _, name := range []string{"id", "time", "message_id", "wamid", "reference", "error_code", "error_message", "recipient",
		"profile_name", "text", "category", "reason", "template_id", "language", "template_name", "template_status", "context_id",
		"mime_type", "sha256", "link", "caption", "filename", "latitude", "longitude", "name", "address", "formatted_name",
		"first_name", "phone", "emoji", "payload", "reply_id", "reply_title", "reply_description", "catalog_id", "product_id",
		"quantity"} {
		values[name] = cty.StringVal("<" + name + "> 1")
	}
	for _, name := range []string{"latitude", "longitude", "quantity"} {
		values[name] = cty.StringVal("1")
	}
	for _, e := range d.Webhook.Events {
		w, err := c.server.Webhook(e.Name, values)
		require.NoError(t, err, e.Name)
		assert.Equal(t, http.MethodPost, w.Method)
		assert.Equal(t, "a", w.Header.Get("Authorization"))
		assert.Equal(t, "u", w.Header.Get("UserName"))
		assert.Contains(t, string(w.Body), `"id":"\u003cid\u003e 1"`)
		assert.Regexp(t, "^timestamp=[0-9]+;nonce=[0-9A-F]{16};username=u;signature=[0-9a-f]{64}$", w.Header.Get("X-CALLBACK-ID"))
	}
	_, err := c.server.Webhook("deliverd", values)
	assert.ErrorContains(t, err, "it has: delivered, failed")
	_, err = c.server.Webhook("delivered", nil)
	assert.ErrorContains(t, err, "event")
}
