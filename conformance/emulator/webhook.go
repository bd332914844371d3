// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
)

// Webhook is a call from the vendor.
type Webhook struct {
	Method string
	// Address is the URL that the vendor calls. If it is empty, that is an address of the emulator's own, and Query belongs to it.
	Address string
	// Query is the query of the URL that the vendor calls; may be empty.
	Query  string
	Header http.Header
	Body   []byte
}

// webhookURL is the address that calls are signed for. The host must pass the same address to the provider.
const webhookURL = "https://host.example.com/webhooks/vendor"

// URL returns the full address of a call.
func (w Webhook) URL() string {
	switch {
	case w.Address != "":
		return w.Address
	case w.Query == "":
		return webhookURL
	}
	return webhookURL + "?" + w.Query
}

// Webhook returns the signed call of a webhook event. The expressions of the event use the values as event.<name>.
func (s *Server) Webhook(event string, values map[string]cty.Value) (Webhook, error) {
	w, err := s.Unsigned(event, values)
	if err != nil {
		return Webhook{}, err
	}
	return s.Sign(w, SignOptions{})
}

// Unsigned returns the call of a webhook event for Sign. Its body is JSON also if the vendor's calls are forms.
func (s *Server) Unsigned(event string, values map[string]cty.Value) (Webhook, error) {
	e := s.dialect.Event(event)
	if e == nil {
		var known []string
		for _, e := range s.dialect.Webhook.Events {
			known = append(known, e.Name)
		}
		return Webhook{}, fmt.Errorf("dialect %s has no webhook event %q; it has: %s",
			s.dialect.Name, event, strings.Join(slices.Sorted(slices.Values(known)), ", "))
	}
	vars := map[string]cty.Value{dialect.VarEvent: cty.ObjectVal(maps.Clone(values))}
	body, err := s.env.Value(e.Body, vars)
	if err != nil {
		return Webhook{}, fmt.Errorf("webhook event %q: %w", event, err)
	}
	return Webhook{Method: s.dialect.Webhook.Method, Body: bodied(http.StatusOK, body).body}, nil
}

// Batch returns one signed call with the bodies of several calls. It returns an error if the vendor does not batch
// events.
func (s *Server) Batch(calls ...Webhook) (Webhook, error) {
	if s.dialect.Webhook.Batch.IsZero() {
		return Webhook{}, fmt.Errorf("dialect %s has no batch of webhook events", s.dialect.Name)
	}
	var bodies []cty.Value
	for _, c := range calls {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.Body))
		if err != nil {
			return Webhook{}, fmt.Errorf("batch of webhook events: %w", err)
		}
		bodies = append(bodies, toCty(v))
	}
	body, err := s.env.Value(s.dialect.Webhook.Batch, map[string]cty.Value{dialect.VarEvents: cty.TupleVal(bodies)})
	if err != nil {
		return Webhook{}, fmt.Errorf("batch of webhook events: %w", err)
	}
	return s.Sign(Webhook{Method: s.dialect.Webhook.Method, Body: bodied(http.StatusOK, body).body}, SignOptions{})
}

// Challenge returns the call by which the vendor tests a URL, and the text that the vendor expects in the answer. If
// wrong is true, the call has a wrong token.
func (s *Server) Challenge(wrong bool) (Webhook, string, error) {
	c := s.dialect.Webhook.Challenge
	if c == nil {
		return Webhook{}, "", fmt.Errorf("dialect %s has no challenge", s.dialect.Name)
	}
	v, err := s.env.Value(c.Query, map[string]cty.Value{dialect.VarEvent: cty.EmptyObjectVal})
	if err != nil || v.IsNull() || !v.Type().IsObjectType() {
		return Webhook{}, "", errors.Join(fmt.Errorf("the query of the challenge is not an object"), err)
	}
	query, want := url.Values{}, s.hash("challenge", "text")[:20]
	for name, value := range v.AsValueMap() {
		if value.Type() == cty.String && !value.IsNull() {
			query.Set(name, value.AsString())
		}
	}
	query.Set(c.Reply, want)
	if wrong {
		query.Set(c.Token, "not-"+query.Get(c.Token))
	}
	return Webhook{Method: http.MethodGet, Query: query.Encode(), Header: http.Header{}}, want, nil
}
