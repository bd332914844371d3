// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
)

// Webhook is one call that the vendor makes.
type Webhook struct {
	Method string
	Header http.Header
	Body   []byte
}

// Webhook renders an event of the dialect about the given values, which its body uses as event.<name>.
func (s *Server) Webhook(event string, values map[string]cty.Value) (Webhook, error) {
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
	headers, err := s.env.Value(s.dialect.Webhook.Headers, vars)
	if err != nil {
		return Webhook{}, fmt.Errorf("webhook headers: %w", err)
	}
	a := bodied(http.StatusOK, body)
	a.addHeaders(headers)
	return Webhook{Method: s.dialect.Webhook.Method, Header: a.header, Body: a.body}, nil
}
