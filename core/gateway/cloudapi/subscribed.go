// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/wahost/wahost/core/gateway/graph"
)

// maxCallback bounds the URL and the token of a subscription in bytes.
const maxCallback = 2000

type subscribedApp struct {
	Data     appData `json:"whatsapp_business_api_data"`
	Override string  `json:"override_callback_uri,omitempty"`
}

type appData struct {
	Link string `json:"link"`
	Name string `json:"name"`
	ID   string `json:"id"`
}

type subscribedApps struct {
	Data []subscribedApp `json:"data"`
}

// callback is the body of a subscription.
type callback struct {
	URL   string `json:"override_callback_uri"`
	Token string `json:"verify_token"`
}

// getSubscriptions lists who is told about an account. A key is what an app is in the Graph API.
func (c *call) getSubscriptions() error {
	if err := c.findSubscriptions(false); err != nil {
		return err
	}
	found, err := c.s.Subscriptions.Subscriptions(c.r.Context(), c.id)
	if err != nil {
		return err
	}
	answer := subscribedApps{Data: []subscribedApp{}}
	for _, s := range found {
		answer.Data = append(answer.Data, subscribedApp{appData{c.base(), s.Key.Name, s.Key.ID}, s.URL})
	}
	return c.answer(answer)
}

// postSubscription makes events of an account go to the caller. If the caller names a URL, that must prove that it expects them.
func (c *call) postSubscription() error {
	if err := c.findSubscriptions(true); err != nil {
		return err
	}
	to, err := c.callback()
	if err != nil {
		return err
	}
	if to.URL != "" {
		if c.key.AppSecret == "" {
			return graph.New(graph.CodeInvalidParameter, "override_callback_uri: The key %q has no app secret, so that webhooks could not be signed.", c.key.Name)
		}
		if err := c.s.Challenge(c.r.Context(), to.URL, to.Token); err != nil {
			return graph.New(graph.CodeInvalidParameter, "override_callback_uri: The URL could not be verified: %v.", err)
		}
	}
	s := Subscription{Account: c.id, Key: c.key, URL: to.URL, VerifyToken: to.Token}
	if err := c.s.Subscriptions.Subscribe(c.r.Context(), s); err != nil {
		return err
	}
	return c.answer(success{true})
}

// deleteSubscription ends what postSubscription began.
func (c *call) deleteSubscription() error {
	if err := c.findSubscriptions(true); err != nil {
		return err
	}
	if err := c.s.Subscriptions.Unsubscribe(c.r.Context(), c.id, c.key.ID); err != nil {
		return err
	}
	return c.answer(success{true})
}

func (c *call) findSubscriptions(change bool) error {
	if c.s.Subscriptions == nil || c.s.Challenge == nil {
		return graph.NoObject(c.method(), c.id)
	}
	return c.findAccount(change)
}

// callback reads where webhooks are to go, from a body or from parameters. Both may be missing.
func (c *call) callback() (callback, error) {
	var to callback
	body, err := c.body()
	if err != nil {
		return to, err
	}
	if len(bytes.TrimSpace(body)) > 0 && json.Unmarshal(body, &to) != nil {
		return to, graph.New(graph.CodeInvalidParameter, "the body must be a JSON object with override_callback_uri and verify_token")
	}
	q := c.r.URL.Query()
	to.URL, to.Token = cmp.Or(to.URL, q.Get("override_callback_uri")), cmp.Or(to.Token, q.Get("verify_token"))
	switch {
	case len(to.URL) > maxCallback || len(to.Token) > maxCallback:
		return to, graph.New(graph.CodeInvalidParameter, "override_callback_uri and verify_token may have %d bytes each", maxCallback)
	case to.URL != "" && to.Token == "":
		return to, graph.New(graph.CodeMissingParameter, "verify_token: The field is required with override_callback_uri.")
	}
	return to, nil
}
