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
	States             []string
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
	query := url.Values{"limit": {rowsOnPage}}
	for _, name := range []string{"state", "lane", "phone_number_id", "campaign", "reason", "cursor", "reveal"} {
		if x := asked.Get(name); x != "" {
			query.Set(name, x)
		}
	}
	for _, name := range []string{"from", "until"} {
		if x := asked.Get(name); x != "" {
			query.Set(name, instant(x))
		}
	}
	switch {
	case text == "":
	case number.MatchString(text):
		query.Set("to", separators.Replace(text))
	default:
		if id, _, err := ids.ParseAttempt(text); err == nil {
			http.Redirect(v.w, v.r, Prefix+"messages/"+id.Wamid(), http.StatusSeeOther)
			return nil
		}
		query.Set("reference", text)
	}
	found, err := ask[items[adminapi.Message]](v, http.MethodGet, "messages", query, nil)
	if err != nil {
		return err
	}
	p := &messagesPage{layout: v.layout("Messages", "messages"), Query: asked, Text: text, Rows: found.Items, States: states}
	if found.Next != "" {
		next := v.r.URL.Query()
		next.Set("cursor", found.Next)
		p.NextURL = Prefix + "messages?" + next.Encode()
	}
	p.RevealURL = v.revealURL()
	return v.render("messages", p)
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
	return v.render("message", &messagePage{v.layout("Message "+m.ID, "messages"), m, timeline(&m), v.revealURL()})
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
