// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/ids"
)

// rowsOnPage is the number of messages on a page.
const rowsOnPage = "50"

// messagesPage is what the list of messages shows.
type messagesPage struct {
	layout
	// Query is what the person asked for, and Text the text of the search box.
	Query url.Values
	Text  string
	Rows  []adminapi.Message
	// NextURL is the page with older messages, and empty on the last one. RevealURL is this page with numbers, and empty if it has them.
	NextURL, RevealURL string
	// ExportURL is the table of all messages that the search finds.
	ExportURL string
	States    []string
	// Asked are the fields of the search, for forms that are about what it finds.
	Asked []field
}

// Trouble returns what the messages have in common, or nil for a search by other things.
func (p *messagesPage) Trouble() *adminapi.Trouble {
	if p.Query.Get("trouble") == "" {
		return nil
	}
	return &adminapi.Trouble{State: p.Query.Get("state"), Channel: p.Query.Get("channel"), Reason: p.Query.Get("reason"), VendorCode: p.Query.Get("vendor_code")}
}

// states are the states that a message can be in.
var states = []string{"ready", "accepted", "unknown", "dead"}

// number is a phone number as people write it.
var number = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{4,30}$`)

// separators are what people write between digits.
var separators = strings.NewReplacer(" ", "", "(", "", ")", "", ".", "", "-", "")

// messages shows the messages that a search finds. The id of a message leads to the message.
func (v *visit) messages() error {
	asked := v.r.URL.Query()
	text := strings.TrimSpace(asked.Get("q"))
	if id, _, err := ids.ParseAttempt(text); err == nil {
		http.Redirect(v.w, v.r, Prefix+"messages/"+id.Wamid(), http.StatusSeeOther)
		return nil
	}
	query := searchQuery(asked)
	query.Set("limit", rowsOnPage)
	for _, name := range []string{"cursor", "reveal"} {
		if x := asked.Get(name); x != "" {
			query.Set(name, x)
		}
	}
	found, err := ask[items[adminapi.Message]](v, http.MethodGet, "messages", query, nil)
	if err != nil {
		return err
	}
	p := &messagesPage{layout: v.layout("Messages", "messages"), Query: asked, Text: text, Rows: found.Items, States: states, Asked: formOf(asked)}
	if found.Next != "" {
		next := v.r.URL.Query()
		next.Set("cursor", found.Next)
		p.NextURL = Prefix + "messages?" + next.Encode()
	}
	p.RevealURL = v.revealURL()
	export := valuesOf(p.Asked)
	if asked.Get("reveal") != "" {
		export.Set("reveal", "true")
	}
	p.ExportURL = Prefix + "messages.csv?" + export.Encode()
	return v.render("messages", p)
}

// searchFields are the fields of a form that say which messages somebody looks for.
var searchFields = []string{"q", "state", "lane", "phone_number_id", "campaign", "from", "until", "trouble", "channel", "reason", "vendor_code"}

// field is a field of a form.
type field struct{ Name, Value string }

// formOf returns the fields of a search that are set.
func formOf(asked url.Values) (fields []field) {
	for _, name := range searchFields {
		if x := asked.Get(name); x != "" {
			fields = append(fields, field{name, x})
		}
	}
	return fields
}

// valuesOf is the inverse of formOf.
func valuesOf(fields []field) url.Values {
	values := url.Values{}
	for _, f := range fields {
		values.Set(f.Name, f.Value)
	}
	return values
}

// searchQuery returns the selection of the API for the fields of a search. The text is a number or a reference.
func searchQuery(asked url.Values) url.Values {
	query := url.Values{}
	for _, f := range formOf(asked) {
		text := strings.TrimSpace(f.Value)
		switch {
		case f.Name == "from" || f.Name == "until":
			query.Set(f.Name, instant(text))
		case f.Name != "q":
			query.Set(f.Name, f.Value)
		case number.MatchString(text):
			query.Set("to", separators.Replace(text))
		case text != "":
			query.Set("reference", text)
		}
	}
	return query
}

// instant returns the time of a field of a form as the API takes it. The field has no zone: it is UTC, as all times on the pages.
func instant(field string) string {
	if len(field) == len("2006-01-02T15:04") {
		field += ":00"
	}
	if !strings.HasSuffix(field, "Z") {
		field += "Z"
	}
	return field
}

// revealURL returns the URL of the page with numbers and texts, or "" if it has them or the person may not see them.
func (v *visit) revealURL() string {
	query := v.r.URL.Query()
	if query.Get("reveal") != "" || !(layout{Key: v.key}).May("reveal") {
		return ""
	}
	query.Set("reveal", "true")
	query.Del("done")
	return v.r.URL.Path + "?" + query.Encode()
}

// messagePage is what the page about a message shows.
type messagePage struct {
	layout
	adminapi.MessageDetail
	Steps []step
	// Live is set if the page renews itself. It does not while it shows the number, since each look is in the audit.
	Live bool
	// RevealURL is this page with the number and the text, and empty if it has them.
	RevealURL string
}

// Waits reports whether the message can be canceled, and Open whether a person can resolve it.
func (p *messagePage) Waits() bool { return p.State == "ready" }

// Open reports whether a person can resolve the message.
func (p *messagePage) Open() bool { return p.State == "unknown" }

// Dead reports whether the message can be sent anew.
func (p *messagePage) Dead() bool { return p.State == "dead" && p.RedrivenAs == "" }

func (v *visit) message() error {
	query := url.Values{}
	if v.r.URL.Query().Get("reveal") != "" {
		query.Set("reveal", "true")
	}
	m, err := ask[adminapi.MessageDetail](v, http.MethodGet, "messages/"+url.PathEscape(v.r.PathValue("id")), query, nil)
	if err != nil {
		return err
	}
	return v.render("message", &messagePage{v.layout("Message "+m.ID, "messages"), m, timeline(&m), v.r.URL.Query().Get("reveal") == "", v.revealURL()})
}

// command does something with one message.
func (v *visit) command() error {
	id, action := v.r.PathValue("id"), v.r.PathValue("action")
	var body any
	switch action {
	case "cancel", "redrive":
	case "resolve":
		body = map[string]string{"outcome": v.r.PostFormValue("outcome")}
	default:
		return errNoPage
	}
	m, err := ask[adminapi.MessageDetail](v, http.MethodPost, "messages/"+url.PathEscape(id)+"/"+action, nil, body)
	if err != nil {
		return err
	}
	return v.back(Prefix+"messages/"+m.ID, action)
}
