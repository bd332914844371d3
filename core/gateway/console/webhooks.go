// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// webhooksPage is what the page about webhooks in both directions shows.
type webhooksPage struct {
	layout
	Endpoints []adminapi.Endpoint
	Refused   adminapi.Refused
	// Chosen is the endpoint whose dead webhooks are in Dead. It may be empty.
	Chosen  string
	Dead    []adminapi.DeadWebhook
	NextURL string
	// Result is what the last request of the person did, and Failed is set if it did not do what was asked for.
	Result string
	Failed bool
}

// webhooks shows who is told, and which requests of vendors were refused.
func (v *visit) webhooks() error { return v.webhooksAfter("", false) }

func (v *visit) webhooksAfter(result string, failed bool) error {
	endpoints, err := ask[items[adminapi.Endpoint]](v, http.MethodGet, "endpoints", nil, nil)
	if err != nil {
		return err
	}
	refused, err := ask[adminapi.Refused](v, http.MethodGet, "inbound/refused", nil, nil)
	if err != nil {
		return err
	}
	p := &webhooksPage{layout: v.layout("Webhooks", "webhooks"), Endpoints: endpoints.Items, Refused: refused, Result: result, Failed: failed}
	if p.Chosen = v.r.URL.Query().Get("dead"); p.Chosen != "" {
		query := url.Values{"limit": {rowsOnPage}}
		if cursor := v.r.URL.Query().Get("cursor"); cursor != "" {
			query.Set("cursor", cursor)
		}
		dead, err := ask[items[adminapi.DeadWebhook]](v, http.MethodGet, "endpoints/"+url.PathEscape(p.Chosen)+"/dead", query, nil)
		if err != nil {
			return err
		}
		p.Dead = dead.Items
		if dead.Next != "" {
			p.NextURL = Prefix + "webhooks?" + url.Values{"dead": {p.Chosen}, "cursor": {dead.Next}}.Encode()
		}
	}
	return v.render("webhooks", p)
}

// endpoint does something with an endpoint, and tells what came of it.
func (v *visit) endpoint() error {
	name, action := v.r.PostFormValue("endpoint"), v.r.PathValue("action")
	path := "endpoints/" + url.PathEscape(name) + "/" + action
	var result string
	var failed bool
	var err error
	switch action {
	case "test":
		var t adminapi.Tested
		t, err = ask[adminapi.Tested](v, http.MethodPost, path, nil, nil)
		result = fmt.Sprintf("%s took the webhook in %d ms, with the status %d.", name, t.TookMS, t.Status)
		if failed = !t.Taken; failed {
			result = fmt.Sprintf("%s did not take the webhook: %s.", name, t.Error)
		}
	case "replay":
		var r adminapi.Replayed
		r, err = ask[adminapi.Replayed](v, http.MethodPost, path, nil, nil)
		result = fmt.Sprintf("%s is tried again: %s.", name, count(r.Replayed, "webhook"))
		if r.More {
			result += " There are more: replay them when these are done."
		}
	case "enable":
		_, err = ask[adminapi.Endpoint](v, http.MethodPost, path, nil, nil)
		result = name + " gets webhooks again."
	default:
		return errNoPage
	}
	var refused *problem
	switch {
	case err == nil:
		return v.webhooksAfter(result, failed)
	case errors.As(err, &refused) && refused.Status == http.StatusConflict:
		return v.webhooksAfter(refused.sentence(), true)
	}
	return err
}
