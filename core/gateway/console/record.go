// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"net/url"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// suppressionsPage is what the page about recipients who get no messages shows.
type suppressionsPage struct {
	layout
	Rows    []adminapi.Suppression
	Address string
	NextURL string
}

func (v *visit) suppressions() error {
	asked := v.r.URL.Query()
	address := separators.Replace(asked.Get("address"))
	query := url.Values{"limit": {rowsOnPage}}
	for name, x := range map[string]string{"address": address, "cursor": asked.Get("cursor")} {
		if x != "" {
			query.Set(name, x)
		}
	}
	found, err := ask[items[adminapi.Suppression]](v, http.MethodGet, "suppressions", query, nil)
	if err != nil {
		return err
	}
	p := &suppressionsPage{v.layout("Suppressions", "suppressions"), found.Items, address, ""}
	if found.Next != "" {
		p.NextURL = Prefix + "suppressions?" + url.Values{"cursor": {found.Next}}.Encode()
	}
	return v.render("suppressions", p)
}

// suppress adds a recipient to the list, or takes one from it.
func (v *visit) suppress() error {
	action, address := v.r.PathValue("action"), separators.Replace(v.r.PostFormValue("address"))
	var err error
	switch action {
	case "suppress":
		_, err = ask[adminapi.Changed](v, http.MethodPost, "suppressions", nil, map[string]any{
			"suppressions": []adminapi.NewSuppression{{Address: address, Reason: v.r.PostFormValue("reason")}},
		})
	case "unsuppress":
		_, err = ask[adminapi.Changed](v, http.MethodDelete, "suppressions/"+url.PathEscape(address), nil, nil)
	default:
		return errNoPage
	}
	if err != nil {
		return err
	}
	return v.back(Prefix+"suppressions", action)
}

// auditPage is what the page about changes shows.
type auditPage struct {
	layout
	Rows    []adminapi.AuditEntry
	NextURL string
}

func (v *visit) audit() error {
	query := url.Values{"limit": {rowsOnPage}}
	if cursor := v.r.URL.Query().Get("cursor"); cursor != "" {
		query.Set("cursor", cursor)
	}
	found, err := ask[items[adminapi.AuditEntry]](v, http.MethodGet, "audit", query, nil)
	if err != nil {
		return err
	}
	p := &auditPage{v.layout("Audit", "audit"), found.Items, ""}
	if found.Next != "" {
		p.NextURL = Prefix + "audit?" + url.Values{"cursor": {found.Next}}.Encode()
	}
	return v.render("audit", p)
}
