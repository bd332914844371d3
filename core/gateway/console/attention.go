// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// looked is how many of the newest messages in a state the page looks at.
const looked = 500

// attentionPage is what the page about dead and unknown messages shows.
type attentionPage struct {
	layout
	Groups []group
	// Looked is how many messages of each state were looked at. More is set if there are others.
	Looked int
	More   bool
	// Result is what a command did with a group.
	Result *groupResult
}

// group is the messages with the same state, reason and channel.
type group struct {
	State, Reason, Code, Channel string
	Messages                     []adminapi.Message
}

// Count returns the number of messages, and Sample the newest ones.
func (g group) Count() int { return len(g.Messages) }

// Sample returns the newest messages of the group.
func (g group) Sample() []adminapi.Message { return g.Messages[:min(3, len(g.Messages))] }

// Newest returns the id of the newest message.
func (g group) Newest() string { return g.Messages[0].ID }

// ID returns a text that stands for the group in a form.
func (g group) ID() string {
	return url.Values{"state": {g.State}, "reason": {g.Reason}, "code": {g.Code}, "channel": {g.Channel}}.Encode()
}

// groupResult is what a command did with the messages of a group.
type groupResult struct {
	Action  string
	Done    int
	Refused map[string]int
}

// attention shows the dead and unknown messages by reason and channel.
func (v *visit) attention() error {
	p, err := v.groups()
	if err != nil {
		return err
	}
	return v.render("attention", p)
}

func (v *visit) groups() (*attentionPage, error) {
	p := &attentionPage{layout: v.layout("Dead and unknown", "attention"), Looked: looked}
	found := map[string]*group{}
	for _, state := range []string{"unknown", "dead"} {
		list, err := ask[items[adminapi.Message]](v, http.MethodGet, "messages", url.Values{"state": {state}, "limit": {fmt.Sprint(looked)}}, nil)
		if err != nil {
			return nil, err
		}
		p.More = p.More || list.Next != ""
		for _, m := range list.Items {
			if m.RedrivenAs != "" {
				continue // it is dealt with
			}
			g := group{State: m.State, Channel: m.Channel}
			if m.Failure != nil {
				g.Reason, g.Code = m.Failure.Reason, m.Failure.VendorCode
			}
			id := g.ID()
			if found[id] == nil {
				found[id] = &g
			}
			found[id].Messages = append(found[id].Messages, m)
		}
	}
	for _, g := range found {
		p.Groups = append(p.Groups, *g)
	}
	slices.SortFunc(p.Groups, func(a, b group) int { return cmp.Or(cmp.Compare(b.Count(), a.Count()), cmp.Compare(a.ID(), b.ID())) })
	return p, nil
}

// commandGroup does the same with all messages of a group that were in it when the person saw it. Ids grow with time.
func (v *visit) commandGroup() error {
	action := v.r.PathValue("action")
	var body any
	switch action {
	case "redrive":
	case "failed", "delivered":
		body = map[string]string{"outcome": action}
	default:
		return errNoPage
	}
	p, err := v.groups()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Groups, func(g group) bool { return g.ID() == v.r.PostFormValue("group") })
	if i < 0 {
		return newProblem(http.StatusConflict, "the group has no messages any more")
	}
	result := &groupResult{Action: action, Refused: map[string]int{}}
	for _, m := range p.Groups[i].Messages {
		if m.ID > v.r.PostFormValue("newest") {
			continue
		}
		path := "messages/" + url.PathEscape(m.ID) + "/"
		if body == nil {
			path += "redrive"
		} else {
			path += "resolve"
		}
		_, err := ask[adminapi.MessageDetail](v, http.MethodPost, path, nil, body)
		var refused *problem
		switch {
		case err == nil:
			result.Done++
		case errors.As(err, &refused) && refused.Status != http.StatusUnauthorized && refused.Status != http.StatusForbidden:
			result.Refused[refused.sentence()]++
		default:
			return err
		}
	}
	if p, err = v.groups(); err != nil {
		return err
	}
	p.Result = result
	return v.render("attention", p)
}
