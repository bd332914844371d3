// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/sdk/provider"
)

// templates are 30 templates of the account.
type templates struct{}

func (templates) Templates(_ context.Context, account string) ([]provider.TemplateInfo, error) {
	list := []provider.TemplateInfo{{Name: "spring", Language: "de", Status: "PAUSED", Category: "marketing", ID: account + "1", Components: []byte(`[{"type":"BODY"}]`)}}
	for i := range 29 {
		list = append(list, provider.TemplateInfo{Name: fmt.Sprint("t", i), Language: "en", Status: "APPROVED"})
	}
	return list, nil
}

func TestTemplatesAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w *world) { w.options.Templates = templates{} })
	const path = "/v23.0/" + accountID + "/message_templates"
	r := w.do("GET", path+"?name=spring&language=DE&status=PAUSED&category=MARKETING", "")
	require.Equal(t, 200, r.status, r.text)
	assert.Equal(t, `{"data":[{"name":"spring","components":[{"type":"BODY"}],"language":"de","status":"PAUSED","category":"MARKETING","id":"9000000000000011"}],`+
		`"paging":{"cursors":{"before":"MA","after":"MQ"}}}`, r.text)
	assert.Equal(t, `{"data":[]}`, w.do("GET", path+"?name=autumn", "").text)

	seen := map[string]bool{}
	for next := path + "?limit=7"; next != ""; {
		r := w.do("GET", next, "")
		require.Equal(t, 200, r.status, r.text)
		for _, o := range r.body["data"].([]any) {
			seen[o.(map[string]any)["name"].(string)] = true
		}
		link, _ := r.body["paging"].(map[string]any)["next"].(string)
		next = strings.TrimPrefix(link, w.url)
	}
	assert.Len(t, seen, 30)
	assert.Len(t, w.do("GET", path, "").body["data"], 25)
	assert.Equal(t, `{"data":[]}`, w.do("GET", path+"?after="+cursor(1000), "").text)

	for _, query := range []string{"?limit=0", "?limit=x", "?after=x", "?after=" + cursor(-1)} {
		assert.Equal(t, 400, w.do("GET", path+query, "").status, query)
	}
	assert.Equal(t, 400, w.do("GET", "/4711/message_templates", "").status)
	assert.Equal(t, 405, w.do("POST", path, "").status)
	assert.Equal(t, 400, newWorld(t, nil).do("GET", path, "").status)
	stranger := newWorld(t, func(w *world) { w.options.Templates, w.key.Numbers = templates{}, []string{"4711"} })
	assert.Equal(t, 400, stranger.do("GET", path, "").status)
}

// subscriptions keeps subscriptions in memory.
type subscriptions struct{ list []Subscription }

func (s *subscriptions) Subscriptions(context.Context, string) ([]Subscription, error) {
	return s.list, nil
}

func (s *subscriptions) Subscribe(_ context.Context, n Subscription) error {
	s.list = []Subscription{n}
	return nil
}

func (s *subscriptions) Unsubscribe(context.Context, string, string) error {
	s.list = nil
	return nil
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	const path = "/v23.0/" + accountID + "/subscribed_apps"
	const hook = "https://shop.example.com/hook?a=b"
	asked := ""
	w := newWorld(t, func(w *world) {
		w.key.AppSecret = secret
		w.options.Subscriptions = &subscriptions{}
		w.options.Challenge = func(_ context.Context, url, token string) error {
			asked = url + " " + token
			if token != "token" {
				return errors.New("the endpoint answered the challenge with HTTP 403, and 200 was expected")
			}
			return nil
		}
	})
	assert.Equal(t, `{"data":[]}`, w.do("GET", path, "").text)
	assert.Equal(t, `{"success":true}`, w.do("POST", path, "").text)
	assert.Empty(t, asked)
	assert.Equal(t, `{"data":[{"whatsapp_business_api_data":{"link":"`+w.url+`","name":"shop","id":"`+w.key.ID+`"}}]}`, w.do("GET", path, "").text)
	for name, r := range map[string]reply{
		"body":       w.do("POST", path, `{"override_callback_uri":"`+hook+`","verify_token":"token"}`),
		"parameters": w.do("POST", path+"?verify_token=token&override_callback_uri="+url.QueryEscape(hook), ""),
	} {
		assert.Equal(t, `{"success":true}`, r.text, name)
		assert.Equal(t, hook+" token", asked, name)
	}
	assert.Contains(t, w.do("GET", path, "").text, `"override_callback_uri":"`+hook+`"`)

	for name, test := range map[string]struct {
		body    string
		code    int
		details string
	}{
		"challenge": {`{"override_callback_uri":"` + hook + `","verify_token":"wrong"}`, 100, "HTTP 403"},
		"no token":  {`{"override_callback_uri":"` + hook + `"}`, 131008, "verify_token"},
		"not JSON":  {`{`, 100, "JSON"},
		"long":      {`{"override_callback_uri":"` + strings.Repeat("x", 2001) + `","verify_token":"token"}`, 100, "2000 bytes"},
	} {
		r := w.do("POST", path, test.body)
		require.Equal(t, 400, r.status, name)
		code, details := r.code(t)
		assert.Equal(t, test.code, code, name)
		assert.Contains(t, details, test.details, name)
	}
	assert.Contains(t, w.do("GET", path, "").text, hook, "nothing has changed")
	assert.Equal(t, `{"success":true}`, w.do("DELETE", path, "").text)
	assert.Equal(t, `{"data":[]}`, w.do("GET", path, "").text)
}

func TestSubscriptionsAreRefused(t *testing.T) {
	t.Parallel()
	const path = "/v23.0/" + accountID + "/subscribed_apps"
	complete := func(w *world) {
		w.options.Subscriptions = &subscriptions{}
		w.options.Challenge = func(context.Context, string, string) error { return nil }
	}
	for name, test := range map[string]struct {
		change       func(*world)
		status, code int
	}{
		"no app secret":   {complete, 400, 100},
		"one number only": {func(w *world) { complete(w); w.key.Numbers = []string{numberID} }, 403, 200},
		"scope":           {func(w *world) { complete(w); w.key.Scopes = []keys.Scope{keys.ScopeSend} }, 403, 200},
		"none are kept":   {nil, 400, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newWorld(t, test.change).do("POST", path, `{"override_callback_uri":"https://example.com","verify_token":"t"}`)
			require.Equal(t, test.status, r.status, r.text)
			code, _ := r.code(t)
			assert.Equal(t, test.code, code)
		})
	}
}
