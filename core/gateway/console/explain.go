// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// exampleMessage is what the form has at first.
const exampleMessage = `{
  "messaging_product": "whatsapp",
  "to": "491511234567",
  "type": "text",
  "text": { "body": "Hello" }
}`

// explainPage is what the page about routes shows.
type explainPage struct {
	layout
	Number, Message string
	// Answer is nil before a question, and with a Problem.
	Answer  *adminapi.Explanation
	Problem string
	// Picture shows the way of the message among the routes. It is nil for who may not see them.
	Picture *picture
}

// explain shows where a message would go.
func (v *visit) explain() error {
	p := &explainPage{layout: v.layout("Explain a route", "explain"), Message: exampleMessage}
	if p.May("admin") {
		p.Here = "routes" // which leads here
	}
	if v.r.Method != http.MethodPost {
		return v.render("explain", p)
	}
	p.Number, p.Message = v.r.PostFormValue("phone_number_id"), v.r.PostFormValue("message")
	var m map[string]any
	if err := json.Unmarshal([]byte(p.Message), &m); err != nil {
		p.Problem = "The message is not JSON: " + err.Error() + "."
		return v.render("explain", p)
	}
	x, err := ask[adminapi.Explanation](v, http.MethodPost, "explain", nil, map[string]any{"phone_number_id": p.Number, "message": m})
	var refused *problem
	switch {
	case err == nil:
		p.Answer = &x
		if p.May("admin") {
			routes, err := ask[adminapi.RoutesState](v, http.MethodGet, "routes", nil, nil)
			if err != nil {
				return err
			}
			p.Picture = draw(&routes, &x)
		}
	case errors.As(err, &refused) && refused.Status != http.StatusUnauthorized:
		p.Problem = refused.sentence()
	default:
		return err
	}
	return v.render("explain", p)
}
