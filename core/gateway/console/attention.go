// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// attentionPage is what the page about dead and unknown messages shows.
type attentionPage struct {
	layout
	Troubles []trouble
	// CountedAt is when the messages were counted.
	CountedAt time.Time
}

// trouble is messages that are unknown or dead in the same way.
type trouble struct{ adminapi.Trouble }

// form returns the fields of the search that finds the messages.
func (t trouble) form() url.Values {
	return url.Values{"state": {t.State}, "trouble": {"true"}, "channel": {t.Channel}, "reason": {t.Reason}, "vendor_code": {t.VendorCode}}
}

// Asked returns the fields of the search that finds the messages.
func (t trouble) Asked() []field { return formOf(t.form()) }

// URL returns the page with the messages.
func (t trouble) URL() string { return Prefix + "messages?" + t.form().Encode() }

// attention shows the dead and unknown messages by reason and channel.
func (v *visit) attention() error {
	p := &attentionPage{layout: v.layout("Dead and unknown", "attention")}
	found, err := ask[items[adminapi.Trouble]](v, http.MethodGet, "troubles", nil, nil)
	if err != nil {
		return err
	}
	p.CountedAt = found.CountedAt
	for _, t := range found.Items {
		p.Troubles = append(p.Troubles, trouble{t})
	}
	return v.render("attention", p)
}

// bulkPage is what a change of many messages would do, or did.
type bulkPage struct {
	layout
	Result adminapi.Bulk
	// Action is the path of the change, and Verb what its button says.
	Action, Verb string
	// Asked are the fields of the search, and BackURL is the page with what it finds.
	Asked   []field
	BackURL string
	// Ended is set when the messages were changed.
	Ended bool
}

// bulkActions are the changes of many messages, with the path of the API, the outcome of a resolution, and what a button says.
var bulkActions = map[string]struct{ path, outcome, verb string }{
	"cancel":    {"bulk/cancel", "", "Cancel"},
	"redrive":   {"bulk/redrive", "", "Send anew"},
	"delivered": {"bulk/resolve", "delivered", "Resolve as delivered"},
	"failed":    {"bulk/resolve", "failed", "Resolve as not sent"},
}

// bulk shows what a change of all messages that a search finds would do, and does it if the form says so.
func (v *visit) bulk() error {
	action, ok := bulkActions[v.r.PathValue("action")]
	if !ok {
		return errNoPage
	}
	if err := v.r.ParseForm(); err != nil {
		return newProblem(http.StatusBadRequest, "the form cannot be read")
	}
	p := &bulkPage{layout: v.layout(action.verb+": messages", "messages"), Action: v.r.PathValue("action"), Verb: action.verb, Asked: formOf(v.r.PostForm), Ended: v.r.PostFormValue("sure") != ""}
	p.BackURL = Prefix + "messages?" + valuesOf(p.Asked).Encode()
	if slices.ContainsFunc(p.Asked, func(f field) bool { return f.Name == "trouble" }) {
		p.Here, p.BackURL = "attention", Prefix+"attention"
	}
	selected := map[string]any{}
	for name, x := range searchQuery(v.r.PostForm) {
		selected[name] = x[0]
	}
	if selected["trouble"] != nil {
		selected["trouble"] = true
	}
	body := map[string]any{"select": selected, "preview": !p.Ended}
	if newest := v.r.PostFormValue("newest"); newest != "" {
		body["newest"] = newest
	}
	if action.outcome != "" {
		body["outcome"] = action.outcome
	}
	var err error
	if p.Result, err = ask[adminapi.Bulk](v, http.MethodPost, action.path, nil, body); err != nil {
		return err
	}
	return v.render("bulk", p)
}
